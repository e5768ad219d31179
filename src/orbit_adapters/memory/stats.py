"""The shop's statistics from memory."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.tables import Tables
from orbit_domain.money import Currency, Money
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.stats import KeyStats, PaymentStats, Revenue, Stats, UserStats, Windows
from orbit_domain.subscription.subscription import SubscriptionState


class MemoryStats:
    """The port `StatsReader` over *storage*: every row is read, while no transaction is open."""

    def __init__(self, storage: MemoryStorage) -> None:
        self._storage = storage

    async def read(self, now: datetime) -> Stats:
        """Count everything."""
        windows = Windows.at(now)
        async with self._storage.transaction() as _tx:
            tables = self._storage._tables
            money = _payments(tables, windows, self._storage.base)
            return Stats(now.astimezone(UTC), _users(tables, windows, now), money, _keys(tables, now))


def _users(tables: Tables, windows: Windows, now: datetime) -> UserStats:
    joined = [user.created_at for user in tables.users.values()]
    states = Counter(subscription.state(now) for subscription in tables.subscriptions.values())
    return UserStats(
        total=len(tables.users),
        new_today=sum(at >= windows.today for at in joined),
        new_week=sum(at >= windows.week for at in joined),
        new_month=sum(at >= windows.month for at in joined),
        subscribed=states[SubscriptionState.ACTIVE],
        on_trial=states[SubscriptionState.TRIAL],
        unreachable=sum(user.unreachable_at is not None for user in tables.users.values()),
    )


def _payments(tables: Tables, windows: Windows, base: Currency) -> PaymentStats:
    statuses = Counter(payment.status for payment in tables.payments.values())
    confirmed = [payment for payment in tables.payments.values() if payment.status is PaymentStatus.CONFIRMED]
    methods = {str(payment.method) for payment in confirmed}

    def since(begin: datetime) -> Revenue:
        recent = (one for one in confirmed if one.confirmed_at is not None and one.confirmed_at >= begin)
        return _revenue(recent, base)

    return PaymentStats(
        today=since(windows.today),
        week=since(windows.week),
        month=since(windows.month),
        ever=_revenue(confirmed, base),
        pending=statuses[PaymentStatus.PENDING],
        expired=statuses[PaymentStatus.EXPIRED],
        by_method={method: _revenue((one for one in confirmed if one.method == method), base) for method in methods},
    )


def _revenue(payments: Iterable[Payment], base: Currency) -> Revenue:
    amounts = [payment.amount for payment in payments]
    return Revenue(len(amounts), sum(amounts, Money(0, base)))


def _keys(tables: Tables, now: datetime) -> KeyStats:
    keys = [key for key in tables.keys.values() if not key.deleted]
    return KeyStats(
        total=len(keys),
        active=sum(key.enabled and key.expires_at > now for key in keys),
        unconfirmed=sum(not key.is_confirmed for key in keys),
        by_panel=dict(Counter(key.panel_id for key in keys)),
    )
