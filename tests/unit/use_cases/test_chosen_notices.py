"""Notices as customers want them: switches, quiet hours, and what is still worth saying afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orbit_adapters.memory.notifier import SentNotice
from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import BroadcastAction, BroadcastState
from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.notice.ports import Unreachable
from orbit_domain.notice.questions import OwnerAnswered
from orbit_domain.notice.referral_notices import ReferralReward
from orbit_domain.notice.renewal_notices import NotRenewed
from orbit_domain.notice.repository import DropReason, OutboxMessage
from orbit_domain.notice_settings.notice_settings import NoticeGroup, QuietHours, UtcOffset
from orbit_domain.steps.notify import notify
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.subscription.reminders import ReminderKind
from orbit_domain.use_cases.show_customer_notices import NextReminder
from orbit_domain.user.user import NoSuchUser
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import OWNER, Shop
from tests.support.world import World

UTC_CLOCK = UtcOffset(0)
NIGHT = QuietHours(22, 8)


async def at_hour(shop: Shop, world: World, hour: int) -> datetime:
    """Let the time be the next full *hour* in UTC, and the sources be read, so that one can pay."""
    now = world.clock.now()
    target = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    target += timedelta(days=target <= now)
    world.clock.advance(seconds=(target - now).total_seconds())
    await shop.scan_and_settle()
    return target


async def quiet(buyer: Buyer, hours: QuietHours = NIGHT) -> None:
    """Let the customer, whose clock shows UTC, have quiet hours."""
    await buyer.shop.choose_notices.quiet(buyer.tg_id, hours)
    await buyer.shop.choose_notices.clock_is(buyer.tg_id, UTC_CLOCK)


def sent(buyer: Buyer) -> list[SentNotice]:
    """What the customer was sent, and how."""
    return [one for one in buyer.world.notifier.sent if one.tg_id == buyer.tg_id]


async def journal(buyer: Buyer) -> tuple[OutboxMessage, ...]:
    """What the staff sees of the customer's notices."""
    return (await buyer.shop.show_customer_notices(OWNER, buyer.tg_id)).messages


async def reward(buyer: Buyer, units: int = 5_000) -> None:
    """A reward for a friend's purchase, or one that was taken back."""
    async with buyer.world.storage.transaction() as tx:
        notice = ReferralReward(7, is_inviter=True, change_kopecks=units, balance_kopecks=5_000)
        await notify(tx, buyer.world.ids, buyer.tg_id, notice, buyer.world.clock.now())


async def test_what_is_switched_off_isn_t_sent_and_the_rest_is(alice: Buyer, world: World) -> None:
    """Reminders and rewards stop; money, keys and what was taken back don't. The journal says why nothing came."""
    for group in NoticeGroup:
        await alice.shop.choose_notices.switch(ALICE, group, on=False)
    await alice.buy()
    await reward(alice)
    await reward(alice, -5_000)
    world.clock.advance(days=27, hours=12)
    await alice.shop.work()
    assert [one.notice.kind for one in sent(alice)] == ["order_paid", "key_ready", "referral_reward"]
    dropped = [one.notice for one in await journal(alice) if one.dropped_reason == DropReason.SWITCHED_OFF]
    assert [notice.kind for notice in dropped] == ["period_ending", "referral_reward"]
    view = await alice.shop.choose_notices.switch(ALICE, NoticeGroup.REMINDERS, on=True)
    assert view.user.notices.off == {NoticeGroup.NEWS, NoticeGroup.REWARDS}
    world.clock.advance(days=2)
    await alice.shop.work()
    assert [one.notice.reminder for one in sent(alice) if isinstance(one.notice, PeriodEnding)] == ["one_day"]


async def test_at_night_the_urgent_comes_silently_and_the_rest_in_the_morning(alice: Buyer, world: World) -> None:
    """A purchase and an answer at eleven in the evening, a reward that was earned before: it holds up neither."""
    await quiet(alice)
    await at_hour(alice.shop, world, 23)
    await reward(alice)
    await alice.buy()
    async with world.storage.transaction() as tx:
        await notify(tx, world.ids, ALICE, OwnerAnswered(world.ids.uuid(), "Yes"), world.clock.now())
    await alice.shop.work()
    assert [(one.notice.kind, one.silent) for one in sent(alice)] == [
        ("order_paid", True), ("key_ready", True), ("owner_answered", True),
    ]  # fmt: skip
    waiting = next(one for one in await journal(alice) if one.notice.kind == "referral_reward")
    morning = await at_hour(alice.shop, world, 8)
    assert (waiting.not_before, waiting.attempts, waiting.last_error, waiting.done_at) == (morning, 0, None, None)
    await alice.shop.work()
    assert [(one.notice.kind, one.silent) for one in sent(alice)][3:] == [("referral_reward", False)]


