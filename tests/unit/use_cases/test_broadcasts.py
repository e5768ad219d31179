"""A message to many: who gets it, how often, and what the staff can do meanwhile."""

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_domain.broadcast.broadcast import (
    MAX_TEXT,
    Broadcast,
    BroadcastAction,
    BroadcastNotSteered,
    BroadcastState,
    NotABroadcast,
    Segment,
)
from orbit_domain.ids import TelegramId
from orbit_domain.notice.announcement import Announcement, BroadcastOver
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.ports import RetryLater, Unreachable
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.deliver_notices import DeliverNotices
from orbit_domain.use_cases.queue_broadcasts import QueueBroadcasts
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import OWNER, Shop
from tests.support.world import World

SECOND = timedelta(seconds=1)
MANY = int(os.environ.get("ORBIT_TEST_BROADCAST", "1000"))


class Killed(BaseException):
    """The process is gone."""


class CountingNotifier:
    """Telegram: it counts what arrives, each second, and sometimes the process dies right after a message."""

    def __init__(self, world: World, seed: int = 1, *, kills: int = 0) -> None:
        self.world, self.random = world, random.Random(seed)
        self.limiter = SendRateLimiter(world.clock, world.clock.sleep)
        self.sent_at: list[datetime] = []
        self.got: Counter[TelegramId] = Counter()
        self.kills_left = kills
        self.blocked: set[TelegramId] = set()

    async def send(self, tg_id: TelegramId, language: str, notice: Notice) -> None:
        if not isinstance(notice, Announcement):
            return
        if tg_id in self.blocked:
            raise Unreachable("blocked")
        await self.limiter.acquire(tg_id)
        assert notice.html == "<b>Sale</b>"
        self.sent_at.append(self.world.clock.now())
        self.got[tg_id] += 1
        if self.kills_left and self.random.random() < 0.02:
            self.kills_left -= 1
            self.limiter = SendRateLimiter(self.world.clock, self.world.clock.sleep)
            raise Killed


async def fill(world: World, count: int) -> None:
    """*count* customers who only pressed /start."""
    shop = Shop(world.ports())
    for number in range(1, count + 1):
        await shop.register_user(TelegramId(1_000_000 + number), None, "ru")


async def started(shop: Shop, segment: Segment = Segment.EVERYONE) -> Broadcast:
    """A running broadcast of the owner."""
    draft = await shop.draft_broadcast(OWNER, " <b>Sale</b>\n", segment)
    return await shop.steer_broadcast(OWNER, draft.id, BroadcastAction.START)


async def run(world: World, notifier: CountingNotifier, seconds: int = 1_000_000) -> None:
    """Let the worker work until nothing is left, restarted after each kill; its lease ends meanwhile."""
    queue, deliver = worker(world, notifier)
    for _ in range(seconds):
        try:
            queued, sent = await queue(), await deliver()
        except Killed:
            world.clock.advance(seconds=121)
            continue
        if not queued and not sent:
            return


def worker(world: World, notifier: CountingNotifier) -> tuple[QueueBroadcasts, DeliverNotices]:
    """The two jobs of one process."""
    return (
        QueueBroadcasts(world.storage, world.clock, world.ids),
        DeliverNotices(world.storage, world.clock, notifier, batch=100),
    )


async def test_everyone_gets_it_once_whatever_dies_meanwhile(alice: Buyer, world: World) -> None:
    """Many customers, some of whom have blocked the bot, and ten kills: at most one message more for each kill.

    Never more than thirty a second.
    """
    await fill(world, MANY)
    notifier = CountingNotifier(world, kills=10)
    notifier.blocked = {TelegramId(1_000_000 + number) for number in range(1, MANY, 50)}
    broadcast = await started(alice.shop)
    await run(world, notifier)
    async with world.storage.transaction() as tx:
        everyone = {tg_id for tg_id in world.storage._tables.users if tg_id not in notifier.blocked}
        progress = await tx.broadcasts.progress(broadcast.id)
        ended = await tx.broadcasts.lock(broadcast.id)
    assert set(notifier.got) == everyone
    assert all(later - first >= SECOND for first, later in zip(notifier.sent_at, notifier.sent_at[31:], strict=False))
    assert sum(notifier.got.values()) <= len(everyone) + 10
    assert (ended.state, ended.queued, progress.waiting) == (BroadcastState.DONE, MANY + 2, 0)
    assert (progress.sent, progress.lost) == (len(everyone), len(notifier.blocked))


async def test_the_author_hears_of_the_end(alice: Buyer, world: World) -> None:
    """Once, with what became of the messages."""
    await started(alice.shop)
    for _ in range(3):
        await alice.shop.queue_broadcasts()
        await alice.shop.deliver_notices()
    (over,) = world.notices(OWNER, "broadcast_over")
    assert isinstance(over, BroadcastOver)
    assert (over.sent, over.lost) == (2, 0)
    assert [type(one) for one in world.notices(ALICE, "announcement")] == [Announcement]


