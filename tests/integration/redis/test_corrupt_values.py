"""A value that Orbit didn't write, or an older version wrote, is a miss, is deleted, and is counted."""

import json
import random
from collections.abc import Callable
from dataclasses import asdict

import pytest
from aiogram.fsm.storage.base import StorageKey

from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.panel import MemoryPanel
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.panel_cache.cached_nodes import CachedNodes
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.client import Outcome
from orbit_adapters.redis.connection import MAX_VALUE_BYTES, encode
from orbit_adapters.redis.dialogs import RedisDialogs
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import NodeReading
from orbit_domain.rate_limit.rate_limit import Allowed
from orbit_testing.contracts.rate_limiter import ANN, POLICY
from tests.integration.redis.redis_harness import RedisHarness
from tests.support.clock import FakeClock

VALUES = 10_000
KEY = StorageKey(bot_id=42, chat_id=7, user_id=7)
CACHE_KEY = "user:7:balance"
STATE_KEY, DATA_KEY = "fsm:42:7:7:::default:state", "fsm:42:7:7:::default:data"
RATE_LIMIT_KEY = f"flood:{ANN}"
NODES_KEY = "marzban:m:node_metrics"
READING = NodeReading("home", True, ("VLESS home",), 10**15, 1500, "eu")

Chance = random.Random
Command = tuple[str | bytes | int, ...]


SHAPES: tuple[object, ...] = (
    None, True, 7, -0.5, 10**40, "text", [], [[]], {}, {"version": 3}, {"version": 2, "nodes": []},
    {"version": 3, "nodes": {}}, {"version": 3, "nodes": [{}]}, {"version": 3, "nodes": [None]},
    {"version": 3, "nodes": [asdict(READING) | {"traffic_bytes": -1}]},
    {"version": 3, "nodes": [asdict(READING) | {"traffic_bytes": 0.5}]},
    {"version": 3, "nodes": [asdict(READING) | {"connected": 1}]},
    {"version": 3, "nodes": [asdict(READING) | {"groups": "VLESS home"}]},
    {"version": 3, "nodes": [asdict(READING) | {"groups": [1]}]},
    {"version": 3, "nodes": [asdict(READING) | {"region": 1}]},
    {"version": 3, "nodes": [asdict(READING) | {"capacity": -1}]},
    {"version": 3, "nodes": [asdict(READING) | {"excluded": 0}]},
    {"version": 3, "nodes": [asdict(READING) | {"more": 1}]},
)  # fmt: skip
NEARLY_OURS = (
    b"", b"orbit1", b"orbit0\n1", b"orbit2\n{}", b"orbit1\n\xff\xfe", b"ORBIT1\n1", b" orbit1\n1", b"orbit1 1",
    b"1 9", b"2 9 0", b"1 -1 0", b"1 1e9 0", b"1 0x1 nan", b"1  9 0", b"1 9 0 ", b"1 \xd9\xa1 0",
    b"1 9000000000000000 0", b"1 0 9000000000000000", b"1 %d 0" % 10**40, b"1 0 %d" % 10**40,
)  # fmt: skip
# Sound text for a cache, but neither data of a dialog nor readings of nodes.
MARKED_NONSENSE = (
    b"orbit1\n",
    b"orbit1\n{",
    b"orbit1\nnull",
    b"orbit1\n[1]",
    b"orbit1\nNaN",
    b"orbit1\n" + b"[" * 9_999,
)


def words(chance: Chance, key: str) -> bytes:
    """Bytes of any kind: noise, broken UTF-8, JSON of any shape, and almost valid values."""
    kinds = [
        lambda: chance.randbytes(chance.randrange(200)),
        lambda: json.dumps(chance.choice(SHAPES)).encode(),
        lambda: chance.choice(NEARLY_OURS),
    ]
    if key in (DATA_KEY, NODES_KEY):
        kinds.append(lambda: chance.choice(MARKED_NONSENSE))
    if key == NODES_KEY:
        kinds.append(lambda: encode(json.dumps(chance.choice(SHAPES))))
    return chance.choice(kinds)()


def corrupt_value(chance: Chance, key: str) -> Command:
    """A command that leaves a corrupt value at *key*, of any of the server's types."""
    makers: list[Callable[[], Command]] = [
        lambda: ("SETBIT", key, chance.randrange(4000), 1),
        lambda: ("PFADD", key, words(chance, key)),
        lambda: ("RPUSH", key, words(chance, key), words(chance, key)),
        lambda: ("SADD", key, words(chance, key)),
        lambda: ("ZADD", key, chance.randrange(9), words(chance, key)),
        lambda: ("HSET", key, words(chance, key), words(chance, key)),
        lambda: ("XADD", key, "*", "field", words(chance, key)),
        lambda: ("GEOADD", key, 37, 55, words(chance, key)),
    ]
    # Half of them strings, the type that Orbit writes.
    return ("SET", key, words(chance, key)) if chance.random() < 0.5 else chance.choice(makers)()