async def test_by_day_and_without_a_clock_everything_sounds(alice: Buyer, bob: Buyer, world: World) -> None:
    """Nobody's phone stays silent by mistake: not outside the hours, not before the clock is known."""
    await quiet(alice)
    await bob.shop.choose_notices.quiet(BOB, NIGHT)
    await at_hour(alice.shop, world, 21)
    await alice.buy()
    await at_hour(alice.shop, world, 23)
    await bob.buy()
    assert not any(one.silent for one in (*sent(alice), *sent(bob)))
    assert len(sent(alice)) == len(sent(bob)) == 2


async def test_a_reminder_that_isn_t_true_in_the_morning_is_dropped(alice: Buyer, world: World) -> None:
    """ "One day left" waits for the end of quiet hours; by then the period has ended, and the next reminder says so."""
    await alice.buy()
    ends_at = await alice.ends_at()
    assert ends_at is not None
    asleep = QuietHours((ends_at.hour - 1) % 24, (ends_at.hour - 2) % 24)
    world.clock.advance(days=29)
    await quiet(alice, asleep)
    await alice.shop.work()
    (held,) = [one for one in await journal(alice) if one.notice.kind == "period_ending"]
    assert world.clock.now() < held.not_before
    assert held.done_at is None
    world.clock.advance(seconds=(max(held.not_before, ends_at) - world.clock.now()).total_seconds())
    await alice.shop.work()
    await alice.shop.choose_notices.quiet(ALICE, None)
    world.clock.advance(days=1, seconds=-1)
    await alice.shop.work()
    told = [one.notice.reminder for one in sent(alice) if isinstance(one.notice, PeriodEnding)]
    assert ReminderKind.ONE_DAY not in told
    (dropped,) = [one for one in await journal(alice) if one.dropped_reason == DropReason.OUTDATED]
    assert isinstance(dropped.notice, PeriodEnding)
    assert dropped.notice.reminder == ReminderKind.ONE_DAY


async def test_a_renewal_makes_what_said_otherwise_void(alice: Buyer, world: World) -> None:
    """ "It wasn't renewed" is dropped when the customer has renewed before it could be sent."""
    await alice.buy()
    ends_at = await alice.ends_at()
    assert ends_at is not None
    async with world.storage.transaction() as tx:
        await notify(tx, world.ids, ALICE, NotRenewed(ends_at, None, 12_900, 100), world.clock.now())
    view = await alice.start_purchase()
    alice.send(view, view.payment.quote.due.units)
    await alice.shop.scan_and_settle()
    await alice.shop.work()
    assert alice.notices("not_renewed") == []


async def running(shop: Shop) -> None:
    """A broadcast to everyone, on its way."""
    draft = await shop.draft_broadcast(OWNER, "Sale", Audience(Segment.EVERYONE))
    await shop.preview_broadcast(OWNER, draft.id)
    await shop.steer_broadcast(OWNER, draft.id, BroadcastAction.START)


async def work(shop: Shop, rounds: int = 4) -> None:
    """Let the jobs of broadcasts run."""
    for _ in range(rounds):
        await shop.queue_broadcasts()
        await shop.deliver_notices()


async def test_news_go_to_nobody_who_doesn_t_want_them(alice: Buyer, bob: Buyer, world: World) -> None:
    """Neither to whom had them off before, nor to who turns them off while the message is on its way."""
    await alice.shop.choose_notices.switch(ALICE, NoticeGroup.NEWS, on=False)
    assert (await alice.shop.list_broadcasts(OWNER)).sizes[Segment.EVERYONE] == 2
    await running(alice.shop)
    await alice.shop.queue_broadcasts()
    await alice.shop.choose_notices.switch(BOB, NoticeGroup.NEWS, on=False)
    await work(alice.shop)
    # The author has seen it before, too.
    assert [len(world.notices(one, "announcement")) for one in (ALICE, BOB, OWNER)] == [0, 0, 2]
    (over,) = world.notices(OWNER, "broadcast_over")
    assert (over.sent, over.lost) == (1, 1)  # type: ignore[union-attr]


