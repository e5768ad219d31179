"""Reads the settings at once, or names every problem, each with its remedy and without the value."""

import difflib
import os
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.settings import Settings

SettingsType = TypeVar("SettingsType", bound=DatabaseSettings)
_FOR_TESTS = "ORBIT_TEST_"


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


def read_settings(kind: type[SettingsType]) -> SettingsType:
    """Return the settings of *kind* from the environment. Raises BadSettings."""
    problems = [*_unknown(), *_unreadable_files()]
    try:
        settings = kind()
    except ValidationError as error:
        problems = [*(_problem(detail) for detail in error.errors(include_input=False)), *problems]
    else:
        if not problems:
            return settings
    raise BadSettings(tuple(problems))


def variables() -> dict[str, FieldInfo]:
    """Return every variable the shop knows, with its field."""
    return {str(field.validation_alias): field for field in Settings.model_fields.values()}


def _problem(detail: ErrorDetails) -> Problem:
    if not detail["loc"]:
        variable, _, what = detail["msg"].removeprefix("Value error, ").partition(": ")
    else:
        variable = _variable(str(detail["loc"][0]))
        what = "is missing" if detail["type"] == "missing" else detail["msg"].removeprefix("Value error, ")
    return Problem(variable, what, _remedy(variable))


def _variable(name: str) -> str:
    """Return the variable behind *name*: an invalid default is reported under the field's own name."""
    field = Settings.model_fields.get(name)
    return str(field.validation_alias) if field else name


def _remedy(variable: str) -> str:
    field = variables().get(variable)
    if field is None or not field.examples:
        return "See .env.example."
    return f"{field.description} Example: {variable}={field.examples[0]}"


def _unknown() -> list[Problem]:
    known = {*variables(), *(f"{name}_FILE" for name in variables())}
    given = [name for name in os.environ if name.startswith("ORBIT_") and not name.startswith(_FOR_TESTS)]
    problems = []
    for name in sorted(set(given) - known):
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]}?" if close else "Remove it; .env.example lists what can be set."
        problems.append(Problem(name, "isn't a setting", hint))
    return problems


def _unreadable_files() -> list[Problem]:
    problems = []
    for variable in variables():
        path = os.environ.get(f"{variable}_FILE")
        if path and not os.access(path, os.R_OK):
            problems.append(
                Problem(f"{variable}_FILE", "names a file that can't be read", "Check the path and rights.")
            )
    return problems
