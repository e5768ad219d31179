"""A message to many: who gets it, how often, and what the staff can do meanwhile."""

import os
import random
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import (
    Broadcast,
    BroadcastAction,
    BroadcastNotSteered,
    BroadcastState,
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

SECOND, MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)
EVERYONE = Audience(Segment.EVERYONE)
MANY = int(os.environ.get("ORBIT_TEST_BROADCAST", "1000"))


class Killed(BaseException):
    """The process is gone."""


class CountingNotifier:
    """Telegram: it records what arrives and when, and sometimes the process dies right before or after a message."""

    def __init__(self, world: World, kills: Collection[int] = ()) -> None:
        self.world = world
        self.limiter = SendRateLimiter(world.clock, world.clock.sleep)
        self.sent: list[tuple[datetime, TelegramId]] = []
        self.got: Counter[tuple[UUID, TelegramId]] = Counter()
        self.kills = set(kills)
        self.blocked: set[TelegramId] = set()

    async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
        if not isinstance(notice, Announcement):
            return
        if tg_id in self.blocked:
            raise Unreachable("blocked")
        await self.limiter.acquire(tg_id)
        assert notice.html == "<b>Sale</b>"
        number = len(self.sent)
        self.die_at(-number)
        self.sent.append((self.world.clock.now(), tg_id))
        self.got[notice.broadcast_id, tg_id] += 1
        self.die_at(number)

    def die_at(self, number: int) -> None:
        """The process is killed, if it is to be; the next one knows nothing of what this one has sent."""
        if number in self.kills:
            self.kills.discard(number)
            self.limiter = SendRateLimiter(self.world.clock, self.world.clock.sleep)
            raise Killed

    def busiest_second(self) -> int:
        """How many messages arrived within the busiest second."""
        moments, busiest, begin = [at for at, _ in self.sent], 0, 0
        for end, at in enumerate(moments):
            while at - moments[begin] >= SECOND - MILLISECOND:
                begin += 1
            busiest = max(busiest, end - begin + 1)
        return busiest

    def shortest_pause(self) -> timedelta:
        """The shortest time between two messages into one chat."""
        last: dict[TelegramId, datetime] = {}
        pauses: list[timedelta] = []
        for at, tg_id in self.sent:
            pauses.append(at - last.get(tg_id, datetime.min.replace(tzinfo=UTC)))
            last[tg_id] = at
        return min(pauses)


async def fill(world: World, count: int) -> None:
    """*count* customers who only pressed /start, a tenth of them in English."""
    shop = Shop(world.ports())
    for number in range(1, count + 1):
        await shop.register_user(TelegramId(1_000_000 + number), None, "ru" if number % 10 else "en")


async def draft(shop: Shop, audience: Audience) -> Broadcast:
    """What the owner has written and seen."""
    made = await shop.draft_broadcast(OWNER, " <b>Sale</b>\n", audience)
    await shop.preview_broadcast(OWNER, made.id)
    return made


async def started(shop: Shop, audience: Audience = EVERYONE) -> Broadcast:
    """A running broadcast of the owner."""
    made = await draft(shop, audience)
    return await shop.steer_broadcast(OWNER, made.id, BroadcastAction.START)


async def run(world: World, notifier: CountingNotifier) -> None:
    """Let the worker work until nothing is left. After a kill the next process is there in two seconds."""
    queue, deliver = worker(world, notifier)
    idle = 0
    while idle < 2:
        try:
            is_busy = bool(await queue()) | bool(await deliver())
        except Killed:
            world.clock.advance(seconds=2)
            continue
        if not is_busy:
            # What a dead process had claimed comes again when its lease ends.
            world.clock.advance(seconds=121)
        idle = 0 if is_busy else idle + 1


def worker(world: World, notifier: CountingNotifier) -> tuple[QueueBroadcasts, DeliverNotices]:
    """The two jobs of one process."""
    return (
        QueueBroadcasts(world.storage, world.clock, world.ids),
        DeliverNotices(world.storage, world.clock, notifier, batch=100),
    )