async def test_those_who_sleep_hold_up_no_broadcast(alice: Buyer, world: World) -> None:
    """A hundred who sleep and one who doesn't: it comes at once; the end is told when the last one was sent it."""
    sleepers = [Buyer(alice.shop, world, TelegramId(100 + number)) for number in range(8)]
    for one in sleepers:
        await one.start()
        await quiet(one)
    awake = Buyer(alice.shop, world, TelegramId(999))
    await awake.start()
    await at_hour(alice.shop, world, 23)
    alice.shop.queue_broadcasts = replace(alice.shop.queue_broadcasts, window=3)
    await running(alice.shop)
    await work(alice.shop, 12)
    assert len(awake.notices("announcement")) == 1
    assert world.notices(OWNER, "broadcast_over") == []
    assert not any(one.notices("announcement") for one in sleepers)
    await at_hour(alice.shop, world, 8)
    await work(alice.shop, 12)
    assert all(len(one.notices("announcement")) == 1 for one in sleepers)
    assert len(world.notices(OWNER, "broadcast_over")) == 1


async def test_in_the_morning_a_paused_broadcast_stays_paused(alice: Buyer, world: World) -> None:
    """What waited for the morning waits on while the broadcast is paused, and is sent after it goes on."""
    await quiet(alice)
    await at_hour(alice.shop, world, 23)
    await running(alice.shop)
    await work(alice.shop)
    (broadcast,) = (await alice.shop.list_broadcasts(OWNER)).newest
    assert broadcast.state is BroadcastState.RUNNING
    await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.PAUSE)
    await at_hour(alice.shop, world, 9)
    await work(alice.shop)
    assert alice.notices("announcement") == []
    await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.RESUME)
    world.clock.advance(minutes=10)
    await work(alice.shop)
    assert len(alice.notices("announcement")) == 1


async def test_the_staff_sees_what_comes_next(alice: Buyer, world: World) -> None:
    """The reminders of the period, those at night in the morning; none that is past, unwanted, or a trial's first."""
    await alice.buy()
    ends_at = await alice.ends_at()
    assert ends_at is not None
    days = {ReminderKind.THREE_DAYS: -3, ReminderKind.ONE_DAY: -1, ReminderKind.AT_END: 0, ReminderKind.DAY_AFTER: 1}
    expected = [NextReminder(kind, ends_at + timedelta(days=count)) for kind, count in days.items()]
    seen = await alice.shop.show_customer_notices(OWNER, ALICE)
    assert list(seen.following) == expected
    await quiet(alice, QuietHours(ends_at.hour, (ends_at.hour + 5) % 24))
    later = timedelta(hours=5) - timedelta(minutes=ends_at.minute, seconds=ends_at.second)
    world.clock.advance(days=28)
    seen = await alice.shop.show_customer_notices(OWNER, ALICE)
    assert [one.at for one in seen.following] == [one.at.replace(microsecond=0) + later for one in expected[1:]]
    await alice.shop.choose_notices.switch(ALICE, NoticeGroup.REMINDERS, on=False)
    assert (await alice.shop.show_customer_notices(OWNER, ALICE)).following == ()
    with pytest.raises(NotPermitted):
        await alice.shop.show_customer_notices(ALICE, ALICE)
    with pytest.raises(NoSuchUser):
        await alice.shop.show_customer_notices(OWNER, TelegramId(987))


async def test_the_journal_has_pages(alice: Buyer) -> None:
    """Newest first, each notice on one page."""
    for number in range(1, 11):
        await reward(alice, number)
        async with alice.world.storage.transaction() as tx:
            notice = OwnerAnswered(alice.world.ids.uuid(), str(number))
            await notify(tx, alice.world.ids, ALICE, notice, alice.world.clock.now())
    pages = [await alice.shop.show_customer_notices(OWNER, ALICE, number) for number in range(3)]
    ids = [one.id for page in pages for one in page.messages]
    assert (len(ids), ids) == (len(set(ids)), sorted(ids, reverse=True))
    assert [page.has_more for page in pages] == [True, False, False]


async def test_whoever_blocks_the_bot_is_known_at_once_and_until_something_arrives(alice: Buyer, world: World) -> None:
    """The messenger's word counts both ways; so does a notice that arrives, when that word was lost."""
    said = alice.shop.record_reachability
    await said(ALICE, is_reachable=False)
    blocked_at = world.clock.now()
    world.clock.advance(minutes=1)
    await said(ALICE, is_reachable=False)
    assert (await alice.shop.show_home(ALICE)).user.unreachable_at == blocked_at
    world.notifier.fail_with(Unreachable(), ALICE)
    assert (await alice.buy()).delivered_at is not None
    assert (await alice.shop.show_home(ALICE)).user.unreachable_at is not None
    await said(ALICE, is_reachable=True)
    assert (await alice.shop.show_home(ALICE)).user.unreachable_at is None
    await said(ALICE, is_reachable=False)
    world.notifier.recover()
    await alice.buy()
    assert (await alice.shop.show_home(ALICE)).user.unreachable_at is None
    await said(TelegramId(987), is_reachable=False)
