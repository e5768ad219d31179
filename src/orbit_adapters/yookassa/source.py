"""Reads YooKassa's lists of payments and refunds without losing one."""

from dataclasses import replace
from datetime import datetime, timedelta

from orbit_adapters.yookassa.api import YooKassaApi, YooKassaRefused, YooKassaUnavailable
from orbit_adapters.yookassa.gateway import YOOKASSA_METHOD
from orbit_adapters.yookassa.listing import ContradictionError, Listing, ListPosition, ShrunkError
from orbit_adapters.yookassa.rows import PAYMENTS, REFUNDS, REFUNDS_SUFFIX, Row, RowList, is_ahead
from orbit_domain.clock import Clock
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable

LIST_LAG = timedelta(minutes=1)
"""A payment may join the list some time after it was made. YooKassa doesn't say how long that takes."""
BATCH_ROWS = 1000


class YooKassaSource:
    """The port `ReceiptSource` for one of YooKassa's lists. At most *batch_rows* records are given at once.

    Each reading begins an overlap before the last row that was read (see `listing`), so that a row that joins the
    list late is read late, and not never.
    """

    def __init__(self, api: YooKassaApi, of: RowList, name: str, clock: Clock, batch_rows: int = BATCH_ROWS) -> None:
        self.name = name
        self.method = YOOKASSA_METHOD
        self.dust_units = 0
        self.of = of
        self.api = api
        self.clock = clock
        self.batch_rows = batch_rows

    async def newest(self) -> Cursor:
        """Behind the newest row. Raises SourceUnavailable, also while YooKassa shows a time in the future."""
        try:
            newest_at = await self.api.newest_at(self.of)
            if newest_at is None:
                return Cursor.start(self.name)
            rows = await self.api.rows(self.of, newest_at - self.of.overlap)
        except (YooKassaUnavailable, YooKassaRefused) as error:
            raise SourceUnavailable(str(error)) from None
        at, name = max([(newest_at, ""), *(row.key for row in rows)])
        if is_ahead(self.clock.now(), [at]):
            raise SourceUnavailable("the newest payment is not clear yet")
        return Cursor(self.name, str(ListPosition(at, name, None)))

    async def read(self, cursor: Cursor) -> Batch:
        """Read on from *cursor*. Raises SourceUnavailable; ValueError for a cursor of another source."""
        if cursor.source != self.name:
            raise ValueError(f"a cursor of {cursor.source} given to {self.name}")
        position = ListPosition.parse(cursor.position)
        # Taken before the list is read: what comes while YooKassa answers isn't covered.
        asked_at = self.clock.now()
        rows = await self._rows(position)
        # A watermark later than now was never true: nothing is known to be covered, until it is proved again.
        believed = None if cursor.watermark is not None and cursor.watermark > asked_at else cursor.watermark
        stands = replace(cursor, watermark=believed)
        if is_ahead(self.clock.now(), [row.at for row in rows]):
            return Batch((), stands, complete=False, alarm=SourceAlarm.TIME_AHEAD)
        try:
            listing = Listing(rows, self.of.overlap)
            following = listing.after(position)
        except ContradictionError:
            return Batch((), stands, complete=False, alarm=SourceAlarm.HASH_CONFLICT)
        except ShrunkError:
            again = replace(stands, position=str(position.rewound(self.of.overlap)) if position else "")
            return Batch((), again, complete=False, alarm=SourceAlarm.TAIL_MISMATCH)
        records = tuple(listing.records(self.name, following[: self.batch_rows]))
        complete = len(records) == len(following)
        watermark = _covered(believed, asked_at - LIST_LAG) if complete else believed
        reached = records[-1].position if records else cursor.position
        return Batch(records, Cursor(self.name, reached, watermark), complete)

    async def _rows(self, position: ListPosition | None) -> tuple[Row, ...]:
        """Every row since an overlap before *position*. Raises SourceUnavailable."""
        try:
            return await self.api.rows(self.of, None if position is None else position.begin(self.of.overlap))
        except (YooKassaUnavailable, YooKassaRefused) as error:
            raise SourceUnavailable(str(error)) from None


def payment_source(api: YooKassaApi, clock: Clock, batch_rows: int = BATCH_ROWS) -> YooKassaSource:
    """Where payments are seen to arrive."""
    return YooKassaSource(api, PAYMENTS, api.source, clock, batch_rows)


def refund_source(api: YooKassaApi, clock: Clock) -> YooKassaSource:
    """Where refunds are seen, whoever has made them: no money comes in there."""
    return YooKassaSource(api, REFUNDS, f"{api.source}{REFUNDS_SUFFIX}", clock)


def _covered(believed: datetime | None, proved: datetime) -> datetime:
    """What was covered once stays so."""
    return proved if believed is None else max(believed, proved)
