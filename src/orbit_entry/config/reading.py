"""Reads the settings at once, or names every problem, each with its remedy and without the value."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.given import UnreadableEnvFile, given_variables
from orbit_entry.config.older_names import is_older
from orbit_entry.config.settings import Settings

SettingsType = TypeVar("SettingsType", bound=DatabaseSettings)
_OURS = ("ORBIT_", "RATE_LIMIT_", "REDIS_FSM_")
"""Nobody else's variables begin so: each one that isn't a setting is a mistake."""
_FOR_TESTS = "ORBIT_TEST_"
_TYPO = 0.85
"""How like a setting another name must be to be taken for it (difflib's ratio): BOT_TOKN is, POSTGRES_URL isn't."""


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
    try:
        given = given_variables()
    except UnreadableEnvFile:
        raise BadSettings((Problem(".env", "isn't text in UTF-8", "Save it as UTF-8."),)) from None
    problems = [*_unknown(given), *_unreadable_files(given)]
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
    if field is not None and is_older(field):
        return f"{field.description} See .env.example."
    if field is None or not field.examples:
        return "See .env.example."
    return f"{field.description} Example: {variable}={field.examples[0]}"


def _unknown(given: Mapping[str, str]) -> list[Problem]:
    known = {*variables(), *(f"{name}_FILE" for name in variables())}
    problems = []
    for name in sorted(set(given) - known):
        if name.startswith(_FOR_TESTS):
            continue
        is_ours = name.startswith(_OURS)
        close = difflib.get_close_matches(name, known, n=1, **({} if is_ours else {"cutoff": _TYPO}))
        # Another program's variable may look like ours: it is a typo only when ours is missing.
        if is_ours or (close and close[0] not in given):
            hint = f"Did you mean {close[0]}?" if close else "Remove it; .env.example lists what can be set."
            problems.append(Problem(name, "isn't a setting", hint))
    return problems


def _unreadable_files(given: Mapping[str, str]) -> list[Problem]:
    problems = []
    for variable in variables():
        path = given.get(f"{variable}_FILE")
        if path and not os.access(path, os.R_OK):
            problems.append(
                Problem(f"{variable}_FILE", "names a file that can't be read", "Check the path and rights.")
            )
    return problems
