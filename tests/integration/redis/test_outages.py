"""Cache, dialogs and rate limiter while Redis is down, and how they catch up when it is back."""

import random
from collections.abc import Sequence

import pytest
from aiogram.fsm.storage.base import StorageKey

from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.dialogs import RedisDialogs
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_domain.rate_limit.rate_limit import Allowed, Banned
from orbit_testing.contracts.rate_limiter import ANN, BEN, POLICY
from tests.integration.redis.redis_harness import GENEROUS_TIMEOUT_S, RedisHarness
from tests.support.clock import FakeClock
from tests.support.servers.redis_server import RedisServer

KEY = StorageKey(bot_id=42, chat_id=7, user_id=7)


async def start_outage(server: RedisServer, harness: RedisHarness) -> None:
    """Pause the server, which keeps its keys, until the circuit is open."""
    server.pause()
    harness.use_short_timeout()
    while not harness.client.is_circuit_open:
        await harness.client.check()
    harness.client.timeout_s = GENEROUS_TIMEOUT_S


async def end_outage(server: RedisServer, harness: RedisHarness) -> None:
    """Resume the server, and let the breaker's pause end."""
    server.resume()
    harness.clock.advance(seconds=30)


async def test_a_drop_during_an_outage_is_done_later(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """A value that changed during an outage isn't read in its old state by any replica afterwards."""
    other = RedisHarness(breakable.url, own_harness.clock)
    cache, replica = RedisCache(own_harness.client), RedisCache(other.client)
    for key in ("language", "balance", "keys"):
        await cache.put(key, "old", 86_400)
    assert await own_harness.client.check()  # All were written.
    await start_outage(breakable, own_harness)
    await cache.drop("language")
    await cache.put("balance", "new", 60)
    assert [await cache.get(key) for key in ("language", "balance", "keys")] == [None] * 3
    await end_outage(breakable, own_harness)
    assert await cache.get("keys") == "old"
    assert [await replica.get(key) for key in ("language", "balance", "keys")] == [None, None, "old"]
    await cache.put("language", "en", 86_400)
    assert await replica.get("language") is None  # A key that was just dropped can't be put at once.
    await cache.put("name", "Anna", 86_400)
    assert await own_harness.client.check()
    assert await replica.get("name") == "Anna"
    await other.client.close()


async def test_pending_drops_are_bounded(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """A long outage can't fill the memory: the newest ten thousand keys stay pending."""
    cache = RedisCache(own_harness.client)
    await breakable.stop()
    await cache.drop(*(f"user:{number}:balance" for number in range(12_000)))
    assert cache.pending_drops == 10_000
    await breakable.start()
    own_harness.clock.advance(seconds=30)
    await cache.drop("one more")
    assert cache.pending_drops == 0


async def test_a_key_dropped_twice_is_dropped_by_the_second(harness: RedisHarness) -> None:
    """A drop that is requested while an earlier one is running isn't considered done when that one returns."""
    cache = RedisCache(harness.client)
    calls = 0

    async def write_each(*_: object) -> bool:
        nonlocal calls
        calls += 1
        if calls == 1:
            # The first is done already, but hasn't returned, when the second is requested and fails.
            await cache.drop("key")
            return True
        return False

    harness.client.write_each = write_each  # type: ignore[method-assign,assignment]
    await cache.drop("key")
    assert cache.pending_drops == 1


async def test_a_dialog_begun_before_an_outage_starts_again(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """While Redis is down its dialogs have no state; dialogs begun meanwhile work as usual."""
    storage = RedisDialogs(own_harness.client, MemoryDialogs(own_harness.clock))
    await storage.set_state(KEY, "question")
    await start_outage(breakable, own_harness)
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})
    await storage.set_state(KEY, "second question")
    await storage.update_data(KEY, {"amount": 450})
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("second question", {"amount": 450})


async def test_a_dialog_begun_during_an_outage_is_copied_to_redis(
    breakable: RedisServer, own_harness: RedisHarness
) -> None:
    """When Redis is back, a dialog goes on where it was in this process, and from then on in every replica."""
    storage = RedisDialogs(own_harness.client, MemoryDialogs(own_harness.clock))
    other = RedisHarness(breakable.url, own_harness.clock)
    replica = RedisDialogs(other.client, MemoryDialogs(own_harness.clock))
    await storage.set_state(KEY, "before")
    await start_outage(breakable, own_harness)
    await storage.set_state(KEY, "question")
    await storage.set_data(KEY, {"amount": 450})
    await end_outage(breakable, own_harness)
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("question", {"amount": 450})
    assert (await replica.get_state(KEY), await replica.get_data(KEY)) == ("question", {"amount": 450})
    await replica.set_state(KEY, "further")
    assert await storage.get_state(KEY) == "further"
    await other.client.close()


async def test_a_dialog_ended_during_an_outage_stays_ended(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """A dialog that was ended during the outage stays ended, although Redis still has its state."""
    storage = RedisDialogs(own_harness.client, MemoryDialogs(own_harness.clock))
    await storage.set_state(KEY, "question")
    await storage.set_data(KEY, {"amount": 450})
    await start_outage(breakable, own_harness)
    await storage.set_state(KEY, None)
    await storage.set_data(KEY, {})
    await end_outage(breakable, own_harness)
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})
    assert await own_harness.redis.keys("*") == []


