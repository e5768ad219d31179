"""Telegram's limits hold for all processes of a shop together, and while Redis is away."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest

from orbit_adapters.redis.send_slots import RedisSendSlots
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from tests.integration.redis.redis_harness import RedisHarness
from tests.support.clock import FakeClock

PER_SECOND = 30


async def take(process: RedisSendSlots, chats: Sequence[int]) -> list[tuple[int, int]]:
    """(slot, chat) of a message to each of *chats*, all requested at once."""
    taken = await asyncio.gather(*(process.take(chat) for chat in chats))
    return [(one[0], chat) for one, chat in zip(taken, chats, strict=True) if one is not None]


@pytest.fixture
async def processes(redis_url: str, harness: RedisHarness) -> AsyncIterator[list[RedisSendSlots]]:
    """Three processes of one shop."""
    others = [RedisHarness(redis_url, FakeClock()) for _ in range(2)]
    yield [RedisSendSlots(one.client) for one in (harness, *others)]
    for one in others:
        await one.client.close()


async def test_all_processes_together_keep_the_limits(processes: list[RedisSendSlots], harness: RedisHarness) -> None:
    """Each slot is given once, however many ask at once, and a chat rests for a second; a busy one delays no other."""
    draw = random.Random(7)
    chats = [[draw.randrange(60) for _ in range(100)] for _ in processes]
    given = await asyncio.gather(*(take(one, asked) for one, asked in zip(processes, chats, strict=True)))
    slots = [taken for process in given for taken in process]
    assert len(slots) == len({slot for slot, _ in slots}) == 300
    by_chat = defaultdict(list)
    for slot, chat in slots:
        by_chat[chat].append(slot)
    assert all(later - earlier >= PER_SECOND for one in by_chat.values() for earlier, later in pairwise(sorted(one)))
    free = await processes[0].take(10_000)
    assert free is not None
    assert free[0] < max(slot for slot, _ in slots)
    assert all([await harness.redis.ttl(key) > 0 for key in await harness.redis.keys("send:*")])


@pytest.mark.parametrize("value", ["nonsense", "99999999999999999999", "inf", "nan", "-5"])
async def test_foreign_values_stop_no_sending(
    processes: list[RedisSendSlots], harness: RedisHarness, value: str
) -> None:
    """What isn't a slot, or lies too far ahead, is replaced."""
    first = await processes[0].take(1)
    await harness.redis.set("send:slots", value)
    await harness.redis.set("send:chat:2", value)
    await harness.redis.delete("send:chat:3")
    await harness.redis.lpush("send:chat:3", value)
    for chat in (2, 3):
        taken = await processes[0].take(chat)
        assert first is not None
        assert taken is not None
        assert taken[0] - first[0] < 600 * PER_SECOND


class OneAnswer:
    """Redis, which goes away after the first message."""

    def __init__(self) -> None:
        self.waits = [0.0]

    async def reserve(self, chat_id: int) -> float | None:
        return self.waits.pop() if self.waits else None


async def test_without_redis_each_process_keeps_to_its_share(clock: FakeClock) -> None:
    """A third of the limit, so that three processes together keep it; the second of a chat's rest holds across it."""
    limiter = SendRateLimiter(clock, clock.sleep, shared=OneAnswer())
    sent = []
    for chat in [1, 1, *range(2, 40)]:
        await limiter.acquire(chat)
        sent.append(clock.now())
    assert 0.999 <= (sent[1] - sent[0]).total_seconds() <= 1.2
    busiest = max(sum(0 <= (later - at).total_seconds() < 0.999 for later in sent) for at in sent)
    assert busiest <= PER_SECOND // 3
