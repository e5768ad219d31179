"""The file of `orbit init --answers`: TOML, a line a setting, by the names of the settings."""

import json
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from orbit_entry.commands.panel_fields import is_secret
from orbit_entry.config.bad_settings import BadSettings, Problem
from orbit_entry.config.problems import variables

RUN_BY = "run_by"
_MAX_BYTES = 256 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class RunBy(StrEnum):
    """Who starts the shop: its owner by hand, systemd, or Docker Compose."""

    HAND = "hand"
    SYSTEMD = "systemd"
    COMPOSE = "compose"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the owner has answered: a value by variable, None to set it no more, and who starts the shop."""

    values: Mapping[str, str | None]
    run_by: RunBy = RunBy.HAND


def read_answers(file: Path) -> tuple[Answers, list[Problem]]:
    """What *file* answers, and every answer that can't be read. A relative path in it begins at its folder.

    Raises BadSettings when the file itself can't be read.
    """
    try:
        # One byte more than is allowed shows that there are more.
        with file.open("rb") as opened:
            text = opened.read(_MAX_BYTES + 1).decode("utf-8")
        if len(text) > _MAX_BYTES:
            raise ValueError("is too large")
        read = tomllib.loads(text)
    except OSError as error:
        raise BadSettings((Problem(str(file), f"can't be read: {error.strerror}", "Check path and rights."),)) from None
    except (ValueError, RecursionError) as error:
        # The error's own text may hold what was read.
        what = "isn't TOML" if isinstance(error, tomllib.TOMLDecodeError) else "is too large, or isn't text in UTF-8"
        example = 'A line a setting: ORBIT_OWNER_ID = "123456789"'
        raise BadSettings((Problem(str(file), what, example),)) from None
    run_by, problems = _run_by(read.pop(RUN_BY, RunBy.HAND.value))
    known = {*variables(), *(f"{name}_FILE" for name in variables())}
    values: dict[str, str | None] = {}
    for name, value in read.items():
        if name not in known and not _looks_like_a_setting(name):
            problems.append(Problem(name, "isn't a setting", f"Remove it; besides settings there is {RUN_BY}."))
            continue
        try:
            values[name] = _text(value)
        except ValueError as error:
            problems.append(Problem(name, str(error), "Write it as a text in quotes."))
    return Answers(_with_whole_paths(values, file.parent), run_by), problems


def is_open_secret(file: Path, answers: Answers) -> bool:
    """Whether *file* holds a secret itself, and other users of the machine may use it."""
    holds = any(is_secret(field) for name, field in variables().items() if answers.values.get(name))
    return holds and bool(file.stat().st_mode & _OTHERS)


def _run_by(value: object) -> tuple[RunBy, list[Problem]]:
    try:
        return RunBy(str(value)), []
    except ValueError:
        problem = Problem(RUN_BY, "isn't one of the ways to run a shop", f"Write one of: {', '.join(RunBy)}.")
        return RunBy.HAND, [problem]


def _looks_like_a_setting(name: str) -> bool:
    """A name that is nearly a setting is named with the one that was meant, where the settings are read."""
    return name.startswith(("ORBIT_", "RATE_LIMIT_", "REDIS_FSM_"))


def _text(value: Any) -> str | None:
    """A value of TOML as the settings read it. An empty text: not set."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return value or None
    if isinstance(value, dict):
        try:
            return json.dumps(value, ensure_ascii=False)
        except TypeError:
            raise ValueError("holds a value that can't be a setting") from None
    raise ValueError("isn't a text")


def _with_whole_paths(values: Mapping[str, str | None], folder: Path) -> dict[str, str | None]:
    """The files of secrets by their whole paths: the shop may run in another folder."""
    files = {f"{name}_FILE" for name in variables()}
    return {
        name: str((folder / value).absolute()) if value and name in files else value for name, value in values.items()
    }
