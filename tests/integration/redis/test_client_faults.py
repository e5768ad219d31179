"""Redis down, slow, flushed or killed during an operation: the client returns the fallback, after three attempts at
most."""

import asyncio

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.client import TIMEOUT_S, Outcome, ResilientRedis
from orbit_adapters.redis.connection import redis_client
from tests.integration.redis.redis_harness import GENEROUS_TIMEOUT_S, RedisHarness
from tests.support.clock import FakeClock
from tests.support.servers.redis_server import RedisServer


async def ping(redis: Redis) -> object:
    """The smallest command."""
    answer: object = await redis.execute_command("PING")
    return answer


def test_the_timeout_is_a_tenth_of_a_second(clock: FakeClock) -> None:
    """No operation waits for Redis longer than 100 ms (reliability row B.3)."""
    client = ResilientRedis(redis_client("redis://127.0.0.1:1"), clock)
    assert (client.timeout_s, TIMEOUT_S) == (0.1, 0.1)


async def test_down_at_start_is_three_attempts_and_one_warning(
    breakable: RedisServer, own_harness: RedisHarness
) -> None:
    """Without a server the first three operations fail, all later ones are refused unsent; one warning is logged."""
    await breakable.stop()
    with capture_logs() as logs:
        assert not await own_harness.client.check()
        assert [await own_harness.client.call(ping, "fallback") for _ in range(100)] == ["fallback"] * 100
    assert own_harness.sent_since() == ["PING"] * 3
    assert own_harness.client.is_circuit_open
    assert own_harness.client.counts == {Outcome.FAILED: 3, Outcome.REFUSED: 98}
    (warning,) = [entry for entry in logs if entry["log_level"] == "warning"]
    assert (warning["event"], warning["pause_s"]) == ("redis_circuit_opened", 30)


async def test_killed_in_mid_run_and_back(breakable: RedisServer, own_harness: RedisHarness, clock: FakeClock) -> None:
    """A killed server opens the circuit after three attempts, is probed every thirty seconds, and is used when back."""
    assert await own_harness.client.check()
    await breakable.stop()
    for _ in range(10):
        assert not await own_harness.client.check()
    for _ in range(3):
        own_harness.sent_since()
        clock.advance(seconds=30)
        assert [await own_harness.client.check() for _ in range(10)] == [False] * 10
        assert own_harness.sent_since() == ["PING"]
    await breakable.start()
    assert not await own_harness.client.check()
    clock.advance(seconds=30)
    with capture_logs() as logs:
        assert [await own_harness.client.check() for _ in range(10)] == [True] * 10
    assert not own_harness.client.is_circuit_open
    assert [entry["event"] for entry in logs] == ["redis_circuit_closed"]


