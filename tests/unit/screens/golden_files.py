"""Golden files: a screen as text a person can review, written when ORBIT_GOLDEN=write and compared otherwise."""

import os
from pathlib import Path

from orbit_adapters.telegram.screen import Button, CopyButton, LinkButton, Screen, TapButton

FOLDER = Path(__file__).parent / "golden"
WRITING = os.environ.get("ORBIT_GOLDEN") == "write"


def as_text(screen: Screen) -> str:
    """The text, then the keyboard row by row with the data of each button."""
    parts = ["[picture]"] if screen.photo is not None else []
    parts += [str(screen.text), "---", *("  ".join(_button(one) for one in row) for row in screen.rows)]
    if screen.toast is not None:
        parts.append(f"toast: {screen.toast}")
    return "\n".join(parts) + "\n"


def golden(language: str, name: str, screen: Screen) -> tuple[str, str]:
    """The text in the file and the text of the screen now."""
    path, now = FOLDER / language / f"{name}.txt", as_text(screen)
    if WRITING:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now, encoding="utf-8")
    return path.read_text(encoding="utf-8") if path.exists() else "", now


def _button(button: Button) -> str:
    match button:
        case TapButton():
            return f"[{button.text} → {button.tap.pack()}]"
        case LinkButton():
            return f"[{button.text} ↗ {button.url}]"
        case CopyButton():
            return f"[{button.text} ⧉ {button.copied}]"
