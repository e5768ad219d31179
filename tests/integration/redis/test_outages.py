"""Cache, dialogs and flood limit while Redis is away, and what they make up for when it is back."""

import random

import pytest
from aiogram.fsm.storage.base import StorageKey

from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.dialogs import RedisDialogs
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_domain.rate_limit.rate_limit import Allowed, Banned
from orbit_testing.contracts.rate_limiter import ANN, BEN, POLICY
from tests.integration.redis.rig import PATIENT_S, Line
from tests.support.servers.redis_server import RedisServer
from tests.support.world import FakeClock

KEY = StorageKey(bot_id=42, chat_id=7, user_id=7)


async def lose_touch(server: RedisServer, line: Line) -> None:
    """The server hangs, with all its keys, until the door has given it up."""
    server.pause()
    line.hurry()
    while not line.door.is_shut:
        await line.door.check()
    line.door.timeout_s = PATIENT_S


async def find_back(server: RedisServer, line: Line) -> None:
    """The server answers again, and the door's pause is over."""
    server.resume()
    line.clock.advance(seconds=30)


async def test_a_drop_during_an_outage_is_made_up_for(breakable: RedisServer, own: Line) -> None:
    """What changed while Redis was out of reach isn't shown as it was before, to no replica, once it is back."""
    other = Line(breakable.url, own.clock)
    cache, replica = RedisCache(own.door), RedisCache(other.door)
    for key in ("language", "balance", "keys"):
        await cache.put(key, "old", 86_400)
    await lose_touch(breakable, own)
    await cache.drop("language")
    await cache.put("balance", "new", 60)
    assert [await cache.get(key) for key in ("language", "balance", "keys")] == [None] * 3
    await find_back(breakable, own)
    assert await cache.get("keys") == "old"
    assert [await replica.get(key) for key in ("language", "balance", "keys")] == [None, None, "old"]
    await cache.put("language", "en", 86_400)
    assert await replica.get("language") is None  # What was just dropped isn't remembered at once.
    await cache.put("name", "Anna", 86_400)
    assert await replica.get("name") == "Anna"
    await other.door.close()


async def test_what_is_owed_is_bounded(breakable: RedisServer, own: Line) -> None:
    """A long outage can't fill the memory: ten thousand keys are remembered, the newest ones."""
    cache = RedisCache(own.door)
    await breakable.stop()
    await cache.drop(*(f"user:{number}:balance" for number in range(12_000)))
    assert cache.owed == 10_000
    await breakable.start()
    own.clock.advance(seconds=30)
    await cache.drop("one more")
    assert cache.owed == 0


async def test_a_key_dropped_twice_is_dropped_by_the_second(line: Line) -> None:
    """A drop that is asked for while an earlier one is on its way isn't taken for done when that one returns."""
    cache = RedisCache(line.door)
    asked = 0

    async def ask(_work: object, _fallback: object) -> bool:
        nonlocal asked
        asked += 1
        if asked == 1:
            # The first is done already, but hasn't returned, when the second is asked for and fails.
            await cache.drop("key")
            return True
        return False

    line.door.ask = ask  # type: ignore[method-assign,assignment]
    await cache.drop("key")
    assert cache.owed == 1


async def test_a_dialog_begun_before_an_outage_starts_again(breakable: RedisServer, own: Line) -> None:
    """While Redis is away nobody is in the dialogs it holds; those begun meanwhile go on as usual."""
    storage = RedisDialogs(own.door, MemoryDialogs(own.clock))
    await storage.set_state(KEY, "asked")
    await lose_touch(breakable, own)
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})
    await storage.set_state(KEY, "asked again")
    await storage.update_data(KEY, {"sum": 450})
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("asked again", {"sum": 450})


async def test_a_dialog_begun_during_an_outage_is_brought_over(breakable: RedisServer, own: Line) -> None:
    """When Redis is back, a dialog goes on where it was in this process, and from then on in every replica."""
    storage = RedisDialogs(own.door, MemoryDialogs(own.clock))
    replica = RedisDialogs(Line(breakable.url, own.clock).door, MemoryDialogs(own.clock))
    await storage.set_state(KEY, "before")
    await lose_touch(breakable, own)
    await storage.set_state(KEY, "asked")
    await storage.set_data(KEY, {"sum": 450})
    await find_back(breakable, own)
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("asked", {"sum": 450})
    assert (await replica.get_state(KEY), await replica.get_data(KEY)) == ("asked", {"sum": 450})
    await replica.set_state(KEY, "further")
    assert await storage.get_state(KEY) == "further"
    await replica.close()


