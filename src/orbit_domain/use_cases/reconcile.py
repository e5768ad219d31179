"""Compare what the shop has recorded with what others say, and with itself."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orbit_domain.bookkeeping.comparisons import AssetAccount
from orbit_domain.bookkeeping.difference import (
    CustomerWithoutKey,
    Difference,
    KeyWithoutTime,
    OrderWithoutTime,
    TimeWithoutOrder,
    misbooked,
    too_old,
    wrong_holdings,
)
from orbit_domain.bookkeeping.reading_again import NotProved
from orbit_domain.clock import Clock
from orbit_domain.money import Money
from orbit_domain.payment.source import AccountSource, Cursor, ReceiptSource, ReceiptSources, SourceUnavailable
from orbit_domain.storage import Storage, Transaction, transact
from orbit_domain.use_cases.compare_source import CompareSource

PERIOD = timedelta(days=31)
"""So far back sources are read again, unless another time is given."""
TOO_LONG = timedelta(days=7)
"""Unmatched money that waits longer has been forgotten."""

_OF_A_KIND = 500
"""No more of one kind are told at once: mend those, and reconcile again."""
_GONE = "the settings don't name it any more"
_UNKNOWN_BALANCE = "it doesn't say what the account held"


@dataclass(slots=True)
class Reconciliation:
    """What was compared and found. `unasked` says why a source couldn't be asked: of it nothing is known.

    `waiting`: by source, how many records are shown and wait to be read, as they should.
    `has_more`: of some kind there are more differences than are told.
    """

    since: datetime
    until: datetime
    records: int = 0
    accounts: int = 0
    differences: list[Difference] = field(default_factory=list)
    unasked: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Sources against records, the ledger against receipts and what accounts hold, orders against time and keys.

    It changes nothing. No source is asked inside a transaction; one that gives no answer is no difference.
    """

    storage: Storage
    clock: Clock
    sources: ReceiptSources
    compare_source: CompareSource

    async def __call__(self, since: datetime | None = None, until: datetime | None = None) -> Reconciliation:
        """Over [since, until), by default the last `PERIOD`. What isn't of a time is compared as it is now."""
        now = self.clock.now()
        found = Reconciliation(since or (until or now) - PERIOD, until or now + timedelta(minutes=1))
        sources = await self._known_sources(found)
        for source in sources:
            await self._compare(source, found)
        await self._compare_holdings(sources, found)
        for of_a_kind in await transact(self.storage, lambda tx: _goods(tx, now)):
            found.differences += of_a_kind
            found.has_more |= len(of_a_kind) == _OF_A_KIND
        dust = {source.name: source.dust_units for source in sources}
        waiting = await transact(self.storage, lambda tx: tx.receipts.unmatched(_OF_A_KIND))
        found.differences += too_old(waiting, now - TOO_LONG, dust)
        found.has_more |= len(waiting) == _OF_A_KIND
        return found

    async def _known_sources(self, found: Reconciliation) -> list[ReceiptSource]:
        """Those of the settings, and older ones that can still be read; the rest is named in `unasked`."""
        cursors = await transact(self.storage, lambda tx: tx.cursors.all())
        sources = {source.name: source for source in self.sources.all()}
        for cursor in cursors:
            source = sources.get(cursor.source) or self.sources.get(cursor.source)
            if source is None:
                found.unasked[cursor.source] = _GONE
            else:
                sources[source.name] = source
        return list(sources.values())

    async def _compare(self, source: ReceiptSource, found: Reconciliation) -> None:
        try:
            comparison = await self.compare_source(source, found.since, found.until)
        except (SourceUnavailable, NotProved) as error:
            found.unasked[source.name] = str(error)
            return
        found.records += comparison.shown
        found.differences += comparison.differences[:_OF_A_KIND]
        found.has_more |= len(comparison.differences) > _OF_A_KIND
        if comparison.unread:
            found.waiting[source.name] = comparison.unread

    async def _compare_holdings(self, sources: list[ReceiptSource], found: Reconciliation) -> None:
        """The ledger's accounts against the receipts, and against what was really held at the recorded cursors."""
        accounts, cursors = await transact(self.storage, _accounts_and_cursors)
        found.accounts = len(accounts)
        found.differences += misbooked(accounts)
        balances: dict[tuple[str, str], list[Money]] = {}
        for source in sources:
            cursor = cursors.get(source.name)
            if cursor is None or not isinstance(source, AccountSource):
                continue
            try:
                balance = await source.balance(cursor)
            except SourceUnavailable as error:
                found.unasked.setdefault(source.name, str(error))
            else:
                if balance is None:
                    found.unasked.setdefault(source.name, _UNKNOWN_BALANCE)
                else:
                    balances.setdefault((source.method, balance.currency.code), []).append(balance)
        # What one of its sources doesn't say is missing in the sum of a method.
        unclear = {one.method for one in sources if one.name in found.unasked}
        known = {key: held for key, held in balances.items() if key[0] not in unclear}
        found.differences += wrong_holdings(accounts, known)


async def _accounts_and_cursors(tx: Transaction) -> tuple[tuple[AssetAccount, ...], dict[str, Cursor]]:
    """Both of one moment, so that a balance at a cursor is what the account says."""
    return await tx.comparisons.asset_accounts(), {cursor.source: cursor for cursor in await tx.cursors.all()}


async def _goods(tx: Transaction, now: datetime) -> tuple[list[Difference], ...]:
    """Orders, the time they gave, and the keys for that time: what doesn't fit, kind by kind."""
    compared = tx.comparisons
    return (
        [OrderWithoutTime(*one) for one in await compared.orders_without_time(_OF_A_KIND)],
        [TimeWithoutOrder(*one) for one in await compared.time_without_order(_OF_A_KIND)],
        [CustomerWithoutKey(one) for one in await compared.customers_without_key(now, _OF_A_KIND)],
        [KeyWithoutTime(*one) for one in await compared.keys_without_time(now, _OF_A_KIND)],
    )
