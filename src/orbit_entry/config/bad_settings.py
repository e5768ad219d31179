"""The failure that names every setting that is wrong. It imports nothing, so that `orbit --help` is quick."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that is wrong: its name, what is wrong, and what to do. Never its value."""

    variable: str
    what: str
    remedy: str


class BadSettings(Exception):
    """The settings can't be used. `problems` holds all of them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} settings need attention")
        self.problems = problems
