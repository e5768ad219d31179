"""What the sweeps cost when there is nothing new: as little with many customers as with few."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.use_cases.alert_delayed_orders import AlertDelayedOrders
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_testing import samples
from orbit_testing.samples import HOUR
from tests.support.clock import FakeClock
from tests.support.world import CountedIds

OWNER = TelegramId(1)
MAX_STATEMENTS = 5


class SweepContract:
    """Give it an `engine` on a fresh database."""

    @pytest.mark.parametrize("people", [6, 60])
    async def test_reminding_again_costs_nothing_per_customer(self, engine: AsyncEngine, people: int) -> None:
        """Each customer is reminded once, page by page; a run with nothing new due sends five statements at most."""
        clock, storage = FakeClock(), SqlStorage(engine, base=RUB)
        remind_expiring = RemindExpiring(storage, clock, CountedIds(), page=25)
        async with storage.transaction() as tx:
            for number in range(people):
                tg_id = TelegramId(100 + number)
                await tx.users.add_if_absent(samples.new_user(tg_id))
                await tx.subscriptions.save(Subscription(tg_id, clock.now() + (1 + number % 2) * HOUR))
        assert await remind_expiring() == people
        with count_statements(engine) as sent:
            assert await remind_expiring() == 0
        assert sum(sent.counts) <= MAX_STATEMENTS
        clock.advance(hours=1)
        assert await remind_expiring() == people // 2

    @pytest.mark.parametrize("people", [6, 60])
    async def test_alerting_again_costs_nothing_per_order(self, engine: AsyncEngine, people: int) -> None:
        """Each late order is reported once; a run with only reported ones sends five statements a page at most."""
        clock, storage = FakeClock(), SqlStorage(engine, base=RUB)
        alert_delayed_orders = AlertDelayedOrders(storage, clock, CountedIds(), OWNER)
        async with storage.transaction() as tx:
            for number in range(people):
                tg_id = TelegramId(100 + number)
                await tx.users.add_if_absent(samples.new_user(tg_id))
                order = await tx.orders.add_if_absent(samples.order(number, tg_id))
                await tx.orders.save(order.pay(clock.now()))
        clock.advance(minutes=11)
        assert await alert_delayed_orders() == people
        with count_statements(engine) as sent:
            assert await alert_delayed_orders() == people
        assert sum(sent.counts) <= MAX_STATEMENTS
        async with storage.transaction() as tx:
            assert len(await tx.outbox.of_user(OWNER, 100)) == people