async def test_a_dialog_ended_during_an_outage_stays_ended(breakable: RedisServer, own: Line) -> None:
    """What Redis still holds of a dialog that was left meanwhile doesn't come back to life."""
    storage = RedisDialogs(own.door, MemoryDialogs(own.clock))
    await storage.set_state(KEY, "asked")
    await storage.set_data(KEY, {"sum": 450})
    await lose_touch(breakable, own)
    await storage.set_state(KEY, None)
    await storage.set_data(KEY, {})
    await find_back(breakable, own)
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})
    assert await own.redis.keys("*") == []


async def test_strays_are_bounded(breakable: RedisServer, own: Line) -> None:
    """Dialogs of a long outage can't fill the memory: the oldest are forgotten."""
    storage = RedisDialogs(own.door, MemoryDialogs(own.clock, maximum=100))
    await breakable.stop()
    keys = [StorageKey(bot_id=1, chat_id=number, user_id=number) for number in range(10_100)]
    for key in keys:
        await storage.set_state(key, "asked")
    assert storage.strays == 10_000
    assert [await storage.get_state(key) for key in (keys[0], keys[200], keys[-1])] == [None, None, "asked"]


async def test_the_limit_holds_without_redis(breakable: RedisServer, own: Line) -> None:
    """With Redis down this process counts by itself: twenty requests, then a ban said once. Never simply open."""
    rate_limiter = RedisRateLimiter(own.door, own.clock, POLICY, MemoryRateLimiter(own.clock, POLICY))
    await breakable.stop()
    verdicts = [await rate_limiter.check(ANN) for _ in range(100)]
    until = own.clock.now() + POLICY.ban
    assert verdicts == [Allowed()] * 20 + [Banned(until, True)] + [Banned(until, False)] * 79
    assert own.sent_since() == ["EVALSHA"] * 3
    await rate_limiter.reset(ANN)
    assert await rate_limiter.check(ANN) == Allowed()


@pytest.mark.parametrize("answer", [None, 1, b"OK", [], [1, 0, 0], [1, 0, 0, b"0"]])
async def test_an_answer_in_another_shape_is_no_verdict(line: Line, answer: object) -> None:
    """When something else than our script answers, this process counts by itself."""

    async def answering(*words: object, **options: object) -> object:
        return answer

    line.redis.execute_command = answering  # type: ignore[method-assign]
    rate_limiter = RedisRateLimiter(line.door, line.clock, POLICY, MemoryRateLimiter(line.clock, POLICY))
    verdicts = [await rate_limiter.check(ANN) for _ in range(21)]
    assert [isinstance(verdict, Allowed) for verdict in verdicts] == [True] * 20 + [False]


async def test_a_failover_that_loses_the_keys_only_resets_the_limit(breakable: RedisServer, own: Line) -> None:
    """After a restart without its keys, and without the script, the server counts from nothing, and nobody is told
    the ban twice before that."""
    rate_limiter = RedisRateLimiter(own.door, own.clock, POLICY, MemoryRateLimiter(own.clock, POLICY, maximum=0))
    banned = [await rate_limiter.check(ANN) for _ in range(30)][20:]
    assert [verdict.first for verdict in banned if isinstance(verdict, Banned)] == [True] + [False] * 9
    await breakable.stop()
    await breakable.start()
    await own.redis.connection_pool.disconnect()
    assert [await rate_limiter.check(ANN) for _ in range(20)] == [Allowed()] * 20
    assert isinstance(await rate_limiter.check(ANN), Banned)
    assert await rate_limiter.check(BEN) == Allowed()


async def test_flushed_every_few_operations(line: Line, clock: FakeClock) -> None:
    """However often everything is flushed, script included, what is known was put after the newest drop."""
    chance = random.Random(7)
    cache, storage = RedisCache(line.door), RedisDialogs(line.door, MemoryDialogs(clock, maximum=0))
    rate_limiter = RedisRateLimiter(line.door, clock, POLICY, MemoryRateLimiter(clock, POLICY, maximum=0))
    newest: dict[str, str] = {}
    for turn in range(2_000):
        key = f"key {chance.randrange(5)}"
        match chance.randrange(5):
            case 0:
                newest[key] = str(turn)
                await cache.drop(key)
                await cache.put(key, str(turn), 60)
            case 1:
                assert await cache.get(key) in (None, newest.get(key))
            case 2:
                await storage.set_state(KEY, f"turn {turn}")
                newest["state"] = f"turn {turn}"
            case 3:
                assert await storage.get_state(KEY) in (None, newest.get("state"))
            case _:
                clock.advance(seconds=3)
                assert await rate_limiter.check(ANN) == Allowed()
        if chance.random() < 0.3:
            await line.redis.flushdb()
            await line.redis.script_flush()
    assert not [outcome for outcome in line.door.counts if outcome != "answered"]
