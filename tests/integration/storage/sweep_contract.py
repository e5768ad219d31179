"""What the sweeps cost when there is nothing new: as little with many customers as with few."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.use_cases.alert_delayed_orders import AlertDelayedOrders
from orbit_domain.use_cases.book_reversals import BookReversals
from orbit_domain.use_cases.carry_out_renewal_wishes import CarryOutRenewalWishes
from orbit_domain.use_cases.charge_cards import ChargeCards
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.keep_cards import KeepCards
from orbit_domain.use_cases.queue_broadcasts import QueueBroadcasts
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_domain.use_cases.renew_subscriptions import RenewSubscriptions
from orbit_domain.use_cases.send_day_summary import SendDaySummary
from orbit_domain.use_cases.settle_referrals import SettleReferrals
from orbit_domain.use_cases.start_card_renewals import StartCardRenewals
from orbit_domain.use_cases.tell_events import TellEvents
from orbit_testing import samples
from orbit_testing.samples import HOUR
from tests.support.clock import FakeClock
from tests.support.world import CountedIds

OWNER = TelegramId(1)
MAX_STATEMENTS = 5


def _jobs(storage: SqlStorage, clock: FakeClock) -> dict[str, tuple[int, Callable[[], Awaitable[object]]]]:
    """Every job that looks for what is due, and how many statements it may send when nothing is."""
    common: dict[str, Any] = {"storage": storage, "clock": clock, "ids": CountedIds()}
    nobody: Any = None  # Nothing is due, so nobody is asked.
    return {
        "reminders": (1, RemindExpiring(**common)),
        "renewals from the balance": (1, RenewSubscriptions(**common)),
        "renewals by card": (1, StartCardRenewals(**common, gateways=nobody, sources=nobody)),
        "charges": (1, ChargeCards(**common, gateways=nobody)),
        "kept cards": (1, KeepCards(**common, gateways=nobody)),
        "wishes": (1, CarryOutRenewalWishes(**common, renewals=nobody)),
        "referrals": (1, SettleReferrals(**common, settings=nobody)),
        # The cursors, and the orders.
        "expiry": (2, ExpirePayments(storage, clock)),
        # The orders, and which of them were told.
        "alerts": (2, AlertDelayedOrders(**common, owner=OWNER)),
        "events": (1, TellEvents(**common, owner=OWNER)),
        "the day's summary": (1, SendDaySummary(**common, owner=OWNER)),
        "broadcasts": (1, QueueBroadcasts(**common)),
        "reversals": (1, BookReversals(**common, owner=OWNER, sources=nobody)),
    }


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

    async def test_nothing_due_costs_a_statement(self, engine: AsyncEngine) -> None:
        """No job looks at a customer, an order or a payment one by one to find that nothing is due."""
        clock, storage = FakeClock(), SqlStorage(engine, base=RUB)
        async with storage.transaction() as tx:
            for number in range(30):
                tg_id = TelegramId(100 + number)
                await tx.users.add_if_absent(samples.new_user(tg_id))
                await tx.subscriptions.save(Subscription(tg_id, clock.now() + 90 * 24 * HOUR, None, auto_renew=True))
                await tx.orders.add_if_absent(samples.order(number, tg_id, created_at=clock.now() - 90 * 24 * HOUR))
                payment = samples.payment(number, tg_id, order_id=samples.order(number).id, created_at=clock.now())
                await tx.payments.add(payment)
        sent: dict[str, int] = {}
        jobs = _jobs(storage, clock)
        for name, (_, job) in jobs.items():
            with count_statements(engine) as counter:
                await job()
            sent[name] = sum(counter.counts)
        assert sent == {name: budget for name, (budget, _) in jobs.items()}

    async def test_new_reminders_are_added_together(self, engine: AsyncEngine) -> None:
        """However many are due: three statements a page, and two workers at once add each reminder once."""
        clock, storage, ids = FakeClock(), SqlStorage(engine, base=RUB), CountedIds()
        async with storage.transaction() as tx:
            for number in range(60):
                tg_id = TelegramId(100 + number)
                await tx.users.add_if_absent(samples.new_user(tg_id))
                await tx.subscriptions.save(Subscription(tg_id, clock.now() + HOUR))
        with count_statements(engine) as sent:
            assert await RemindExpiring(storage, clock, ids, page=100)() == 60
        assert sum(sent.counts) == 3
        clock.advance(hours=1)
        others = SqlStorage(engine, base=RUB)
        workers = [RemindExpiring(one, clock, ids, page=7)() for one in (storage, others)]
        assert sum(await asyncio.gather(*workers)) + await RemindExpiring(storage, clock, ids)() == 60
        async with storage.transaction() as tx:
            told = [len(await tx.outbox.of_user(TelegramId(100 + number), 9)) for number in range(60)]
        assert told == [2] * 60

    async def test_a_new_end_has_reminders_of_its_own(self, engine: AsyncEngine) -> None:
        """Whoever was reminded and renews is reminded of the new end, also when it comes to the microsecond."""
        clock, storage, tg_id = FakeClock(), SqlStorage(engine, base=RUB), TelegramId(100)
        remind_expiring = RemindExpiring(storage, clock, CountedIds())
        ends_at = clock.now() + HOUR
        for added in (0 * HOUR, 48 * HOUR, HOUR / 3_600_000_000):
            ends_at += added
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user(tg_id))
                await tx.subscriptions.save(Subscription(tg_id, ends_at))
            assert (await remind_expiring(), await remind_expiring()) == (1, 0)
            async with storage.transaction() as tx:
                # A switch was turned: nothing is said twice.
                await tx.subscriptions.save(Subscription(tg_id, ends_at, None, auto_renew=True))
            assert await remind_expiring() == 0

    async def test_what_reads_much_holds_up_nobody(self, engine: AsyncEngine) -> None:
        """A sale is recorded while the ledger is audited, and the audit goes on seeing what was there before."""
        storage = SqlStorage(engine, base=RUB)
        async with storage.snapshot() as reading:
            assert await reading.users.get(OWNER) is None
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user(OWNER))
            assert await reading.users.get(OWNER) is None
        async with storage.snapshot() as reading:
            assert await reading.users.get(OWNER) is not None
            assert (await reading.ledger.check()).entries == 0
        async with storage.transaction() as tx:
            await tx.users.set_language(OWNER, "ru")
