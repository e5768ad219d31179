"""Questions at a terminal. What is secret isn't echoed; Ctrl-C and the end of the input are typer's Abort."""

import select
import sys
from collections.abc import Callable, Sequence

import typer

from orbit_entry.commands.terminal import one_line, show

NOTHING = "-"
"""What is typed to set a value no more."""


class Questions:
    """Asks the owner. Words go to the standard error, as those of every command that asks."""

    def say(self, *lines: str) -> None:
        """Show *lines*."""
        show(*lines, error=True)

    def text(self, about: str, kept: str | None, check: Callable[[str], str | None], *, optional: bool = False) -> str:
        """A text for which *check* finds no fault; Enter alone keeps *kept*. With *optional* it may be empty."""
        hint = "" if kept is None else f" [{one_line(kept)}]"
        clear = f" ({NOTHING}: none)" if optional and kept is not None else " (Enter: none)" if optional else ""
        while True:
            typed = str(self._typed(f"{about}{hint}{clear}")).strip() or kept or ""
            if optional and typed in ("", NOTHING):
                return ""
            fault = "is needed" if not typed else check(typed)
            if fault is None:
                return typed
            self.say(f"That {fault}.")

    def secret(self, about: str, *, is_kept: bool, check: Callable[[str], str | None]) -> str | None:
        """A secret, unseen; None: the one that is there is kept."""
        hint = " [Enter keeps the present one]" if is_kept else ""
        while True:
            typed = str(self._typed(f"{about} (isn't shown){hint}", hidden=True)).strip()
            if not typed and is_kept:
                return None
            fault = "is needed" if not typed else check(typed)
            if fault is None:
                return typed
            self.say(f"That {fault}.")

    def choice(self, about: str, names: Sequence[str], kept: str) -> str:
        """One of *names*."""
        words = ", ".join(names)
        return self.text(f"{about} ({words})", kept, lambda typed: None if typed in names else f"is none of {words}")

    def yes(self, about: str, *, default: bool) -> bool:
        """Whether the owner agrees."""
        return typer.confirm(about, default=default, err=True)

    def has_line(self) -> bool:
        """Whether a line was typed that nobody has read yet."""
        return bool(select.select([sys.stdin], [], [], 0)[0])

    def line(self) -> str:
        """The line that was typed. Raises Abort at the end of the input."""
        line = sys.stdin.readline()
        if not line:
            raise typer.Abort
        return line.strip()

    def _typed(self, prompt: str, *, hidden: bool = False) -> object:
        return typer.prompt(prompt, default="", show_default=False, hide_input=hidden, err=True)
