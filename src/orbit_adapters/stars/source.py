"""Reads the bot's list of Star transactions without losing one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orbit_adapters.stars.api import MAX_ROWS, StarsApi, StarsUnavailable
from orbit_adapters.stars.listing import length, row_at
from orbit_adapters.stars.transactions import ListPosition, MalformedRowError, StarTransaction, read_row
from orbit_domain.clock import Clock
from orbit_domain.payment.payment import STARS_METHOD
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import SourceRecord

LIST_LAG = timedelta(minutes=1)
"""A payment may join the list some time after it was made. Telegram doesn't say how long that takes."""
MAX_AHEAD = timedelta(minutes=1)
"""Clocks differ by seconds. A time that is further ahead of ours is a lie."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What follows a place in the list: new records, the place behind them, and what keeps the rest from following."""

    records: tuple[SourceRecord, ...]
    reached: ListPosition
    is_end: bool
    alarm: SourceAlarm | None = None


class StarsSource:
    """The port `ReceiptSource` for Stars. *page_limit* rows are read at once.

    The last row that was read is read again each time: while it stands at its place, nothing before it was added or had
    been left out. If another one does, all is read again from where the shop began, and what is known already changes
    nothing. So time is covered by an answer with nothing new in it.
    """

    def __init__(self, api: StarsApi, clock: Clock, page_limit: int = MAX_ROWS - 1) -> None:
        self.name = api.source
        self.method = STARS_METHOD
        self.dust_units = 0
        self.api = api
        self.clock = clock
        self.page_limit = page_limit

    async def newest(self) -> Cursor:
        """Behind the newest row. Raises SourceUnavailable, also while Telegram shows a time in the future."""
        try:
            count = await length(self.api)
            last = await row_at(self.api, count - 1) if count else None
        except (StarsUnavailable, MalformedRowError) as error:
            raise SourceUnavailable(str(error)) from None
        if last is None:
            return Cursor.start(self.name)
        if self._is_ahead([last], self.clock.now()):
            raise SourceUnavailable("the newest transaction is not clear yet")
        return Cursor(self.name, str(ListPosition(count, last.mark, count)))

    async def read(self, cursor: Cursor) -> Batch:
        """Read one page on from *cursor*. Raises SourceUnavailable; ValueError for a cursor of another source."""
        if cursor.source != self.name:
            raise ValueError(f"a cursor of {cursor.source} given to {self.name}")
        at = ListPosition.parse(cursor.position)
        # Taken before the list is read: what comes while Telegram answers isn't covered.
        asked_at = self.clock.now()
        rows = await self._rows(at)
        # A watermark later than now was never true: nothing is known to be covered, until it is proved again.
        believed = None if cursor.watermark is not None and cursor.watermark > asked_at else cursor.watermark
        stands = replace(cursor, watermark=believed)
        if self._is_ahead(rows, asked_at):
            return Batch((), stands, complete=False, alarm=SourceAlarm.TIME_AHEAD)
        page = self._page(at, rows)
        complete = page.is_end and page.alarm is None
        watermark = _covered(believed, asked_at - LIST_LAG) if complete else believed
        return Batch(page.records, Cursor(self.name, str(page.reached), watermark), complete, page.alarm)

    async def _rows(self, at: ListPosition) -> list[StarTransaction]:
        """The last row that was read, and those behind it. Raises SourceUnavailable."""
        known = 1 if at.mark else 0
        try:
            rows = await self.api.transactions(at.count - known, self.page_limit + known)
            return [read_row(row) for row in rows]
        except (StarsUnavailable, MalformedRowError) as error:
            raise SourceUnavailable(str(error)) from None

    def _page(self, at: ListPosition, rows: Sequence[StarTransaction]) -> _Page:
        if at.mark and not rows:
            return _Page((), at, is_end=False, alarm=SourceAlarm.ANCHOR_MISSING)
        if at.mark and rows[0].mark != at.mark:
            return _Page((), at.rewound(), is_end=False, alarm=SourceAlarm.TAIL_MISMATCH)
        shown = rows[1:] if at.mark else rows
        records: dict[str, SourceRecord] = {}
        reached = at
        for row in shown:
            known = records.get(row.external_id)
            if known is not None and known.digest != row.digest:
                return _Page((), at, is_end=False, alarm=SourceAlarm.HASH_CONFLICT)
            # A row that one answer repeats has one place in the list. Counted twice, we would stand behind its end.
            if known is None and row.mark != at.mark:
                reached = reached.after(row)
                records[row.external_id] = row.record(self.name, reached)
        # Where new rows were shown, the end is believed at the next look: after a hole among them it finds another row
        # at the place that was reached.
        return _Page(tuple(records.values()), reached, is_end=not records and len(shown) < self.page_limit)

    def _is_ahead(self, rows: Sequence[StarTransaction], now: datetime) -> bool:
        return any(row.at > now + MAX_AHEAD for row in rows)


def _covered(believed: datetime | None, proved: datetime) -> datetime:
    """What was covered once stays so."""
    return proved if believed is None else max(believed, proved)
