"""Writes a file that only its owner reads: whole or not at all, and with a copy of what it replaces."""

import stat
from datetime import datetime
from pathlib import Path

from orbit_entry.commands.private_output import PRIVATE, private_output

_STAMP = "%Y%m%dT%H%M%SZ"


def text_of(file: Path) -> str:
    """The text of *file*, empty when it isn't there. Raises OSError, UnicodeDecodeError."""
    return file.read_bytes().decode("utf-8") if file.exists() else ""


def write_private(file: Path, text: str, now: datetime) -> Path | None:
    """Let *file* hold *text*, as 0600. Returns the copy of the older one; None: there was none, or it says the same.

    Raises OSError. A link is followed, so that it goes on leading to the file.
    """
    file = file.resolve()
    older = text_of(file)
    if file.exists() and older == text:
        if stat.S_IMODE(file.stat().st_mode) != PRIVATE:
            file.chmod(PRIVATE)
        return None
    kept = None
    if file.exists():
        kept = file.with_name(f"{file.name}.{now.strftime(_STAMP)}.old")
        _write(kept, older)
    _write(file, text)
    return kept


def _write(file: Path, text: str) -> None:
    with private_output(file) as output:
        output.write(text)
