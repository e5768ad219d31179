"""Notices: recorded as soon as they are true, sent once, and never in the way of what was paid for."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice, PeriodEnding
from orbit_domain.notice.ports import Notifier, RetryLater, Unreachable
from orbit_domain.order.order import OrderState
from orbit_domain.subscription.subscription import SubscriptionState
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, World


def kinds(buyer: Buyer) -> list[str]:
    """The reminders that the customer was sent, in order."""
    return [notice.reminder for notice in buyer.notices("period_ending") if isinstance(notice, PeriodEnding)]


async def live(buyer: Buyer, days: float) -> None:
    """Run the jobs four times a day for so many days."""
    for _ in range(int(days * 4)):
        buyer.world.clock.advance(hours=6)
        await buyer.shop.work(1)


async def test_a_customer_who_can_t_be_reached_keeps_the_service(alice: Buyer, world: World) -> None:
    """Blocking the bot stops the messages, not the delivery, the renewal or the ledger."""
    world.notifier.fail_with(Unreachable(), ALICE)
    assert (await alice.buy()).state is OrderState.DELIVERED
    assert (await alice.buy()).state is OrderState.DELIVERED
    home = await alice.shop.show_home(ALICE)
    assert home.user.unreachable_at == world.clock.now()
    assert home.state is SubscriptionState.ACTIVE
    assert (await alice.key()).is_confirmed


async def test_a_customer_who_comes_back_is_notified_from_then_on(alice: Buyer, world: World) -> None:
    """/start after unblocking makes the customer reachable; what was given up isn't sent late, what is new is sent."""
    world.notifier.fail_with(Unreachable(), ALICE)
    await alice.buy()
    world.notifier.recover()
    await alice.start()
    assert (await alice.shop.show_home(ALICE)).user.unreachable_at is None
    await alice.shop.work()
    assert alice.notices("order_paid") == []
    await alice.buy()
    assert len(alice.notices("order_paid")) == 1


async def test_one_unreachable_customer_doesn_t_stop_another(alice: Buyer, bob: Buyer, world: World) -> None:
    """An error with one customer leaves the notices of all others alone."""
    world.notifier.fail_with(Unreachable(), ALICE)
    await alice.buy()
    await bob.buy()
    assert len(bob.notices("key_ready")) == 1
    world.notifier.fail_with(RetryLater(timedelta(hours=1), "slow down"), ALICE)
    await alice.buy()
    await bob.buy()
    assert len(bob.notices("key_ready")) == 2


async def test_a_postponed_notice_is_sent_when_its_time_has_come(alice: Buyer, world: World) -> None:
    """Telegram demands half a minute: not a second earlier, and then once."""
    world.notifier.fail_with(RetryLater(timedelta(seconds=30), "too many requests"))
    await alice.buy()
    world.notifier.recover()
    world.clock.advance(seconds=29)
    assert await alice.shop.deliver_notices() == 0
    world.clock.advance(seconds=1)
    await alice.shop.work()
    assert (len(alice.notices("order_paid")), len(alice.notices("key_ready"))) == (1, 1)


async def test_a_worker_that_dies_in_between_leaves_the_notice_to_the_next(alice: Buyer, world: World) -> None:
    """A claim that isn't finished runs out after two minutes, and the notice is sent then."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    async with world.storage.transaction() as tx:
        claimed = await tx.outbox.claim(world.clock.now(), world.clock.now() + timedelta(seconds=120), 20)
    assert len(claimed) == 1
    assert await alice.shop.deliver_notices() == 0
    world.clock.advance(seconds=120)
    assert await alice.shop.deliver_notices() == 1
    assert len(alice.notices("order_paid")) == 1


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 95])
async def test_however_many_notices_wait_all_are_sent(alice: Buyer, world: World, count: int) -> None:
    """Batches limit the pace only: no notice is left out."""
    for number in range(count):
        world.chain.deposit(COIN, f"unknown {number}")
    await alice.shop.work()
    assert len(world.notices(OWNER, "unmatched_money")) == count
    assert await alice.shop.deliver_notices() == 0


async def test_notices_are_told_in_the_language_of_now(alice: Buyer, world: World) -> None:
    """Facts wait in the outbox; the words are chosen when a notice is sent."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    await alice.shop.set_language(ALICE, "en")
    await alice.shop.work()
    assert {sent.language for sent in world.notifier.sent} == {"en"}


async def test_each_reminder_is_told_once_a_period(alice: Buyer, world: World) -> None:
    """Three days and one day before, at the end and a day after; and nothing more however long the jobs run."""
    await alice.buy()
    await live(alice, 40)
    assert kinds(alice) == ["three_days", "one_day", "at_end", "day_after"]
    await alice.buy()
    await live(alice, 40)
    assert kinds(alice) == ["three_days", "one_day", "at_end", "day_after"] * 2


