"""Finds places in the bot's list of transactions, which is in the order of time and only grows at its end.

The list can't be filtered and doesn't say how long it is; it is read from an offset. So its end, and the first row of
a moment, are searched for by halving: a few calls, however long the list is.
"""

from collections.abc import Callable
from datetime import datetime

from orbit_adapters.stars.api import StarsApi
from orbit_adapters.stars.transactions import StarTransaction, read_row


async def length(api: StarsApi) -> int:
    """How many rows there are. Raises StarsUnavailable, MalformedRowError."""
    return await _first(api, lambda _: False)


async def first_since(api: StarsApi, at: datetime) -> int:
    """The offset of the first row at or after *at*. Raises StarsUnavailable, MalformedRowError."""
    return await _first(api, lambda row: row.at >= at)


async def row_at(api: StarsApi, offset: int) -> StarTransaction | None:
    """The row at *offset*, None behind the end. Raises StarsUnavailable, MalformedRowError."""
    rows = await api.transactions(offset, 1)
    return read_row(rows[0]) if rows else None


async def _first(api: StarsApi, is_reached: Callable[[StarTransaction], bool]) -> int:
    """The first offset whose row is reached, or that has none."""

    async def is_there(offset: int) -> bool:
        row = await row_at(api, offset)
        return row is None or is_reached(row)

    before, at = -1, 0
    while not await is_there(at):
        before, at = at, 2 * at + 1
    while at - before > 1:
        middle = (before + at) // 2
        if await is_there(middle):
            at = middle
        else:
            before = middle
    return at
