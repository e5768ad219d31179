"""What a reconciliation reads, in memory."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from orbit_adapters.memory.storable_text import storable
from orbit_adapters.memory.tables import Session
from orbit_domain.bookkeeping.comparisons import AssetAccount
from orbit_domain.ids import KeyId, OrderId, TelegramId
from orbit_domain.ledger.ledger import EntryKind, asset_account
from orbit_domain.ledger.wallet_entries import MOVED_SUFFIX
from orbit_domain.money import Currency
from orbit_domain.order.order import OrderState
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.subscription.subscription import Subscription, order_cause, order_of, trial_cause

_ASSET = "asset:"


class MemoryComparisons:
    """The port `Comparisons`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def first_record(self, source: str) -> SourceRecord | None:
        """The oldest record of *source*."""
        return min(self._of(source), key=_order, default=None)

    async def last_record_before(self, source: str, at: datetime) -> SourceRecord | None:
        """The newest record of *source* that is older than *at*."""
        return max((one for one in self._of(source) if one.occurred_at < at), key=_order, default=None)

    async def records(
        self, source: str, since: datetime, until: datetime, after: SourceRecord | None, limit: int
    ) -> tuple[SourceRecord, ...]:
        """One page, in order."""
        within = [one for one in self._of(source) if since <= one.occurred_at < until]
        begun = [one for one in within if after is None or _order(one) > _order(after)]
        return tuple(sorted(begun, key=_order)[:limit])

    async def asset_accounts(self) -> tuple[AssetAccount, ...]:
        """Sums by account and by receipts."""
        tables = self._session.tables
        sums: dict[tuple[str, Currency], list[int]] = defaultdict(lambda: [0, 0, 0])
        for entry in tables.entries.values():
            for line in entry.lines:
                if line.account.startswith(_ASSET):
                    stands = sums[line.account, line.currency]
                    stands[0] += line.units
                    is_arrival = entry.kind is EntryKind.RECEIPT and not entry.ref.endswith(MOVED_SUFFIX)
                    stands[1] -= line.units if is_arrival else 0
        for receipt in tables.receipts.values():
            currency = receipt.amount.currency
            sums[asset_account(receipt.method, currency), currency][2] += receipt.amount.units
        found = (
            AssetAccount(account[len(_ASSET) : -len(currency.code) - 1], currency, *units)
            for (account, currency), units in sums.items()
        )
        return tuple(sorted(found, key=lambda one: (one.method, one.currency.code)))

    async def orders_without_time(self, limit: int) -> tuple[tuple[OrderId, TelegramId], ...]:
        """Paid orders without a grant."""
        tables = self._session.tables
        found = (
            (order.id, order.tg_id)
            for order in tables.orders.values()
            if order.state in (OrderState.PAID, OrderState.DELIVERED)
            and order_cause(order.id) not in tables.grants
            and not order.awaits_taker
            and not (order.price.is_zero and trial_cause(order.tg_id) in tables.grants)
        )
        return tuple(sorted(found)[:limit])

    async def time_without_order(self, limit: int) -> tuple[tuple[OrderId, TelegramId], ...]:
        """Grants of orders that aren't paid."""
        tables = self._session.tables
        found = []
        for cause, grant in tables.grants.items():
            order_id = order_of(cause)
            if order_id is not None and cause == order_cause(order_id):
                order = tables.orders.get(order_id)
                if order is None or order.state in (OrderState.OPEN, OrderState.CANCELLED):
                    found.append((order_id, grant.tg_id))
        return tuple(sorted(found)[:limit])

    async def customers_without_key(self, now: datetime, limit: int) -> tuple[TelegramId, ...]:
        """Customers with time left who never had a key."""
        tables = self._session.tables
        left = ((tg_id, tables.subscriptions.get(tg_id, Subscription(tg_id)).ends_at) for tg_id in tables.users)
        found = (tg_id for tg_id, end in left if end is not None and end > now and not tables.keys_of.of(tg_id))
        return tuple(sorted(found)[:limit])

    async def keys_without_time(self, now: datetime, limit: int) -> tuple[tuple[KeyId, TelegramId], ...]:
        """Keys that work, of customers without any grant."""
        tables = self._session.tables
        works = (key for key in tables.keys.values() if key.enabled and not key.deleted and key.expires_at > now)
        found = ((key.id, key.tg_id) for key in works if not tables.grants_of.of(key.tg_id))
        return tuple(sorted(found)[:limit])

    def _of(self, source: str) -> Iterable[SourceRecord]:
        name = storable(source)
        return (one for one in self._session.tables.source_records.values() if one.source == name)


def _order(record: SourceRecord) -> tuple[datetime, str]:
    return record.occurred_at, record.external_id
