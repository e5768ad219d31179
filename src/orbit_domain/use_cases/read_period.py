"""Everything of one kind that was recorded in a period, one after the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.bookkeeping.periods import NumberedEntry
from orbit_domain.ids import OrderId
from orbit_domain.order.order import Order
from orbit_domain.payment.receipt import Receipt
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ReadPeriod:
    """Read [since, until) in pages, each in a transaction of its own: however much there is, little is held at once.

    What is recorded meanwhile with a time of the period may be missing: read periods that are over.
    """

    storage: Storage
    page_size: int = 500

    async def entries(self, since: datetime, until: datetime) -> AsyncIterator[NumberedEntry]:
        """Entries of the ledger, in the order in which they were recorded."""
        after: NumberedEntry | None = None
        while True:
            async with self.storage.transaction() as tx:
                page = await tx.periods.entries(since, until, after, self.page_size)
            for one in page:
                yield one
            if len(page) < self.page_size:
                return
            after = page[-1]

    async def receipts(self, since: datetime, until: datetime) -> AsyncIterator[Receipt]:
        """What was seen to arrive, by source and name."""
        after: Receipt | None = None
        while True:
            async with self.storage.transaction() as tx:
                page = await tx.periods.receipts(since, until, after, self.page_size)
            for one in page:
                yield one
            if len(page) < self.page_size:
                return
            after = page[-1]

    async def orders(self, since: datetime, until: datetime) -> AsyncIterator[Order]:
        """Orders that were opened or paid, by id."""
        after: OrderId | None = None
        while True:
            async with self.storage.transaction() as tx:
                page = await tx.periods.orders(since, until, after, self.page_size)
            for one in page:
                yield one
            if len(page) < self.page_size:
                return
            after = page[-1].id