async def test_unsynced_dialogs_are_bounded(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """Dialogs of a long outage can't fill the memory: the oldest are dropped."""
    storage = RedisDialogs(own_harness.client, MemoryDialogs(own_harness.clock, maximum=100))
    await breakable.stop()
    keys = [StorageKey(bot_id=1, chat_id=number, user_id=number) for number in range(10_100)]
    for key in keys:
        await storage.set_state(key, "question")
    assert storage.unsynced == 10_000
    assert [await storage.get_state(key) for key in (keys[0], keys[200], keys[-1])] == [None, None, "question"]


async def test_the_limit_holds_without_redis(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """With Redis down this process counts by itself: twenty requests, then a ban that is sent once."""
    rate_limiter = RedisRateLimiter(
        own_harness.client, own_harness.clock, POLICY, MemoryRateLimiter(own_harness.clock, POLICY)
    )
    await breakable.stop()
    verdicts = [await rate_limiter.check(ANN) for _ in range(100)]
    until = own_harness.clock.now() + POLICY.ban
    assert verdicts == [Allowed()] * 20 + [Banned(until, True)] + [Banned(until, False)] * 79
    assert own_harness.sent_since() == ["EVALSHA"] * 3
    await rate_limiter.reset(ANN)
    assert await rate_limiter.check(ANN) == Allowed()


@pytest.mark.parametrize("answer", [None, 1, b"OK", [], [1, 0, 0], [1, 0, 0, b"0"]])
async def test_an_unexpected_answer_is_no_verdict(harness: RedisHarness, answer: object) -> None:
    """When the answer isn't the script's, this process counts by itself."""

    async def answering(commands: Sequence[object]) -> list[object]:
        return [answer] * len(commands)

    harness.client.pipeline.execute = answering  # type: ignore[method-assign]
    rate_limiter = RedisRateLimiter(harness.client, harness.clock, POLICY, MemoryRateLimiter(harness.clock, POLICY))
    verdicts = [await rate_limiter.check(ANN) for _ in range(21)]
    assert [isinstance(verdict, Allowed) for verdict in verdicts] == [True] * 20 + [False]


async def test_a_failover_that_loses_the_keys_only_resets_the_limit(
    breakable: RedisServer, own_harness: RedisHarness
) -> None:
    """After a restart without its keys, and without the script, the server counts from zero, and no user gets the
    ban message twice before that."""
    rate_limiter = RedisRateLimiter(
        own_harness.client, own_harness.clock, POLICY, MemoryRateLimiter(own_harness.clock, POLICY, maximum=0)
    )
    banned = [await rate_limiter.check(ANN) for _ in range(30)][20:]
    assert [verdict.first for verdict in banned if isinstance(verdict, Banned)] == [True] + [False] * 9
    await breakable.stop()
    await breakable.start()
    await own_harness.redis.connection_pool.disconnect()
    assert [await rate_limiter.check(ANN) for _ in range(20)] == [Allowed()] * 20
    assert isinstance(await rate_limiter.check(ANN), Banned)
    assert await rate_limiter.check(BEN) == Allowed()


async def test_flushed_every_few_operations(harness: RedisHarness, clock: FakeClock) -> None:
    """However often everything is flushed, script included, a value that is read was put after the newest drop."""
    chance = random.Random(7)
    cache, storage = RedisCache(harness.client), RedisDialogs(harness.client, MemoryDialogs(clock, maximum=0))
    rate_limiter = RedisRateLimiter(harness.client, clock, POLICY, MemoryRateLimiter(clock, POLICY, maximum=0))
    newest: dict[str, str] = {}
    for step in range(2_000):
        key = f"key {chance.randrange(5)}"
        match chance.randrange(5):
            case 0:
                newest[key] = str(step)
                await cache.drop(key)
                await cache.put(key, str(step), 60)
            case 1:
                assert await cache.get(key) in (None, newest.get(key))
            case 2:
                await storage.set_state(KEY, f"turn {step}")
                newest["state"] = f"turn {step}"
            case 3:
                assert await storage.get_state(KEY) in (None, newest.get("state"))
            case _:
                clock.advance(seconds=3)
                assert await rate_limiter.check(ANN) == Allowed()
        if chance.random() < 0.3:
            await harness.redis.flushdb()
            await harness.redis.script_flush()
    assert not [outcome for outcome in harness.client.counts if outcome != "answered"]