async def test_ten_thousand_corrupt_values_raise_nothing(harness: RedisHarness, clock: FakeClock) -> None:
    """Cache, dialogs, rate limiter and node readings treat corrupt values of every type as missing, and
    work at once afterwards; the breaker stays closed, because the server is healthy."""
    chance = random.Random(20261121)
    cache, panel = RedisCache(harness.client), MemoryPanel(PanelId("m"), clock, [READING])
    storage = RedisDialogs(harness.client, MemoryDialogs(clock, maximum=0))
    rate_limiter = RedisRateLimiter(harness.client, clock, POLICY, MemoryRateLimiter(clock, POLICY, maximum=0))
    nodes = CachedNodes(panel, cache)
    for _ in range(VALUES // 5):
        async with harness.redis.pipeline(transaction=False) as spoil:
            for key in (CACHE_KEY, STATE_KEY, DATA_KEY, RATE_LIMIT_KEY, NODES_KEY):
                spoil.delete(key)
                spoil.execute_command(*corrupt_value(chance, key))
            await spoil.execute()
        assert await cache.get(CACHE_KEY) is None
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})
        assert await rate_limiter.check(ANN) == Allowed()
        assert await nodes.nodes() == (READING,)
    counts = harness.client.counts
    assert (counts[Outcome.FAILED], counts[Outcome.TIMED_OUT], counts[Outcome.REFUSED]) == (0, 0, 0)
    assert counts[Outcome.CORRUPT] + nodes.unreadable == VALUES
    assert await harness.redis.exists(CACHE_KEY, STATE_KEY, DATA_KEY) == 0


@pytest.mark.parametrize(
    "held",
    [b"", b"old value", b"orbit0\nold", encode("x")[:-2], b"orbit1\n\xff", encode("x" * MAX_VALUE_BYTES)],
    ids=["empty", "bare", "old schema", "cut", "not UTF-8", "too long"],
)
async def test_a_corrupt_string_is_deleted(harness: RedisHarness, held: bytes) -> None:
    """An old format, a cut value, invalid bytes and an oversized value are misses, deleted, and counted once."""
    await harness.redis.set(CACHE_KEY, held)
    cache = RedisCache(harness.client)
    assert [await cache.get(CACHE_KEY) for _ in range(3)] == [None] * 3
    assert await harness.redis.exists(CACHE_KEY) == 0
    assert harness.client.counts[Outcome.CORRUPT] == 1
    assert (cache.counts["hit"], cache.counts["miss"]) == (0, 3)


async def test_what_is_too_long_is_not_kept(harness: RedisHarness, clock: FakeClock) -> None:
    """A value that would be refused when read isn't written: the cache forgets the key, a dialog stays in memory."""
    cache, storage = RedisCache(harness.client), RedisDialogs(harness.client, MemoryDialogs(clock))
    await cache.put(CACHE_KEY, "before", 60)
    await cache.put(CACHE_KEY, "x" * MAX_VALUE_BYTES, 60)
    assert await cache.get(CACHE_KEY) is None
    await storage.set_data(KEY, {"text": "x" * MAX_VALUE_BYTES})
    assert len((await storage.get_data(KEY))["text"]) == MAX_VALUE_BYTES
    assert await harness.redis.get(CACHE_KEY) == b"orbit1 dropped"
    assert await harness.redis.keys("*") == [CACHE_KEY.encode()]


async def test_putting_replaces_a_corrupt_value(harness: RedisHarness, clock: FakeClock) -> None:
    """A value that is put replaces a value of any type, with its TTL."""
    cache, storage = RedisCache(harness.client), RedisDialogs(harness.client, MemoryDialogs(clock, maximum=0))
    for key in (CACHE_KEY, STATE_KEY, DATA_KEY):
        await harness.redis.rpush(key, "corrupt")
    assert await cache.get(CACHE_KEY) is None  # Every caller reads before it puts.
    await cache.put(CACHE_KEY, "12900", 60)
    await storage.set_state(KEY, "question")
    await storage.set_data(KEY, {"amount": 1})
    assert await cache.get(CACHE_KEY) == "12900"
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("question", {"amount": 1})
    assert 0 < await harness.redis.ttl(CACHE_KEY) <= 60
    assert 60 < await harness.redis.ttl(STATE_KEY) <= 3600
    assert 60 < await harness.redis.ttl(DATA_KEY) <= 3600
