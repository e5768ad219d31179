"""The limits of Telegram hold whatever is asked for, and nobody waits for somebody else's pause."""

import asyncio
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter

BEGIN = datetime(2027, 3, 3, 12, 0, tzinfo=UTC)


class FakeClock:
    """Stands still: slots are what is asked about, not the waiting."""

    def __init__(self) -> None:
        self.at = BEGIN

    def now(self) -> datetime:
        return self.at


class Waits:
    """Notes how long everybody was asked to wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def slots(chats: list[int]) -> dict[int, list[float]]:
    """When each message to *chats*, asked for all at once, may go: seconds from now, by chat."""
    waits = Waits()
    limiter = SendRateLimiter(FakeClock(), waits.sleep)
    given: dict[int, list[float]] = defaultdict(list)
    for chat in chats:
        before = len(waits.seconds)
        await limiter.turn(chat)
        given[chat].append(waits.seconds[-1] if len(waits.seconds) > before else 0.0)
    return given


async def test_never_more_than_thirty_a_second_nor_one_a_second_into_a_chat() -> None:
    """Two thousand messages asked for at once: every window of a second holds at most thirty."""
    draw = random.Random(7)
    given = await slots([draw.randrange(400) for _ in range(2_000)])
    everything = sorted(at for times in given.values() for at in times)
    assert all(later - earlier > 0.999 for earlier, later in zip(everything, everything[30:], strict=False))
    for times in given.values():
        assert all(later - earlier > 0.999 for earlier, later in pairwise(times))


async def test_no_second_is_wasted() -> None:
    """Nine hundred different people are told within half a minute."""
    given = await slots(list(range(900)))
    assert max(at for times in given.values() for at in times) <= 30


async def test_one_talkative_chat_keeps_nobody_waiting() -> None:
    """Whoever is told sixty things doesn't delay somebody who is told one."""
    given = await slots([1] * 60 + [2])
    assert given[1][-1] > 58
    assert given[2][0] < 1


async def test_a_held_chat_waits_alone() -> None:
    """A pause that Telegram asked for concerns that chat and ends by itself."""
    clock = FakeClock()
    limiter = SendRateLimiter(clock, Waits().sleep)
    limiter.hold(1, timedelta(seconds=40))
    assert timedelta(seconds=39) < limiter.wait_for(1) <= timedelta(seconds=41)
    assert limiter.wait_for(2) == timedelta(0)
    clock.at += timedelta(seconds=41)
    assert limiter.wait_for(1) == timedelta(0)


async def test_tasks_that_ask_together_get_different_slots() -> None:
    """Taking a slot is one step: tasks can't take the same one."""
    waits = Waits()
    limiter = SendRateLimiter(FakeClock(), waits.sleep)
    await asyncio.gather(*(limiter.turn(chat) for chat in range(50)))
    assert len(set(waits.seconds)) >= 49


async def test_chats_that_are_free_again_are_forgotten() -> None:
    """Memory doesn't grow with everybody who was ever told something."""
    clock = FakeClock()
    limiter = SendRateLimiter(clock, Waits().sleep)
    for chat in range(5_000):
        clock.at += timedelta(seconds=1)
        await limiter.turn(chat)
    assert len(limiter._chat_free) < 1_100
    assert len(limiter._taken) < 10
