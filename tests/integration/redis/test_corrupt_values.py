"""What somebody else, an older version or a stray script left in Redis is a miss, is deleted, and is counted."""

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
from orbit_adapters.redis.dialogs import RedisDialogs
from orbit_adapters.redis.encoding import LONGEST_BYTES, encode
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import NodeReading
from orbit_domain.rate_limit.rate_limit import Allowed
from orbit_testing.contracts.rate_limiter import ANN, POLICY
from tests.integration.redis.rig import Line
from tests.support.world import FakeClock

VALUES = 10_000
KEY = StorageKey(bot_id=42, chat_id=7, user_id=7)
CACHE_KEY = "user:7:balance"
STATE_KEY, DATA_KEY = "fsm:42:7:7:::default:state", "fsm:42:7:7:::default:data"
FLOOD_KEY = f"flood:{ANN}"
NODES_KEY = "marzban:m:node_metrics"
READING = NodeReading("home", True, ("VLESS home",), 10**15, 1500, "eu")

Chance = random.Random
Command = tuple[str | bytes | int, ...]


SHAPES: tuple[object, ...] = (
    None, True, 7, -0.5, 10**40, "text", [], [[]], {}, {"version": 1}, {"version": 2, "nodes": []},
    {"version": 1, "nodes": {}}, {"version": 1, "nodes": [{}]}, {"version": 1, "nodes": [None]},
    {"version": 1, "nodes": [asdict(READING) | {"traffic_bytes": -1}]},
    {"version": 1, "nodes": [asdict(READING) | {"traffic_bytes": 0.5}]},
    {"version": 1, "nodes": [asdict(READING) | {"connected": 1}]},
    {"version": 1, "nodes": [asdict(READING) | {"placement": "VLESS home"}]},
    {"version": 1, "nodes": [asdict(READING) | {"placement": [1]}]},
    {"version": 1, "nodes": [asdict(READING) | {"region": 1}]},
    {"version": 1, "nodes": [asdict(READING) | {"more": 1}]},
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
    """Bytes of any kind: noise, broken UTF-8, JSON of any shape, and what looks nearly like ours."""
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


def garbage(chance: Chance, key: str) -> Command:
    """A command that leaves something senseless at *key*, of any of the server's types."""
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
    # Half of it strings, the type that could be taken for ours.
    return ("SET", key, words(chance, key)) if chance.random() < 0.5 else chance.choice(makers)()


async def test_ten_thousand_garbage_values_raise_nothing(line: Line, clock: FakeClock) -> None:
    """Cache, dialogs, flood limit and node readings over garbage of every type answer as if there were nothing, and
    work at once afterwards; the breaker stays closed, because the server is well."""
    chance = random.Random(20261121)
    cache, panel = RedisCache(line.door), MemoryPanel(PanelId("m"), clock, [READING])
    storage = RedisDialogs(line.door, MemoryDialogs(clock, maximum=0))
    rate_limiter = RedisRateLimiter(line.door, clock, POLICY, MemoryRateLimiter(clock, POLICY, maximum=0))
    nodes = CachedNodes(panel, cache)
    for _ in range(VALUES // 5):
        async with line.redis.pipeline(transaction=False) as spoil:
            for key in (CACHE_KEY, STATE_KEY, DATA_KEY, FLOOD_KEY, NODES_KEY):
                spoil.delete(key)
                spoil.execute_command(*garbage(chance, key))
            await spoil.execute()
        assert await cache.get(CACHE_KEY) is None
        assert (await storage.get_state(KEY), await storage.get_data(KEY)) == (None, {})
        assert await rate_limiter.check(ANN) == Allowed()
        assert await nodes.nodes() == (READING,)
    counts = line.door.counts
    assert (counts[Outcome.FAILED], counts[Outcome.TIMED_OUT], counts[Outcome.REFUSED]) == (0, 0, 0)
    assert counts[Outcome.GARBAGE] + nodes.unreadable == VALUES
    assert await line.redis.exists(CACHE_KEY, STATE_KEY, DATA_KEY) == 0


@pytest.mark.parametrize(
    "held",
    [b"", b"old value", b"orbit0\nold", encode("x")[:-2], b"orbit1\n\xff", encode("x" * LONGEST_BYTES)],
    ids=["empty", "bare", "old schema", "cut", "not UTF-8", "too long"],
)
async def test_a_senseless_string_is_deleted(line: Line, held: bytes) -> None:
    """An old schema, a cut value, wrong bytes and a monster are misses, gone afterwards, and counted once."""
    await line.redis.set(CACHE_KEY, held)
    cache = RedisCache(line.door)
    assert [await cache.get(CACHE_KEY) for _ in range(3)] == [None] * 3
    assert await line.redis.exists(CACHE_KEY) == 0
    assert line.door.counts[Outcome.GARBAGE] == 1
    assert (cache.counts["hit"], cache.counts["miss"]) == (0, 3)


async def test_what_is_too_long_is_not_kept(line: Line, clock: FakeClock) -> None:
    """A value that would be refused when read isn't written: the cache forgets the key, a dialog stays in memory."""
    cache, storage = RedisCache(line.door), RedisDialogs(line.door, MemoryDialogs(clock))
    await cache.put(CACHE_KEY, "before", 60)
    await cache.put(CACHE_KEY, "x" * LONGEST_BYTES, 60)
    assert await cache.get(CACHE_KEY) is None
    await storage.set_data(KEY, {"text": "x" * LONGEST_BYTES})
    assert len((await storage.get_data(KEY))["text"]) == LONGEST_BYTES
    assert await line.redis.get(CACHE_KEY) == b"orbit1 dropped"
    assert await line.redis.keys("*") == [CACHE_KEY.encode()]


async def test_putting_over_garbage_heals_it(line: Line, clock: FakeClock) -> None:
    """Whatever type stands where something is put, what was put is there afterwards, with its time."""
    cache, storage = RedisCache(line.door), RedisDialogs(line.door, MemoryDialogs(clock, maximum=0))
    for key in (CACHE_KEY, STATE_KEY, DATA_KEY):
        await line.redis.rpush(key, "garbage")
    assert await cache.get(CACHE_KEY) is None  # As everybody does who then puts.
    await cache.put(CACHE_KEY, "12900", 60)
    await storage.set_state(KEY, "asked")
    await storage.set_data(KEY, {"sum": 1})
    assert await cache.get(CACHE_KEY) == "12900"
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("asked", {"sum": 1})
    assert 0 < await line.redis.ttl(CACHE_KEY) <= 60
    assert 60 < await line.redis.ttl(STATE_KEY) <= 3600
    assert 60 < await line.redis.ttl(DATA_KEY) <= 3600