async def test_only_the_segment_gets_it(alice: Buyer, world: World) -> None:
    """Alice has bought; the owner hasn't."""
    await alice.buy()
    for segment in (Segment.ACTIVE, Segment.NEVER, Segment.TRIAL, Segment.EXPIRED):
        assert (await started(alice.shop, segment)).recipients == (segment in (Segment.ACTIVE, Segment.NEVER))
        await alice.shop.queue_broadcasts()
        await alice.shop.deliver_notices()
    assert (len(world.notices(ALICE, "announcement")), len(world.notices(OWNER, "announcement"))) == (1, 1)


async def test_a_pause_lets_only_what_is_on_its_way_arrive(alice: Buyer, world: World) -> None:
    """The window, no more; it goes on where it was, and a stop drops what waits."""
    await fill(world, 300)
    notifier = CountingNotifier(world)
    queue, deliver = worker(world, notifier)
    broadcast = await started(alice.shop)
    assert (await queue(), await queue()) == (100, 0)
    await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.PAUSE)
    await run(world, notifier)
    assert sum(notifier.got.values()) == 100
    await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.RESUME)
    assert (await queue(), await deliver()) == (100, 100)
    assert await queue() == 100
    await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.STOP)
    await run(world, notifier)
    view = await alice.shop.show_broadcast(OWNER, broadcast.id)
    assert (view.progress.sent, view.progress.lost, view.progress.waiting) == (200, 100, 0)
    assert max(notifier.got.values()) == 1


async def test_money_goes_before_a_broadcast(alice: Buyer, world: World) -> None:
    """A customer who pays in the middle of one hears of the key before the rest of the shop hears of the sale."""
    await fill(world, 200)
    await started(alice.shop)
    await alice.shop.queue_broadcasts()
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    await alice.shop.provision_keys()
    await alice.shop.deliver_notices()
    assert [one.notice.kind for one in world.notifier.sent[-20:]][:2] == ["order_paid", "key_ready"]


async def test_a_refused_message_holds_up_nobody(alice: Buyer, world: World) -> None:
    """Telegram asks one chat to wait: the others get theirs, and that one later."""
    await fill(world, 30)
    notifier = CountingNotifier(world)
    slow = TelegramId(1_000_005)
    sends = notifier.send

    async def send(tg_id: TelegramId, language: str, notice: Notice) -> None:
        if tg_id == slow and world.clock.now() < begin + timedelta(seconds=60):
            raise RetryLater(timedelta(seconds=60), "too many messages")
        await sends(tg_id, language, notice)

    begin = world.clock.now()
    notifier.send = send  # type: ignore[method-assign]
    await started(alice.shop)
    await run(world, notifier)
    assert slow not in notifier.got
    world.clock.advance(seconds=61)
    await run(world, notifier)
    assert set(notifier.got.values()) == {1}
    assert len(notifier.got) == 32


async def test_who_may_not_steer_one_does_nothing(alice: Buyer, world: World) -> None:
    """A customer is refused, also with the id of a draft; nothing is queued."""
    draft = await alice.shop.draft_broadcast(OWNER, "<b>Sale</b>", Segment.EVERYONE)
    for attempt in (
        lambda: alice.shop.draft_broadcast(ALICE, "text", Segment.EVERYONE),
        lambda: alice.shop.steer_broadcast(ALICE, draft.id, BroadcastAction.START),
        lambda: alice.shop.show_broadcast(ALICE, draft.id),
        lambda: alice.shop.list_broadcasts(ALICE),
    ):
        with pytest.raises(NotPermitted):
            await attempt()
    assert await alice.shop.queue_broadcasts() == 0


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MAX_TEXT + 1)])
async def test_a_text_that_can_t_be_sent_is_refused(alice: Buyer, text: str) -> None:
    """Before anybody gets anything."""
    with pytest.raises(NotABroadcast):
        await alice.shop.draft_broadcast(OWNER, text, Segment.EVERYONE)


async def test_only_the_steps_that_make_sense_are_possible(alice: Buyer, world: World) -> None:
    """Two admins at once: the second one's tap is refused with the state, and changes nothing; each step is logged."""
    broadcast = await started(alice.shop)
    states = {
        BroadcastState.RUNNING: {BroadcastAction.PAUSE, BroadcastAction.STOP},
        BroadcastState.PAUSED: {BroadcastAction.RESUME, BroadcastAction.STOP},
        BroadcastState.DRAFT: {BroadcastAction.START, BroadcastAction.STOP},
        BroadcastState.STOPPED: set(),
        BroadcastState.DONE: set(),
    }
    now = world.clock.now()
    for state, allowed in states.items():
        for action in BroadcastAction:
            one = replace(broadcast, state=state)
            if action in allowed:
                assert one.steer(action, now).state is not state
            else:
                with pytest.raises(BroadcastNotSteered):
                    one.steer(action, now)
    with pytest.raises(BroadcastNotSteered):
        await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.START)
    async with world.storage.transaction() as tx:
        log = await tx.admin_log.of_subject(f"broadcast:{broadcast.id}", 10)
    assert [one.action for one in log] == ["start_broadcast"]
