"""The statistics from memory, which read every row, equal those of a database, which counts with CASE."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.memory.stats import MemoryStats
from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.trends import MemoryTrends
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.trends import SqlTrends
from orbit_domain.access.key import Key
from orbit_domain.ids import PanelId, PlanCode, TelegramId
from orbit_domain.money import RUB, rub
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import Method, Payment, PaymentStatus
from orbit_domain.stats import RETURN_TIME, Span, Windows
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.user import NewUser
from orbit_testing import samples
from orbit_testing.samples import NOW

INSTANT = timedelta(microseconds=1)
WINDOWS = Windows.at(NOW)
# Every edge from both sides, and any other time.
MOMENTS = st.sampled_from(
    [
        edge + step
        for edge in (NOW, WINDOWS.today, WINDOWS.week, WINDOWS.month, NOW - RETURN_TIME, *Span.YEAR.begins(NOW)[:2])
        for step in (-INSTANT, 0 * INSTANT, INSTANT)
    ]
) | st.timedeltas(timedelta(days=-90), timedelta(days=90)).map(lambda off: NOW + off)
PEOPLE = st.tuples(
    MOMENTS, st.none() | MOMENTS, st.sampled_from([None, "trial", "sub_1m", ""]), st.none() | MOMENTS,
    st.none() | MOMENTS,
)  # fmt: skip
ORDERS = st.tuples(st.sampled_from(OrderState), st.sampled_from([0, 1, 12_900]), st.none() | MOMENTS)
PAYMENTS = st.tuples(
    st.sampled_from(["ton", "stars"]), st.sampled_from(PaymentStatus), st.integers(0, 10**12), st.none() | MOMENTS
)
KEYS = st.tuples(st.sampled_from([None, "m1", "m2"]), MOMENTS, st.booleans(), st.integers(0, 2))

_numbers = count(1)


async def _record(
    storage: Storage,
    newcomer: NewUser,
    subscription: Subscription,
    unreachable: object,
    tried_at: object,
    rows: list[Payment | Key | Order],
) -> None:
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(newcomer)
        await tx.subscriptions.save(subscription)
        await tx.users.set_unreachable(newcomer.tg_id, unreachable)  # type: ignore[arg-type]
        if tried_at is not None:
            await tx.users.set_trial_used(newcomer.tg_id, tried_at)  # type: ignore[arg-type]
        for row in rows:
            match row:
                case Payment():
                    await tx.payments.add(row)
                case Key():
                    await tx.keys.add(row)
                case Order():
                    await tx.orders.add_if_absent(row)
                    await tx.orders.save(row)


def _order(tg_id: TelegramId, state: OrderState, kopecks: int, paid_at: object) -> Order:
    return samples.order(next(_numbers), tg_id, state=state, price=rub(kopecks), paid_at=paid_at)


def _payment(tg_id: TelegramId, method: str, status: PaymentStatus, kopecks: int, confirmed_at: object) -> Payment:
    made = samples.payment(next(_numbers), tg_id, method=Method(method), amount=rub(kopecks))
    return replace(made, status=status, confirmed_at=confirmed_at)  # type: ignore[arg-type]


def _key(tg_id: TelegramId, panel: str | None, expires_at: object, enabled: bool, applied: int) -> Key:
    panel_id = None if panel is None else PanelId(panel)
    return samples.key(
        next(_numbers), tg_id, expires_at=expires_at, enabled=enabled, applied_revision=applied, panel_id=panel_id
    )


@pytest.fixture
def memory() -> MemoryStorage:
    return MemoryStorage(base=RUB)


@given(
    person=PEOPLE,
    payments=st.lists(PAYMENTS, max_size=4, unique_by=lambda one: one[:2]),
    keys=st.lists(KEYS, max_size=3),
    orders=st.lists(ORDERS, max_size=3),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_both_count_alike_after_every_change(
    memory: MemoryStorage, sqlite_engine: AsyncEngine, person: tuple, payments: list, keys: list, orders: list
) -> None:
    """One shop grows in both, customer by customer, and all statistics stay equal."""
    tg_id = TelegramId(next(_numbers))
    created_at, ends_at, plan, unreachable, tried_at = person
    subscription = Subscription(tg_id, ends_at, None if plan is None else PlanCode(plan))
    rows: list[Payment | Key | Order] = [_payment(tg_id, *one) for one in payments]
    rows += [_key(tg_id, *one) for one in keys]
    rows += [_order(tg_id, *one) for one in orders]
    for storage in (memory, SqlStorage(sqlite_engine, base=RUB)):
        await _record(
            storage, samples.new_user(tg_id, created_at=created_at), subscription, unreachable, tried_at, rows
        )
    assert await SqlStats(sqlite_engine, base=RUB).read(NOW) == await MemoryStats(memory).read(NOW)
    for span in Span:
        assert await SqlTrends(sqlite_engine, base=RUB).read(NOW, span) == await MemoryTrends(memory).read(NOW, span)
