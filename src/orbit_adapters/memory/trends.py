"""How the shop went, from memory."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.tables import Tables
from orbit_domain.ids import TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.stats import RETURN_TIME, ChurnStats, Revenue, Span, Trends, TrialStats
from orbit_domain.subscription.subscription import SubscriptionState

_BOUGHT = (OrderState.PAID, OrderState.DELIVERED)


class MemoryTrends:
    """The port `TrendsReader` over *storage*: every row is read, while no transaction is open."""

    def __init__(self, storage: MemoryStorage) -> None:
        self._storage = storage

    async def read(self, now: datetime, span: Span) -> Trends:
        """Count everything."""
        begins = span.begins(now)
        async with self._storage.transaction() as _tx:
            tables = self._storage._tables
            joined = Counter(_part(user.created_at, begins) for user in tables.users.values())
            return Trends(
                at=now.astimezone(UTC),
                span=span,
                begins=begins,
                base=self._storage.base,
                revenue=_revenue(tables, begins, self._storage.base),
                new_users=tuple(joined[part] for part in range(len(begins))),
                trials=_trials(tables, begins[0], now),
                churn=_churn(tables, begins[0], now),
            )


def _part(at: datetime, begins: Sequence[datetime]) -> int:
    """The number of the part that holds *at*; below zero before the first one."""
    return bisect_right(begins, at) - 1


def _revenue(tables: Tables, begins: Sequence[datetime], base: Currency) -> dict[str, tuple[Revenue, ...]]:
    found: dict[str, list[Revenue]] = {}
    for payment in tables.payments.values():
        at = payment.confirmed_at
        if payment.status is PaymentStatus.CONFIRMED and at is not None and at >= begins[0]:
            parts = found.setdefault(str(payment.method), [Revenue(0, Money(0, base))] * len(begins))
            before = parts[_part(at, begins)]
            parts[_part(at, begins)] = Revenue(before.count + 1, before.total + payment.amount)
    return {method: tuple(found[method]) for method in sorted(found)}


def _trials(tables: Tables, begin: datetime, now: datetime) -> TrialStats:
    tried = {user.tg_id: user.trial_used_at for user in tables.users.values() if user.trial_used_at is not None}
    began = {tg_id: at for tg_id, at in tried.items() if at >= begin}
    paid = {tg_id for tg_id, at in began.items() if any(one >= at for one in _bought(tables, tg_id))}
    on_trial = {one.tg_id for one in tables.subscriptions.values() if one.state(now) is SubscriptionState.TRIAL}
    return TrialStats(len(began), len((began.keys() & on_trial) - paid), len(paid))


def _churn(tables: Tables, begin: datetime, now: datetime) -> ChurnStats:
    ends = [
        one.ends_at
        for one in tables.subscriptions.values()
        if one.ends_at is not None and one.ends_at >= begin and any(at < begin for at in _bought(tables, one.tg_id))
    ]
    return ChurnStats(len(ends), sum(at <= now - RETURN_TIME for at in ends))


def _bought(tables: Tables, tg_id: TelegramId) -> list[datetime]:
    """When the user paid for plans."""
    return [
        one.paid_at
        for one in tables.orders.values()
        if one.tg_id == tg_id and one.state in _BOUGHT and one.price.units and one.paid_at is not None
    ]
