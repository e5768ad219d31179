"""Reads the list of paid invoices without losing one."""

from dataclasses import replace
from datetime import datetime, timedelta

from orbit_adapters.cryptopay.api import CryptoPayApi, CryptoPayRefused, CryptoPayUnavailable
from orbit_adapters.cryptopay.gateway import CRYPTOPAY_METHOD
from orbit_adapters.cryptopay.invoices import Place
from orbit_adapters.cryptopay.listing import ListContradicts, PaidList, Unread, moment
from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency
from orbit_domain.payment.source import Batch, Cursor, SourceUnavailable

LIST_LAG = timedelta(minutes=1)
"""A paid invoice may join the list some time after it was paid. Crypto Pay doesn't say how long that takes."""
READ_AGAIN = timedelta(days=31)
"""So far back all is read again when a row has joined the list late, or is gone: as long as an invoice can be open."""
BATCH_LIMIT = 1000


class CryptoPaySource:
    """The port `ReceiptSource` for Crypto Pay. Up to *batch_limit* paid invoices are handed over at once."""

    def __init__(
        self, api: CryptoPayApi, paid: PaidList, base: BaseCurrency, clock: Clock, batch_limit: int = BATCH_LIMIT
    ) -> None:
        self.name = api.source
        self.method = CRYPTOPAY_METHOD
        self.dust_units = 0
        self.paid = paid
        self.base = base
        self.clock = clock
        self.batch_limit = batch_limit

    async def newest(self) -> Cursor:
        """Behind the invoice that was paid last. Raises SourceUnavailable, also while the list isn't clear."""
        try:
            whole = await self.paid.whole(self.clock.now())
        except (CryptoPayUnavailable, CryptoPayRefused, ListContradicts) as error:
            raise SourceUnavailable(str(error)) from None
        return Cursor(self.name, str(whole[-1].place(len(whole)))) if whole else Cursor.start(self.name)

    async def read(self, cursor: Cursor) -> Batch:
        """Read on from *cursor*. Raises SourceUnavailable; ValueError for a cursor of another source."""
        if cursor.source != self.name:
            raise ValueError(f"a cursor of {cursor.source} given to {self.name}")
        at = Place.parse(cursor.position)
        # Taken before the list is read: what is paid while the provider answers isn't covered.
        asked_at = self.clock.now()
        # A watermark later than now was never true: nothing is known to be covered, until it is proved again.
        believed = None if cursor.watermark is not None and cursor.watermark > asked_at else cursor.watermark
        try:
            unread = await self.paid.behind(at, asked_at)
        except (CryptoPayUnavailable, CryptoPayRefused) as error:
            raise SourceUnavailable(str(error)) from None
        except ListContradicts as error:
            return Batch((), replace(cursor, watermark=believed), complete=False, alarm=error.alarm)
        if unread.alarm is not None:
            # A row has joined the list before our place, or one has gone. What is known already changes nothing.
            before = moment(unread.whole, at.paid_at if at.is_moment else at.paid_at - READ_AGAIN)
            return Batch((), Cursor(self.name, str(before), believed), complete=False, alarm=unread.alarm)
        return self._batch(at, unread, believed, asked_at)

    def _batch(self, at: Place, unread: Unread, believed: datetime | None, asked_at: datetime) -> Batch:
        """What is unread, as far as one batch goes."""
        some = unread.invoices[: self.batch_limit]
        records = tuple(one.record(self.name, self.base, rank) for rank, one in enumerate(some, at.rank + 1))
        complete = len(some) == len(unread.invoices)
        watermark = _covered(believed, asked_at - LIST_LAG) if complete else believed
        return Batch(records, Cursor(self.name, records[-1].position if records else str(at), watermark), complete)


def _covered(believed: datetime | None, proved: datetime) -> datetime:
    """What was covered once stays so."""
    return proved if believed is None else max(believed, proved)
