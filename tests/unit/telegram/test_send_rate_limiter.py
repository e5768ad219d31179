"""Telegram's limits hold for any load, and a paused chat doesn't delay others."""

import asyncio
import random
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from tests.support.clock import FakeClock


class RecordedSleep:
    """Records the requested sleeps instead of waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def slots(chats: list[int]) -> dict[int, list[float]]:
    """Request a slot for each message to *chats* at once. Returns the waits in seconds, by chat."""
    sleeps = RecordedSleep()
    limiter = SendRateLimiter(FakeClock(), sleeps.sleep)
    given: dict[int, list[float]] = defaultdict(list)
    for chat in chats:
        before = len(sleeps.seconds)
        await limiter.acquire(chat)
        given[chat].append(sleeps.seconds[-1] if len(sleeps.seconds) > before else 0.0)
    return given


async def test_never_more_than_thirty_a_second_nor_one_a_second_into_a_chat() -> None:
    """Two thousand messages requested at once: every window of a second holds at most thirty."""
    draw = random.Random(7)
    given = await slots([draw.randrange(400) for _ in range(2_000)])
    everything = sorted(at for times in given.values() for at in times)
    assert all(later - earlier > 0.999 for earlier, later in zip(everything, everything[30:], strict=False))
    for times in given.values():
        assert all(later - earlier > 0.999 for earlier, later in pairwise(times))


async def test_the_limit_is_used_fully() -> None:
    """Nine hundred different chats get their messages within half a minute."""
    given = await slots(list(range(900)))
    assert max(at for times in given.values() for at in times) <= 30


async def test_a_busy_chat_does_not_delay_others() -> None:
    """Sixty messages to one chat don't delay one message to another."""
    given = await slots([1] * 60 + [2])
    assert given[1][-1] > 58
    assert given[2][0] < 1


async def test_a_pause_concerns_one_chat() -> None:
    """A pause that Telegram requested concerns one chat and ends by itself."""
    clock = FakeClock()
    limiter = SendRateLimiter(clock, RecordedSleep().sleep)
    limiter.pause_chat(1, timedelta(seconds=40))
    assert timedelta(seconds=39) < limiter.remaining_pause(1) <= timedelta(seconds=41)
    assert limiter.remaining_pause(2) == timedelta(0)
    clock.advance(seconds=41)
    assert limiter.remaining_pause(1) == timedelta(0)


async def test_concurrent_tasks_get_different_slots() -> None:
    """A slot is reserved in one step: two tasks never get the same one."""
    sleeps = RecordedSleep()
    limiter = SendRateLimiter(FakeClock(), sleeps.sleep)
    await asyncio.gather(*(limiter.acquire(chat) for chat in range(50)))
    assert len(set(sleeps.seconds)) >= 49


async def test_past_slots_are_dropped() -> None:
    """Memory doesn't grow with the number of chats."""
    clock = FakeClock()
    limiter = SendRateLimiter(clock, RecordedSleep().sleep)
    for chat in range(5_000):
        clock.advance(seconds=1)
        await limiter.acquire(chat)
    assert len(limiter._chat_free_at) < 1_100
    assert len(limiter._reserved_slots) < 10
