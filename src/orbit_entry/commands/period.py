"""Days of UTC as options of a command."""

import re
from datetime import UTC, datetime

import typer

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def day_of_option(text: str | None, option: str) -> datetime | None:
    """The beginning of the day *text*, as `required_day` says; None for no text."""
    return None if text is None else required_day(text, option)


def required_day(text: str, option: str) -> datetime:
    """The beginning of the day *text*, `2026-11-05`. Raises BadParameter for anything else."""
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError(text)
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise typer.BadParameter("must be a day, 2026-11-05 for example", param_hint=option) from None