async def test_a_trial_isn_t_greeted_with_three_days_left(alice: Buyer, world: World) -> None:
    """The reminders of a trial begin a day before its end."""
    await alice.shop.start_trial(ALICE)
    await live(alice, 7)
    assert kinds(alice) == ["one_day", "at_end", "day_after"]


async def test_a_reminder_is_void_once_the_customer_has_renewed(alice: Buyer, world: World) -> None:
    """A reminder of the old period isn't sent about the new one."""
    await alice.buy()
    world.clock.advance(days=29, hours=1)
    await alice.shop.read_receipts()
    assert await alice.shop.remind_expiring() == 1
    await alice.buy()
    assert alice.notices("period_ending") == []
    await live(alice, 26)
    assert alice.notices("period_ending") == []


async def test_after_an_outage_only_the_reminder_that_still_makes_sense_is_sent(alice: Buyer, world: World) -> None:
    """ "Three days left" isn't sent when half a day is left."""
    await alice.buy()
    world.clock.advance(days=29, hours=12)
    await alice.shop.work()
    assert kinds(alice) == ["one_day"]


async def test_many_endings_are_all_noticed(alice: Buyer, bob: Buyer, world: World) -> None:
    """Listing page by page leaves no customer out, also when many periods end in the same second."""
    people = [Buyer(alice.shop, world, type(ALICE)(1_000 + number)) for number in range(30)]
    for person in people:
        await person.start()
        await person.shop.start_trial(person.tg_id)
    world.clock.advance(days=2, hours=12)
    remind_expiring = replace(alice.shop.remind_expiring, page=7)
    assert await remind_expiring() == 30
    assert await remind_expiring() == 0


async def test_reminders_name_the_end_they_are_about(alice: Buyer, world: World) -> None:
    """The reminder names exactly the end that the subscription has."""
    await alice.buy()
    ends_at = await alice.ends_at()
    assert isinstance(ends_at, datetime)
    await live(alice, 30)
    notices = [notice for notice in alice.notices("period_ending") if isinstance(notice, PeriodEnding)]
    assert {notice.ends_at for notice in notices} == {ends_at}


async def test_an_owner_s_alert_waits_until_the_owner_has_started_the_bot(world: World) -> None:
    """What nobody could be told isn't recorded as done: the owner hears it within a minute of pressing /start."""
    shop = Shop(world.ports())
    await shop.seed_shop()
    await shop.scan_and_settle()
    for number in range(2):
        world.chain.deposit(COIN, f"nobody's {number}")
    await shop.work()
    async with world.storage.transaction() as tx:
        waiting = await tx.outbox.of_user(OWNER, 10)
    assert [(message.done_at, message.dead_at) for message in waiting] == [(None, None)] * 2
    world.clock.advance(days=3)
    await shop.work()
    await shop.register_user(OWNER, "owner", "en")
    world.clock.advance(minutes=1)
    await shop.work()
    assert len(world.notices(OWNER, "unmatched_money")) == 2


async def test_what_was_paid_is_told_before_reminders(shop: Shop, world: World, alice: Buyer) -> None:
    """What was paid is the next notice, also of a customer who renews, however many reminders wait."""
    await alice.shop.start_trial(ALICE)
    for number in range(300):
        person = Buyer(shop, world, TelegramId(1_000 + number))
        await person.start()
        await shop.start_trial(person.tg_id)
    await shop.work(20)
    world.clock.advance(days=2, hours=1)
    await shop.scan_and_settle()
    assert await shop.remind_expiring() == 301
    view = await alice.start_purchase()
    alice.send(view)
    await shop.scan_and_settle()
    before = len(world.notifier.sent)
    await shop.deliver_notices()
    told = world.notifier.sent[before:]
    assert (told[0].tg_id, told[0].notice.kind) == (ALICE, "order_paid")