async def test_slow_is_three_timeouts_and_then_no_waiting(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """A server that hangs costs three timeouts in all; the next hundred operations don't wait."""
    assert await own_harness.client.check()
    own_harness.use_short_timeout()
    breakable.pause()
    assert [await own_harness.client.call(ping, None) for _ in range(100)] == [None] * 100
    assert own_harness.sent_since() == ["PING"] * 4
    assert own_harness.client.counts == {Outcome.ANSWERED: 1, Outcome.TIMED_OUT: 3, Outcome.REFUSED: 97}


async def test_a_crowd_at_a_slow_server_waits_once(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """Sixty-four at once, more than there are connections, all time out together: one opening, one warning."""
    own_harness.use_short_timeout()
    breakable.pause()
    with capture_logs() as logs:
        assert await asyncio.gather(*(own_harness.client.call(ping, None) for _ in range(64))) == [None] * 64
    assert own_harness.client.counts == {Outcome.TIMED_OUT: 64}
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["redis_circuit_opened"]
    assert await own_harness.client.call(ping, None) is None
    assert own_harness.client.counts[Outcome.REFUSED] == 1


async def test_answers_never_cross_after_a_time_out(
    breakable: RedisServer, own_harness: RedisHarness, clock: FakeClock
) -> None:
    """An answer that comes too late isn't taken for the answer to a later command."""
    cache = RedisCache(own_harness.client)
    for number in range(20):
        await cache.put(f"key {number}", f"value {number}", 3600)
    assert await own_harness.client.check()  # All were written.
    for _ in range(5):
        own_harness.use_short_timeout()
        breakable.pause()
        assert await asyncio.gather(*(cache.get(f"key {number}") for number in range(3))) == [None] * 3
        breakable.resume()
        clock.advance(seconds=30)
        own_harness.client.timeout_s = GENEROUS_TIMEOUT_S
        assert [await cache.get(f"key {number}") for number in range(20)] == [f"value {number}" for number in range(20)]


async def test_only_one_probe_goes_ahead(breakable: RedisServer, own_harness: RedisHarness, clock: FakeClock) -> None:
    """After the pause one of sixty-four calls is the probe; the others don't wait for it."""
    await breakable.stop()
    for _ in range(3):
        await own_harness.client.check()
    own_harness.sent_since()
    clock.advance(seconds=30)
    assert await asyncio.gather(*(own_harness.client.check() for _ in range(64))) == [False] * 64
    assert own_harness.sent_since() == ["PING"]


async def test_a_cancelled_caller_is_cancelled(
    breakable: RedisServer, own_harness: RedisHarness, clock: FakeClock
) -> None:
    """The client hides failures of Redis, not a cancellation; after a cancelled probe the next may start."""
    await breakable.stop()
    for _ in range(3):
        await own_harness.client.check()
    await breakable.start()
    clock.advance(seconds=30)
    begun = asyncio.Event()

    async def hang(redis: Redis) -> None:
        begun.set()
        await asyncio.Event().wait()

    probe = asyncio.ensure_future(own_harness.client.call(hang, None))
    await begun.wait()
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    own_harness.client.timeout_s = GENEROUS_TIMEOUT_S
    assert await own_harness.client.check()


@pytest.mark.parametrize("error", [OSError(), ValueError(), RuntimeError(), UnicodeError(), AssertionError()])
async def test_every_exception_becomes_the_fallback(harness: RedisHarness, error: Exception) -> None:
    """Every exception of an operation becomes the fallback, and counts as a failure."""

    async def fail(redis: Redis) -> str:
        raise error

    assert await harness.client.call(fail, "fallback") == "fallback"
    assert harness.client.counts == {Outcome.FAILED: 1}


async def test_a_server_that_refuses_the_client_counts_as_down(breakable: RedisServer, clock: FakeClock) -> None:
    """A wrong password, a missing database, no memory left: three attempts, no exception, no secret in the log."""
    wrong_password = breakable.url.replace("redis://:", "redis://:not-")
    missing_database = breakable.url.removesuffix("/0") + "/999"
    with capture_logs() as logs:
        for url in (wrong_password, missing_database):
            harness = RedisHarness(url, clock)
            assert [await harness.client.check() for _ in range(5)] == [False] * 5
            assert harness.client.counts == {Outcome.FAILED: 3, Outcome.REFUSED: 2}
            await harness.redis.aclose()
        harness = RedisHarness(breakable.url, clock)
        await harness.redis.config_set("maxmemory", "1")
        assert [await harness.client.write(b"key", b"value", 60) for _ in range(4)] == [False] * 4
        await harness.redis.aclose()
    assert "not-" not in repr(logs)
    assert breakable.url.split("@")[0].removeprefix("redis://:") not in repr(logs)


async def test_closing_never_fails(breakable: RedisServer, own_harness: RedisHarness) -> None:
    """At the end of a process it doesn't matter whether Redis still runs."""
    await own_harness.client.check()
    own_harness.use_short_timeout()
    breakable.pause()
    await own_harness.client.close()
    await own_harness.client.close()
    breakable.resume()
    await breakable.stop()
    assert not await own_harness.client.check()
    await own_harness.client.close()


async def test_a_close_that_fails_is_only_logged(harness: RedisHarness) -> None:
    """An error of the client when it is closed is logged and not raised."""
    aclose = harness.redis.aclose

    async def broken() -> None:
        raise OSError("already gone")

    harness.redis.aclose = broken  # type: ignore[method-assign]
    with capture_logs() as logs:
        await harness.client.close()
    harness.redis.aclose = aclose  # type: ignore[method-assign]
    assert [(entry["event"], entry["error"]) for entry in logs] == [("redis_close_failed", "OSError")]


@pytest.mark.parametrize("url", ["", "http://h", "redis//h", "localhost:6379"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """A wrong REDIS_URL is found when the client is made, not when it is used."""
    with pytest.raises(ValueError):
        redis_client(url)


def test_nothing_newer_than_redis_6_2_is_spoken() -> None:
    """No handshake that an old server doesn't know, no retry that would double the timeout, bytes only."""
    options = redis_client("redis://h?retry_on_timeout=yes&socket_timeout=9&decode_responses=yes").connection_pool
    settings = options.connection_kwargs
    assert (settings["protocol"], settings["driver_info"], settings["decode_responses"]) == (2, None, False)
    assert settings["retry"].get_retries() == 0
    assert (settings["socket_timeout"], settings["socket_connect_timeout"]) == (None, 0.05)
