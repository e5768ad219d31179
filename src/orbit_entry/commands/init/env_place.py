"""The settings in `.env`, as they are and as they are to be."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from orbit_entry.commands.init.written_file import text_of, write_private
from orbit_entry.config.env_example import env_example
from orbit_entry.config.env_text import edited, only_examples
from orbit_entry.config.given import UnreadableEnvFile, variables_in
from orbit_entry.config.problems import variables
from orbit_entry.runtime.failures import CannotStart


class EnvPlace:
    """A file of settings. `kept` is what it gives now."""

    def __init__(self, file: Path, template: str | None = None) -> None:
        """Read *file*; without one begin with *template*. Raises CannotStart, OSError."""
        self.file = file
        try:
            self.kept = variables_in(file)
            self._text = text_of(file) or only_examples(template or env_example())
        except (UnreadableEnvFile, UnicodeDecodeError):
            raise CannotStart(f"{file} isn't text in UTF-8; nothing was changed.", "save it as UTF-8.") from None

    def changes(self, answers: Mapping[str, str | None]) -> dict[str, str | None]:
        """What *answers* change. A value and the file of that value stand for each other: only the newer one stays."""
        wanted = dict(answers)
        for name in variables():
            both = (name, f"{name}_FILE")
            given = [one for one in both if answers.get(one)]
            if len(given) == 1:
                wanted |= {one: None for one in both if one not in given}
        return {name: value for name, value in wanted.items() if value != self.kept.get(name)}

    def with_changes(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        """What the file would give after *changes*."""
        return {name: value for name, value in {**self.kept, **changes}.items() if value}

    def write(self, changes: Mapping[str, str | None], now: datetime) -> Path | None:
        """Write *changes*, if there are any; the file is this user's alone afterwards. Returns the older one's copy.

        Raises Unwritable, CannotStart, OSError.
        """
        text = edited(self._text, changes)
        self._require_read_back(text, self.with_changes(changes))
        return write_private(self.file, text, now)

    def _require_read_back(self, text: str, wanted: Mapping[str, str]) -> None:
        """A value over several lines, or another oddity of an older file, must not turn into something else."""
        with tempfile.TemporaryDirectory(dir=self.file.resolve().parent, prefix=".orbit-init-") as folder:
            draft = Path(folder) / "draft"
            draft.write_text(text, encoding="utf-8", newline="")
            found = variables_in(draft)
        if found != wanted:
            names = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
            raise CannotStart(
                f"{self.file} can't be changed safely: {', '.join(names)} would be read as something else.",
                "write these lines anew by hand, each on one line, and repeat.",
            )