async def test_paid_is_told_before_the_key_is_ready(alice: Buyer, world: World) -> None:
    """A notice that is put off isn't overtaken by a later one to the same customer."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    world.notifier.fail_with(RetryLater(timedelta(seconds=30), "network"), ALICE)
    await alice.shop.deliver_notices()
    world.notifier.recover()
    await alice.shop.provision_keys()
    await alice.shop.work()
    assert world.notices(ALICE) == []
    world.clock.advance(minutes=1)
    await alice.shop.work()
    assert [notice.kind for notice in world.notices(ALICE)] == ["order_paid", "key_ready"]


@pytest.mark.parametrize("trials", [1, 100])
async def test_a_notice_that_can_t_be_sent_doesn_t_silence_its_reader(
    alice: Buyer, bob: Buyer, world: World, trials: int
) -> None:
    """A notice that fails by its own fault, known or after a hundred attempts, loses its place to the next ones."""

    class Picky:
        """Refuses one kind of notice."""

        async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
            if notice.kind == "order_paid":
                raise RetryLater(timedelta(seconds=30), "no", keeps_place=trials > 1)
            await world.notifier.send(tg_id, language, notice, silent=silent)

    deliver = replace(alice.shop.deliver_notices, notifier=Picky())
    for buyer in (alice, bob):
        view = await buyer.start_purchase()
        buyer.send(view)
    await alice.shop.scan_and_settle()
    await alice.shop.provision_keys()
    for _ in range(trials):
        assert world.notices(ALICE) == world.notices(bob.tg_id) == []
        await deliver()
        world.clock.advance(seconds=30)
    await deliver()
    for buyer in (alice, bob):
        assert [notice.kind for notice in world.notices(buyer.tg_id)] == ["key_ready"]
    world.clock.advance(seconds=30)
    await alice.shop.deliver_notices()
    assert len(alice.notices("order_paid")) == 1


async def test_a_notice_that_breaks_the_notifier_harms_nobody_else(alice: Buyer, bob: Buyer, world: World) -> None:
    """An unforeseen error is raised at the end of the run; the same run serves all others, and its reader's next."""

    class Broken:
        """Fails with one notice of Alice's in a way that nobody foresaw."""

        async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
            if tg_id == ALICE and notice.kind == "order_paid":
                raise AttributeError("nobody foresaw this")
            await world.notifier.send(tg_id, language, notice, silent=silent)

    for buyer in (alice, bob):
        view = await buyer.start_purchase()
        buyer.send(view)
    await alice.shop.scan_and_settle()
    await alice.shop.provision_keys()
    with pytest.raises(AttributeError):
        await replace(alice.shop.deliver_notices, notifier=Broken())()
    assert [notice.kind for notice in world.notices(ALICE)] == ["key_ready"]
    assert [notice.kind for notice in world.notices(bob.tg_id)] == ["order_paid", "key_ready"]
    async with world.storage.transaction() as tx:
        (broken,) = [one for one in await tx.outbox.of_user(ALICE, 5) if one.notice.kind == "order_paid"]
    assert (broken.done_at, broken.dead_at, broken.last_error) == (None, None, "AttributeError")
    world.clock.advance(hours=1)
    await alice.shop.deliver_notices()
    assert len(alice.notices("order_paid")) == 1


async def test_with_a_slow_telegram_each_notice_is_sent_once(alice: Buyer, world: World) -> None:
    """Twenty messages of ten seconds each and a second worker after each of them: none is sent twice."""
    people = [Buyer(alice.shop, world, TelegramId(1_000 + number)) for number in range(20)]
    for person in people:
        await person.start()
        await person.add_balance(20_000)
    deliver = alice.shop.deliver_notices
    sent: list[TelegramId] = []

    class Slow:
        """Takes ten seconds, while another worker runs."""

        def __init__(self, other: Notifier | None = None) -> None:
            self.other = other

        async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
            sent.append(tg_id)
            world.clock.advance(seconds=10)
            if self.other is not None:
                await replace(deliver, notifier=self.other, batch=1)()

    await replace(deliver, notifier=Slow(Slow()))()
    assert len(sent) == len(set(sent)) == 20


async def test_a_call_that_never_ended_is_made_again_after_the_lease(alice: Buyer, world: World) -> None:
    """The lease of two minutes outlives the longest call, so only what a dead worker held is sent again."""

    class Killed:
        """The process ends during the call."""

        async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
            raise asyncio.CancelledError

    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    with pytest.raises(asyncio.CancelledError):
        await replace(alice.shop.deliver_notices, notifier=Killed())()
    world.clock.advance(seconds=119)
    assert await alice.shop.deliver_notices() == 0
    world.clock.advance(seconds=1)
    assert await alice.shop.deliver_notices() == 1


async def test_after_an_outage_of_telegram_only_the_newest_reminder_is_sent(alice: Buyer, world: World) -> None:
    """Of the reminders that waited, those whose time has passed are recorded as dropped, with the reason."""
    await alice.buy()
    world.notifier.fail_with(RetryLater(timedelta(seconds=30), "network"))
    world.clock.advance(days=26)
    await live(alice, 4.5)
    world.notifier.recover()
    world.clock.advance(minutes=1)
    await alice.shop.work()
    assert kinds(alice) == ["at_end"]
    async with world.storage.transaction() as tx:
        reminders = [one for one in await tx.outbox.of_user(ALICE, 10) if isinstance(one.notice, PeriodEnding)]
    assert [one.dropped_reason is None for one in reminders] == [True, False, False]
    assert all(one.done_at for one in reminders)


async def test_every_delayed_order_is_reported(shop: Shop, world: World) -> None:
    """Orders that were reported before don't fill the batch: those behind them are reported too, each once."""
    alert = replace(shop.alert_delayed_orders, batch=5)
    world.panel.unavailable = True
    for number in range(12):
        person = Buyer(shop, world, TelegramId(100 + number))
        await person.start()
        await shop.start_trial(person.tg_id)
        world.clock.advance(seconds=number % 2)
    for _ in range(3):
        world.clock.advance(minutes=11)
        assert await alert() == 12
    async with world.storage.transaction() as tx:
        alerts = await tx.outbox.of_user(OWNER, 100)
    assert len(alerts) == 12
