"""What a cell of text means. Nothing is guessed: what isn't exactly that is Unreadable."""

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


class Unreadable(ValueError):
    """A cell that doesn't hold what its column is for."""


def whole(cell: str | None) -> int:
    """A whole number of at most eighteen digits. Raises Unreadable."""
    if cell is None or _WHOLE.fullmatch(cell) is None:
        raise Unreadable
    return int(cell)


def smallest_units(cell: str | None, decimals: int) -> int:
    """A decimal number in units of 10^-*decimals*; a finer one goes up, in the customer's favour. Raises Unreadable."""
    found = _DECIMAL.fullmatch(cell or "")
    if found is None:
        raise Unreadable
    sign, before, after = found.group(1), found.group(2), found.group(3) or ""
    units = int(before + after[:decimals].ljust(decimals, "0"))
    is_finer = after[decimals:].strip("0") != ""
    if sign:
        return -units
    return units + is_finer


def moment(cell: str | None, zone: ZoneInfo | None = None) -> datetime:
    """A time of this age; without a zone of its own it is in *zone* (None: UTC). Raises Unreadable.

    An hour that the clocks of *zone* showed twice is taken for the later one, in the customer's favour.
    """
    try:
        read = datetime.fromisoformat(cell or "")
        if read.tzinfo is None:
            at = max(read.replace(tzinfo=zone or UTC, fold=fold).astimezone(UTC) for fold in (0, 1))
        else:
            at = read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable from None
    if not _EARLIEST <= at < _LATEST:
        raise Unreadable
    return at


def moment_or(cell: str | None, otherwise: datetime) -> datetime:
    """A time, or *otherwise* when there is none that makes sense."""
    try:
        return moment(cell)
    except Unreadable:
        return otherwise


def is_true(cell: str | None, otherwise: bool) -> bool:
    """A yes or no; *otherwise* when it is neither."""
    return {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}.get(cell or "", otherwise)


def words(cell: str | None, most_chars: int) -> str:
    """Text that can be stored, cut."""
    return storable(cell or "")[:most_chars].strip()


def vless_id(link: str) -> UUID:
    """The id inside a VLESS link that an app can take. Raises Unreadable."""
    found = _VLESS.fullmatch(link)
    if found is None:
        raise Unreadable
    return UUID(found.group(1))


def member(cell: str | None, *names: str) -> str | None:
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