async def test_everyone_gets_it_once_whatever_dies_meanwhile(alice: Buyer, world: World) -> None:
    """Many customers, a fiftieth of whom have blocked the bot, a second broadcast to some, and ten kills.

    At most one message more for each kill, and Telegram's limits hold: thirty a second, one a second into a chat.
    """
    await fill(world, MANY)
    kills = random.Random(MANY).sample(range(1, MANY), 10)
    notifier = CountingNotifier(world, [number * (-1) ** number for number in kills])
    notifier.blocked = {TelegramId(1_000_000 + number) for number in range(1, MANY, 50)}
    begin = world.clock.now()
    everyone, some = await started(alice.shop), await started(alice.shop, Audience(Segment.EVERYONE, language="en"))
    await run(world, notifier)
    async with world.storage.transaction() as tx:
        users = [user for user in world.storage._tables.users.values() if user.tg_id not in notifier.blocked]
        progress = await tx.broadcasts.progress(everyone.id)
        ended = await tx.broadcasts.lock(everyone.id)
    assert not notifier.kills
    assert set(notifier.got) == {(everyone.id, user.tg_id) for user in users} | {
        (some.id, user.tg_id) for user in users if user.language == "en"
    }
    assert len(notifier.sent) <= len(notifier.got) + len(kills)
    assert notifier.busiest_second() <= 30
    assert notifier.shortest_pause() >= SECOND - MILLISECOND
    assert (ended.state, ended.queued, progress.waiting) == (BroadcastState.DONE, MANY + 2, 0)
    assert (progress.sent, progress.lost) == (len(users), len(notifier.blocked))
    took = notifier.sent[-1][0] - begin
    print(
        f"\n{MANY} customers, {len(notifier.got)} messages due, {len(notifier.sent)} sent, {len(kills)} kills, "
        f"{took} of the shop's time; at most {notifier.busiest_second()} within a second, "
        f"{notifier.shortest_pause()} between two into one chat"
    )


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
    """Alice has bought; the owner hasn't, and sees a preview of each."""
    await alice.buy()
    for segment in (Segment.ACTIVE, Segment.NEVER, Segment.TRIAL, Segment.EXPIRED):
        assert (await started(alice.shop, Audience(segment))).recipients == (segment in (Segment.ACTIVE, Segment.NEVER))
        await alice.shop.queue_broadcasts()
        await alice.shop.deliver_notices()
    assert (len(world.notices(ALICE, "announcement")), len(world.notices(OWNER, "announcement"))) == (1, 4 + 1)


async def test_a_pause_lets_only_what_is_on_its_way_arrive(alice: Buyer, world: World) -> None:
    """Nothing more; it goes on where it was, what waited a little later, and a stop drops what waits."""
    await fill(world, 300)
    notifier = CountingNotifier(world)
    queue, deliver = worker(world, notifier)
    broadcast = await started(alice.shop)
    assert (await queue(), await queue()) == (40, 0)
    await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.PAUSE)
    await run(world, notifier)
    assert sum(notifier.got.values()) == 0
    await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.RESUME)
    assert (await queue(), await deliver()) == (40, 40)
    world.clock.advance(minutes=10)
    assert (await queue(), await deliver()) == (0, 40)
    assert await queue() == 40
    await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.STOP)
    await run(world, notifier)
    view = await alice.shop.show_broadcast(OWNER, broadcast.id)
    assert (view.progress.sent, view.progress.lost, view.progress.waiting) == (80, 40, 0)
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

    async def send(tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
        if tg_id == slow and world.clock.now() < begin + timedelta(seconds=600):
            raise RetryLater(timedelta(seconds=600), "too many messages")
        await sends(tg_id, language, notice, silent=silent)

    begin = world.clock.now()
    notifier.send = send  # type: ignore[method-assign]
    await started(alice.shop)
    await run(world, notifier)
    assert slow not in {tg_id for _, tg_id in notifier.got}
    world.clock.advance(seconds=601)
    await run(world, notifier)
    assert set(notifier.got.values()) == {1}
    assert len(notifier.got) == 32


async def test_who_may_not_steer_one_does_nothing(alice: Buyer, world: World) -> None:
    """A customer is refused, also with the id of a draft; nothing is queued."""
    made = await draft(alice.shop, EVERYONE)
    for attempt in (
        lambda: alice.shop.draft_broadcast(ALICE, "text", EVERYONE),
        lambda: alice.shop.preview_broadcast(ALICE, made.id),
        lambda: alice.shop.change_broadcast_buttons(ALICE, made.id, []),
        lambda: alice.shop.steer_broadcast(ALICE, made.id, BroadcastAction.START),
        lambda: alice.shop.show_broadcast(ALICE, made.id),
        lambda: alice.shop.show_audience(ALICE, EVERYONE),
        lambda: alice.shop.list_broadcasts(ALICE),
    ):
        with pytest.raises(NotPermitted):
            await attempt()
    assert await alice.shop.queue_broadcasts() == 0


async def test_who_comes_after_the_start_is_not_written_to(alice: Buyer, world: World) -> None:
    """Whatever their number is: everybody in the audience was there when it began."""
    notifier = CountingNotifier(world)
    broadcast = await started(alice.shop)
    world.clock.advance(seconds=1)
    for newcomer in (TelegramId(2), TelegramId(9_000_000_000)):
        await alice.shop.register_user(newcomer, None, "ru")
    await run(world, notifier)
    assert set(notifier.got) == {(broadcast.id, OWNER), (broadcast.id, ALICE)}


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
                assert replace(one, is_previewed=True).steer(action, now).state is not state
            else:
                with pytest.raises(BroadcastNotSteered):
                    one.steer(action, now)
    with pytest.raises(BroadcastNotSteered):
        await alice.shop.steer_broadcast(OWNER, broadcast.id, BroadcastAction.START)
    async with world.storage.transaction() as tx:
        log = await tx.admin_log.of_subject(f"broadcast:{broadcast.id}", 10)
    assert [one.action for one in log] == ["start_broadcast"]
