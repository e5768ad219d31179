"""A panel with cached node readings fulfils the panel contract, and is called once in two minutes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.memory.cache import MemoryCache, NoCache
from orbit_adapters.memory.panel import MemoryPanel
from orbit_adapters.panel_cache.cached_nodes import CachedNodes, readings_from, readings_text
from orbit_adapters.redis.cache import RedisCache
from orbit_domain.access.account import Account
from orbit_domain.access.ports import ForeignAccount, PanelUnavailable
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import NodeReading
from tests.integration.marzban.harness import MarzbanContract, PanelHarness
from tests.integration.redis.redis_harness import RedisHarness, expire_keys_by
from tests.support.clock import FakeClock

HOME = NodeReading("home", True, ("VLESS home",), 10**15, 1500, "eu")
AWAY = NodeReading("Заграница", False, (), None)
readings = st.lists(
    st.builds(
        NodeReading,
        name=st.text(),
        connected=st.booleans(),
        groups=st.lists(st.text(), max_size=3).map(tuple),
        traffic_bytes=st.integers(0, 2**80),
        usage_coefficient_milli=st.integers(0, 10**6),
        region=st.none() | st.text(),
        capacity=st.none() | st.integers(0, 10**6),
        excluded=st.booleans(),
    ),
    max_size=4,
).map(tuple)


class CountingPanel(MemoryPanel):
    """A panel that counts the calls of `nodes`."""

    calls = 0

    async def nodes(self) -> tuple[NodeReading, ...]:
        self.calls += 1
        return await super().nodes()


@pytest.fixture
def panel(clock: FakeClock) -> CountingPanel:
    return CountingPanel(PanelId("m"), clock, [HOME, AWAY])


async def test_asked_once_in_two_minutes(panel: CountingPanel, harness: RedisHarness) -> None:
    """The first call goes to the panel, the next thousand to the cache, and after two minutes one more does."""
    nodes = CachedNodes(panel, RedisCache(harness.client))
    assert {await nodes.nodes() for _ in range(1_000)} == {(HOME, AWAY)}
    assert panel.calls == 1
    assert await harness.redis.keys("*") == [b"marzban:m:node_metrics"]
    panel.readings = (AWAY,)
    await expire_keys_by(harness.redis, 60)
    assert await nodes.nodes() == (HOME, AWAY)
    await expire_keys_by(harness.redis, 61)
    assert await nodes.nodes() == (AWAY,)
    assert panel.calls == 2


async def test_errors_are_not_cached(panel: CountingPanel, clock: FakeClock) -> None:
    """A panel that is down is called again each time, and cached readings are served until they expire."""
    nodes = CachedNodes(panel, MemoryCache(clock))
    panel.unavailable = True
    for _ in range(2):
        with pytest.raises(PanelUnavailable):
            await nodes.nodes()
    panel.unavailable = False
    assert await nodes.nodes() == (HOME, AWAY)
    panel.unavailable = True
    assert await nodes.nodes() == (HOME, AWAY)
    clock.advance(seconds=120)
    with pytest.raises(PanelUnavailable):
        await nodes.nodes()


async def test_callers_at_once_share_one_reading(panel: CountingPanel, clock: FakeClock) -> None:
    """Twenty keys that are placed at once are one reading, also a failed one and also without any cache."""
    for cache in (MemoryCache(clock), NoCache()):
        nodes = CachedNodes(panel, cache)
        panel.calls = 0
        assert set(await asyncio.gather(*(nodes.nodes() for _ in range(20)))) == {(HOME, AWAY)}
        assert panel.calls == 1
        panel.unavailable = True
        clock.advance(seconds=121)
        ends = await asyncio.gather(*(nodes.nodes() for _ in range(20)), return_exceptions=True)
        assert {type(end) for end in ends} == {PanelUnavailable}
        assert panel.calls == 2
        panel.unavailable = False


async def test_a_caller_that_gives_up_leaves_the_reading_to_the_others(panel: CountingPanel, clock: FakeClock) -> None:
    """The reading is shared, the patience isn't."""
    nodes = CachedNodes(panel, MemoryCache(clock))
    impatient, patient = (asyncio.ensure_future(nodes.nodes()) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == (HOME, AWAY)
    assert impatient.cancelled()
    assert panel.calls == 1


async def test_a_failed_call_makes_nodes_be_read_anew(panel: CountingPanel, clock: FakeClock) -> None:
    """A key is never placed by what was read before a panel failed; a taken name is no failure."""
    nodes = CachedNodes(panel, MemoryCache(clock))
    assert await nodes.nodes() == (HOME, AWAY)
    panel.readings = (AWAY,)
    wanted = Account(KeyId(UUID(int=1)), "orbit_42", UUID(int=2), ("VLESS home",), clock.now())
    panel.add_foreign("orbit_42")
    with pytest.raises(ForeignAccount):
        await nodes.ensure(wanted)
    assert await nodes.nodes() == (HOME, AWAY)
    panel.unavailable_once = True
    with pytest.raises(PanelUnavailable):
        await nodes.ensure(wanted)
    assert await nodes.nodes() == (AWAY,)


async def test_without_redis_the_panel_is_called(panel: CountingPanel, clock: FakeClock) -> None:
    """Without the cache every call goes to the panel, and every call is answered."""
    nodes = CachedNodes(panel, RedisCache(RedisHarness("redis://127.0.0.1:1", clock).client))
    assert [await nodes.nodes() for _ in range(5)] == [(HOME, AWAY)] * 5
    assert panel.calls == 5


async def test_panels_are_told_apart(panel: CountingPanel, clock: FakeClock) -> None:
    """Two panels share a cache, not their readings."""
    cache = MemoryCache(clock)
    other = CachedNodes(MemoryPanel(PanelId("n"), clock, [AWAY]), cache)
    assert await CachedNodes(panel, cache).nodes() == (HOME, AWAY)
    assert await other.nodes() == (AWAY,)
    assert other.panel_id == "n"


@given(readings)
def test_readings_survive_their_text(given_readings: tuple[NodeReading, ...]) -> None:
    """Every reading comes back exactly, in whole numbers; the text is plain JSON."""
    text = readings_text(given_readings)
    assert readings_from(text) == given_readings
    assert json.loads(text)["version"] == 3


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_other_texts_are_refused(shape: Any) -> None:
    """Whatever isn't exactly what was written is refused with ValueError: no half-read reading comes out."""
    good = json.loads(readings_text((HOME,)))
    for field in good["nodes"][0]:
        spoiled = good["nodes"][0] | {field: [shape]}
        if not (field == "groups" and isinstance(shape, str)):
            with pytest.raises(ValueError):
                readings_from(json.dumps({"version": 2, "nodes": [spoiled]}))
    for text in (json.dumps(shape), json.dumps({"version": 2, "nodes": shape or [shape]}), "{" + json.dumps(shape)):
        with pytest.raises(ValueError):
            readings_from(text)


class TestCachedNodes(MarzbanContract):
    """The decorated panel, over the real adapter and the simulator: the whole contract."""

    @pytest.fixture
    async def panel(self) -> AsyncIterator[CachedNodes]:
        self.harness = PanelHarness()
        with stamina.set_testing(True, attempts=3, cap=True):
            async with self.harness.http:
                yield CachedNodes(self.harness.panel, MemoryCache(self.harness.clock))
