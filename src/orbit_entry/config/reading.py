"""Reads the settings at once, or names every problem, each with its remedy and without the value."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from orbit_entry.config.bad_settings import BadSettings, Problem
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.given import UnreadableEnvFile, given_variables
from orbit_entry.config.known_secrets import note_secrets
from orbit_entry.config.payment_methods import ConfiguredPlugin
from orbit_entry.config.payment_reading import read_plugins, with_secret_files
from orbit_entry.config.problems import problems_of, variables
from orbit_entry.config.secret_files import read_secret_file
from orbit_entry.config.settings import Settings

SettingsType = TypeVar("SettingsType", bound=DatabaseSettings)
_OURS = ("ORBIT_", "RATE_LIMIT_", "REDIS_FSM_")
"""Nobody else's variables begin so: each one that isn't a setting is a mistake."""
_FOR_TESTS = "ORBIT_TEST_"
_TYPO = 0.85
"""How like a setting another name must be to be taken for it (difflib's ratio): BOT_TOKN is, POSTGRES_URL isn't."""


def read_settings(kind: type[SettingsType]) -> SettingsType:
    """Return the settings of *kind* from the environment. Raises BadSettings."""
    try:
        given = given_variables()
    except UnreadableEnvFile:
        raise BadSettings((Problem(".env", "isn't text in UTF-8", "Save it as UTF-8."),)) from None
    problems = [*_unknown(given), *_unreadable_files(given)]
    plugins: tuple[ConfiguredPlugin, ...] = ()
    if issubclass(kind, Settings):
        plugins, of_plugins = read_plugins(with_secret_files(given))
        problems = [*of_plugins, *problems]
    try:
        settings = kind()
    except ValidationError as error:
        raise BadSettings((*problems_of(error), *problems)) from None
    if isinstance(settings, Settings):
        settings = settings.with_plugins(plugins)
    note_secrets(settings, *(plugin.settings for plugin in plugins))
    if problems:
        raise BadSettings(tuple(problems))
    return settings


def shop_settings(values: Mapping[str, Any]) -> Settings:
    """The settings with these *values*, by the names of their variables; None: not set. Raises BadSettings."""
    plugins, problems = read_plugins({name: value for name, value in values.items() if value not in (None, "")})
    try:
        settings = Settings.model_validate(dict(values)).with_plugins(plugins)
    except ValidationError as error:
        raise BadSettings((*problems_of(error), *problems)) from None
    if problems:
        raise BadSettings(tuple(problems))
    return settings


def settings_of_file(given: Mapping[str, str]) -> Settings:
    """The settings of a file that gives *given* and nothing else does. Raises BadSettings, as `read_settings`."""
    problems = [*_unknown(given), *_unreadable_files(given)]
    try:
        settings = shop_settings(with_contents(given))
    except BadSettings as error:
        raise BadSettings((*error.problems, *problems)) from None
    if problems:
        raise BadSettings(tuple(problems))
    return settings


def with_contents(given: Mapping[str, str]) -> dict[str, str]:
    """*given* with what the files hold that its `*_FILE` variables name, as far as they can be read."""
    paths = {name: given[f"{name}_FILE"] for name in variables() if given.get(f"{name}_FILE")}
    contents = {name: read_secret_file(Path(path)) for name, path in paths.items()}
    return {**given, **{name: secret for name, secret in contents.items() if secret is not None}}


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
