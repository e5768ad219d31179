"""Parses cells of text. Nothing is guessed: an unexpected value raises UnreadableCell."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from orbit_adapters.sql.types import storable

_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"(-?)([0-9]{1,30})(?:\.([0-9]{1,40}))?", re.ASCII)
_VLESS = re.compile(
    r"vless://([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[!-~]{1,900}", re.ASCII | re.IGNORECASE
)  # fmt: skip
_EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class UnreadableCell(ValueError):
    """A cell whose value doesn't fit its column."""


def parse_integer(cell: str | None) -> int:
    """A whole number of at most eighteen digits. Raises UnreadableCell."""
    if cell is None or _WHOLE.fullmatch(cell) is None:
        raise UnreadableCell
    return int(cell)


def parse_units(cell: str | None, decimals: int) -> int:
    """A decimal number in units of 10^-*decimals*, rounded up in the customer's favour. Raises UnreadableCell."""
    found = _DECIMAL.fullmatch(cell or "")
    if found is None:
        raise UnreadableCell
    sign, before, after = found.group(1), found.group(2), found.group(3) or ""
    units = int(before + after[:decimals].ljust(decimals, "0"))
    is_finer = after[decimals:].strip("0") != ""
    if sign:
        return -units
    return units + is_finer


def parse_time(cell: str | None, zone: ZoneInfo | None = None) -> datetime:
    """A time of this age; without a zone of its own it is in *zone* (None: UTC). Raises UnreadableCell.

    An hour that the clocks of *zone* showed twice is taken for the later one, in the customer's favour.
    """
    try:
        read = datetime.fromisoformat(cell or "")
        if read.tzinfo is None:
            at = max(read.replace(tzinfo=zone or UTC, fold=fold).astimezone(UTC) for fold in (0, 1))
        else:
            at = read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnreadableCell from None
    if not _EARLIEST <= at < _LATEST:
        raise UnreadableCell
    return at


def parse_time_or(cell: str | None, otherwise: datetime) -> datetime:
    """A time, or *otherwise* when it isn't valid."""
    try:
        return parse_time(cell)
    except UnreadableCell:
        return otherwise


def parse_bool(cell: str | None, otherwise: bool) -> bool:
    """A yes or no; *otherwise* when it is neither."""
    return {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}.get(cell or "", otherwise)


def parse_text(cell: str | None, most_chars: int) -> str:
    """Text that can be stored, cut."""
    return storable(cell or "")[:most_chars].strip()


def parse_vless_id(link: str) -> UUID:
    """The id inside a VLESS link that an app can take. Raises UnreadableCell."""
    found = _VLESS.fullmatch(link)
    if found is None:
        raise UnreadableCell
    return UUID(found.group(1))


def json_member(cell: str | None, *names: str) -> str | None:
    """The first text or number called one of *names* in a JSON object; None when there is none."""
    try:
        value: Any = json.loads(cell or "null")
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    for name in names:
        if isinstance(value.get(name), str | int) and not isinstance(value[name], bool):
            return storable(str(value[name]))[:200]
    return None


def just_before(end: datetime, now: datetime) -> tuple[datetime, int]:
    """A moment not after *now*, and the whole seconds from it to *end* (none for an end that has passed)."""
    if end <= now:
        return end, 0
    seconds = -((now - end) // timedelta(seconds=1))
    return end - timedelta(seconds=seconds), seconds
