"""Reads the bank's list of receipts without losing one."""

from dataclasses import replace
from datetime import datetime, timedelta

from orbit_adapters.sandbox_bank.api import BankApi, BankRefused, BankUnavailable, ReceiptPage
from orbit_adapters.sandbox_bank.gateway import BANK_METHOD
from orbit_adapters.sandbox_bank.receipts import ListPosition, is_ahead, prove
from orbit_domain.clock import Clock
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable

LIST_LAG = timedelta(seconds=5)
"""A receipt may join the list a moment after its time, and times are whole seconds."""
DUST_UNITS = 100
"""One rouble."""
_UNKNOWN_CURSOR = "no_such_cursor"


class SandboxBankSource:
    """The port `ReceiptSource` for the sandbox's bank. *page_limit* receipts are read at once."""

    def __init__(self, api: BankApi, clock: Clock, page_limit: int = 100) -> None:
        self.name = api.source
        self.method = BANK_METHOD
        self.dust_units = DUST_UNITS
        self.api = api
        self.clock = clock
        self.page_limit = page_limit

    async def newest(self) -> Cursor:
        """Behind the newest receipt. Raises SourceUnavailable, also while the bank shows a time in the future."""
        page = await self._page(ListPosition())
        if isinstance(page, SourceAlarm) or self._is_ahead(page):
            raise SourceUnavailable("the newest receipt is not clear yet")
        return Cursor(self.name, str(page.newest.position) if page.newest else "")

    async def read(self, cursor: Cursor) -> Batch:
        """Read one page on from *cursor*. Raises SourceUnavailable; ValueError for a cursor of another source."""
        if cursor.source != self.name:
            raise ValueError(f"a cursor of {cursor.source} given to {self.name}")
        at = ListPosition.parse(cursor.position)
        page = await self._page(at)
        now = self.clock.now()
        # A watermark later than now was never true: nothing is known to be covered, until it is proved again.
        believed = None if cursor.watermark is not None and cursor.watermark > now else cursor.watermark
        stands = replace(cursor, watermark=believed)
        if isinstance(page, SourceAlarm):
            return Batch((), stands, complete=False, alarm=page)
        if self._is_ahead(page):
            return Batch((), stands, complete=False, alarm=SourceAlarm.TIME_AHEAD)
        proof = prove(at, page.receipts)
        reached = proof.receipts[-1].position if proof.receipts else at
        records = tuple(receipt.record for receipt in proof.receipts)
        alarm = proof.alarm or _tail_alarm(page, reached)
        complete = alarm is None and not page.has_more
        watermark = _covered(believed, min(page.as_of - LIST_LAG, now)) if complete else believed
        return Batch(records, Cursor(self.name, str(reached), watermark), complete, alarm)

    async def _page(self, at: ListPosition) -> ReceiptPage | SourceAlarm:
        """The page behind *at*; an alarm where the bank's list doesn't hold that place. Raises SourceUnavailable."""
        try:
            return await self.api.receipts(at, self.page_limit)
        except BankRefused as error:
            if error.code == _UNKNOWN_CURSOR:
                return SourceAlarm.ANCHOR_MISSING
            reason = str(error)
        except BankUnavailable as error:
            reason = str(error)
        raise SourceUnavailable(reason)

    def _is_ahead(self, page: ReceiptPage) -> bool:
        newest = () if page.newest is None else (page.newest,)
        times = [page.as_of, *(receipt.record.occurred_at for receipt in (*page.receipts, *newest))]
        return is_ahead(self.clock.now(), times)


def _tail_alarm(page: ReceiptPage, reached: ListPosition) -> SourceAlarm | None:
    """The end of the list must be the newest receipt that the bank names."""
    newest = page.newest.position if page.newest else ListPosition()
    if page.has_more:
        return None
    return None if newest == reached else SourceAlarm.TAIL_MISMATCH


def _covered(believed: datetime | None, proved: datetime) -> datetime:
    """What was covered once stays so, although the bank's clock may be behind an earlier answer's."""
    return proved if believed is None else max(believed, proved)
