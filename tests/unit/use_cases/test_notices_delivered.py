"""Notices: owed from the moment they are true, told once, and never in the way of what was paid for."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.notice.ports import RetryLater, Unreachable
from orbit_domain.order.order import OrderState
from orbit_domain.subscription.subscription import SubscriptionState
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import OWNER
from tests.support.world import COIN, World


def kinds(buyer: Buyer) -> list[str]:
    """The reminders that the customer has heard, in order."""
    return [notice.reminder for notice in buyer.notices("period_ending") if isinstance(notice, PeriodEnding)]


async def live(buyer: Buyer, days: float) -> None:
    """Let the loops turn four times a day for so many days."""
    for _ in range(int(days * 4)):
        buyer.world.clock.advance(hours=6)
        await buyer.shop.work(1)


async def test_a_customer_who_can_t_be_reached_keeps_the_service(alice: Buyer, world: World) -> None:
    """Blocking the bot stops the messages, not the delivery, the renewal or the books."""
    world.notifier.fail_with(Unreachable(), ALICE)
    assert (await alice.buy()).state is OrderState.DELIVERED
    assert (await alice.buy()).state is OrderState.DELIVERED
    home = await alice.shop.show_home(ALICE)
    assert home.user.unreachable_at == world.clock.now()
    assert home.state is SubscriptionState.ACTIVE
    assert (await alice.key()).is_confirmed


async def test_who_comes_back_is_told_again_from_then_on(alice: Buyer, world: World) -> None:
    """/start after unblocking makes the customer reachable; what was given up isn't told late, what is new is."""
    world.notifier.fail_with(Unreachable(), ALICE)
    await alice.buy()
    world.notifier.recover()
    await alice.start()
    assert (await alice.shop.show_home(ALICE)).user.unreachable_at is None
    await alice.shop.work()
    assert alice.notices("order_paid") == []
    await alice.buy()
    assert len(alice.notices("order_paid")) == 1


async def test_one_deaf_customer_doesn_t_silence_another(alice: Buyer, bob: Buyer, world: World) -> None:
    """Trouble with one listener leaves everybody else's notices alone."""
    world.notifier.fail_with(Unreachable(), ALICE)
    await alice.buy()
    await bob.buy()
    assert len(bob.notices("key_ready")) == 1
    world.notifier.fail_with(RetryLater(timedelta(hours=1), "slow down"), ALICE)
    await alice.buy()
    await bob.buy()
    assert len(bob.notices("key_ready")) == 2


async def test_a_notice_that_is_put_off_is_told_when_its_time_has_come(alice: Buyer, world: World) -> None:
    """Telegram asked for half a minute: not a second earlier, and then once."""
    world.notifier.fail_with(RetryLater(timedelta(seconds=30), "too many requests"))
    await alice.buy()
    world.notifier.recover()
    world.clock.advance(seconds=29)
    assert await alice.shop.deliver_notices() == 0
    world.clock.advance(seconds=1)
    await alice.shop.work()
    assert (len(alice.notices("order_paid")), len(alice.notices("key_ready"))) == (1, 1)


async def test_a_teller_that_dies_in_between_leaves_the_notice_to_the_next(alice: Buyer, world: World) -> None:
    """A claim that nobody finishes runs out after two minutes, and the notice is told then."""
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
async def test_however_many_notices_are_owed_all_are_told(alice: Buyer, world: World, count: int) -> None:
    """Batches are a matter of pace: nothing is left behind them."""
    for number in range(count):
        world.chain.deposit(COIN, f"nobody's {number}")
    await alice.shop.work()
    assert len(world.notices(OWNER, "unmatched_money")) == count
    assert await alice.shop.deliver_notices() == 0


async def test_notices_are_told_in_the_language_of_now(alice: Buyer, world: World) -> None:
    """Facts wait in the outbox, words are chosen when they are said."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    await alice.shop.set_language(ALICE, "en")
    await alice.shop.work()
    assert {told.language for told in world.notifier.sent} == {"en"}


async def test_each_reminder_is_told_once_a_period(alice: Buyer, world: World) -> None:
    """Three days and one day before, at the end and a day after; and nothing more however long the loops turn."""
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
    """What was promised about the old period isn't told about the new one."""
    await alice.buy()
    world.clock.advance(days=29, hours=1)
    await alice.shop.scan_transfers()
    assert await alice.shop.remind_expiring() == 1
    await alice.buy()
    assert alice.notices("period_ending") == []
    await live(alice, 26)
    assert alice.notices("period_ending") == []


async def test_after_an_outage_only_the_reminder_that_still_makes_sense_is_told(alice: Buyer, world: World) -> None:
    """Nobody hears of "three days left" when half a day is left."""
    await alice.buy()
    world.clock.advance(days=29, hours=12)
    await alice.shop.work()
    assert kinds(alice) == ["one_day"]


async def test_many_endings_are_all_noticed(alice: Buyer, bob: Buyer, world: World) -> None:
    """Listing page by page leaves nobody out, also when many periods end in the same second."""
    people = [Buyer(alice.shop, world, type(ALICE)(1_000 + number)) for number in range(30)]
    for person in people:
        await person.start()
        await person.shop.start_trial(person.tg_id)
    world.clock.advance(days=2, hours=12)
    remind_expiring = replace(alice.shop.remind_expiring, page=7)
    assert await remind_expiring() == 30
    assert await remind_expiring() == 0


async def test_reminders_name_the_end_they_are_about(alice: Buyer, world: World) -> None:
    """The customer is told of the very end that the subscription has."""
    await alice.buy()
    ends_at = await alice.ends_at()
    assert isinstance(ends_at, datetime)
    await live(alice, 30)
    notices = [notice for notice in alice.notices("period_ending") if isinstance(notice, PeriodEnding)]
    assert {notice.ends_at for notice in notices} == {ends_at}
