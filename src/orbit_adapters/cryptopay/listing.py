"""Proves which invoices were paid behind a place, and that none is missing.

The list can only be read from an offset, and invoices are paid in another order than they were made in: a new row may
stand anywhere in it. So rows are counted. A place knows how many invoices were paid up to it; when the list ends where
that number and the rows behind the place add up to, there is no other row, however long the list is. That takes two
calls. Otherwise the whole list is read. Nothing here rests on the order of the list but the number of calls.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_adapters.cryptopay.api import CryptoPayApi
from orbit_adapters.cryptopay.invoices import Place, ShownInvoice
from orbit_domain.payment.source import SourceAlarm

MAX_AHEAD = timedelta(minutes=1)
"""Clocks differ by seconds. A time that is further ahead of ours is a lie."""
MAX_ROWS_READ = 1_000_000
"""A list that goes on behind that many rows has no end."""
_TRIES = 2


class ListContradicts(Exception):
    """The list can't be what it seems. `alarm` says in which way."""

    def __init__(self, alarm: SourceAlarm) -> None:
        super().__init__(f"the list of paid invoices contradicts itself: {alarm.value}")
        self.alarm = alarm


@dataclass(frozen=True, slots=True)
class Unread:
    """The invoices that were paid behind a place, in order.

    When the list doesn't hold what was counted up to the place, `alarm` says so, and `whole` is every paid invoice.
    """

    invoices: tuple[ShownInvoice, ...]
    alarm: SourceAlarm | None = None
    whole: tuple[ShownInvoice, ...] = ()


class PaidList:
    """The app's paid invoices, of which *page_limit* are asked for at once."""

    def __init__(self, api: CryptoPayApi, page_limit: int) -> None:
        self.api = api
        self.page_limit = page_limit

    async def behind(self, at: Place, now: datetime) -> Unread:
        """What was paid behind *at*. Raises ListContradicts, CryptoPayUnavailable, CryptoPayRefused."""
        page = _distinct(await self.api.paid(0, self.page_limit), now)
        newer = _behind(at, page)
        is_clear = _holds(page, at) or not any(invoice.id < at.invoice_id for invoice in page)
        if is_clear and await self._ends_after(at.rank + len(newer)):
            return Unread(newer)
        whole = await self.whole(now)
        newer = _behind(at, whole)
        older = len(whole) - len(newer)
        if older < at.rank or not _holds(whole, at):
            return Unread(newer, SourceAlarm.ANCHOR_MISSING, whole)
        return Unread(newer, SourceAlarm.TAIL_MISMATCH if older > at.rank else None, whole)

    async def whole(self, now: datetime) -> tuple[ShownInvoice, ...]:
        """Every paid invoice, in the order in which they were paid.

        Raises ListContradicts, CryptoPayUnavailable, CryptoPayRefused.
        """
        for _ in range(_TRIES):
            rows = [row async for page in pages(self.api.paid, self.page_limit) for row in page]
            distinct = _distinct(rows, now)
            # When an invoice is paid meanwhile, or a row is left out, the rows move, and one comes twice.
            if len(distinct) == len(rows):
                return tuple(sorted(distinct, key=lambda invoice: invoice.key))
        raise ListContradicts(SourceAlarm.HOLE)

    async def _ends_after(self, count: int) -> bool:
        """Whether the list has exactly *count* rows."""
        last = await self.api.paid(max(0, count - 1), 2)
        return len(last) == min(count, 1)


async def pages(
    ask: Callable[[int, int], Awaitable[Sequence[ShownInvoice]]], count: int
) -> AsyncIterator[Sequence[ShownInvoice]]:
    """What *ask* answers for every offset, *count* rows at once, until nothing new comes. Raises what *ask* raises."""
    known: set[int] = set()
    offset = 0
    while page := await ask(offset, count):
        yield page
        ids = {row.id for row in page}
        if ids <= known or len(known) > MAX_ROWS_READ:
            return
        known |= ids
        offset += len(page)


def moment(whole: Iterable[ShownInvoice], at: datetime) -> Place:
    """The place of the moment *at* in the *whole* list."""
    return Place(paid_at=at, rank=sum(1 for invoice in whole if invoice.paid_at < at))


def _holds(shown: Iterable[ShownInvoice], at: Place) -> bool:
    """Whether the invoice of *at* is among *shown*, if there is one."""
    return at.is_moment or any(invoice.id == at.invoice_id for invoice in shown)


def _behind(at: Place, shown: Iterable[ShownInvoice]) -> tuple[ShownInvoice, ...]:
    """Those of *shown* that were paid behind *at*, in order. Raises ListContradicts."""
    behind = []
    for invoice in shown:
        if invoice.id == at.invoice_id and (invoice.key, invoice.mark) != (at.key, at.mark):
            raise ListContradicts(SourceAlarm.HASH_CONFLICT)
        if invoice.key > at.key:
            behind.append(invoice)
    return tuple(sorted(behind, key=lambda invoice: invoice.key))


def _distinct(shown: Iterable[ShownInvoice], now: datetime) -> tuple[ShownInvoice, ...]:
    """*shown* without repetitions. Raises ListContradicts."""
    known: dict[int, ShownInvoice] = {}
    for invoice in shown:
        if invoice.paid_at > now + MAX_AHEAD:
            raise ListContradicts(SourceAlarm.TIME_AHEAD)
        if known.setdefault(invoice.id, invoice).digest != invoice.digest:
            raise ListContradicts(SourceAlarm.HASH_CONFLICT)
    return tuple(known.values())
