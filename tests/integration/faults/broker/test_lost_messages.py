"""Every message at the broker may be lost, repeated or corrupt: work goes on."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from orbit_entry.runtime.broker import LocalBroker
from orbit_entry.runtime.periodic_job import JobName
from orbit_entry.runtime.redis_broker import STREAM, RedisBroker
from tests.integration.faults.broker.worker_harness import LIMIT_S, open_worker_harness
from tests.support.servers.opening import own_redis
from tests.support.servers.redis_server import client


async def test_a_flush_is_survived(redis_url: str) -> None:
    """A stream that was flushed with its group is made anew, and signals arrive again."""
    async with open_worker_harness(redis_url) as worker_harness, client(redis_url) as redis:
        await worker_harness.until(JobName.KEYS, 1)
        for _ in range(3):
            await redis.flushall()
            assert await worker_harness.is_woken(JobName.KEYS)


@pytest.mark.parametrize(
    "corrupt",
    [
        ("SET", STREAM, "something else"),
        ("XADD", STREAM, "*", "no", "message"),
        ("XADD", STREAM, "*", "data", b"\xff\x00 not a message"),
        ("XADD", STREAM, "*", "data", '{"task_id":"1","task_name":"nobody\'s","labels":{},"args":[],"kwargs":{}}'),
        ("XADD", STREAM, "*", "data", '{"task_id":"1","task_name":"keys","labels":{},"args":[1,2,3],"kwargs":{}}'),
    ],
    ids=["another type", "no data", "no text", "unknown task", "wrong arguments"],
)
async def test_a_corrupt_message_stops_no_worker(redis_url: str, corrupt: tuple[Any, ...]) -> None:
    """Whatever stands in the stream, or in its place, signals arrive again."""
    async with open_worker_harness(redis_url) as worker_harness, client(redis_url) as redis:
        await worker_harness.until(JobName.KEYS, 1)
        if corrupt[0] == "SET":
            await redis.unlink(STREAM)
        await redis.execute_command(*corrupt)
        assert await worker_harness.is_woken(JobName.KEYS)


async def test_without_redis_every_worker_sweeps_for_itself() -> None:
    """Redis goes away: periodic jobs go on in the process. It comes back: signals arrive again."""
    async with own_redis() as server, open_worker_harness(server.url, period_s=0.05) as worker_harness:
        await worker_harness.until(JobName.KEYS, 1)
        await server.stop()
        assert worker_harness.redis is not None
        while not worker_harness.redis.is_circuit_open:
            await worker_harness.redis.check()
        assert not await worker_harness.work_signal.send(JobName.KEYS)
        await worker_harness.until(JobName.KEYS, worker_harness.runs[JobName.KEYS] + 5)
        await server.start()
        async with open_worker_harness(server.url, works=False) as bot, client(server.url) as redis:
            async with asyncio.timeout(LIMIT_S):
                while not await _was_read(redis):
                    await bot.work_signal.send(JobName.KEYS)
                    await asyncio.sleep(0.02)


async def test_a_broker_that_loses_everything_delays_and_never_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are accepted and never delivered: after ten periods a worker begins by itself, again and again."""

    async def lose(_broker: LocalBroker, _job: JobName, **_options: bool) -> bool:
        """The message is lost."""
        return True

    monkeypatch.setattr(LocalBroker, "send", lose)
    async with open_worker_harness(None, period_s=0.01) as worker_harness:
        assert await worker_harness.work_signal.send(JobName.KEYS)
        await worker_harness.until(JobName.KEYS, 3)
    assert worker_harness.runs[JobName.NOTICES]


async def test_what_a_dead_worker_took_is_taken_over(redis_url: str) -> None:
    """A message that a worker took and never acknowledged is given to another one, which acknowledges it."""
    async with open_worker_harness(redis_url) as worker_harness, client(redis_url) as redis:
        await worker_harness.until(JobName.KEYS, 1)
        assert isinstance(worker_harness.broker, RedisBroker)
        worker_harness.broker.stream.idle_timeout = 1
        await worker_harness.worker.stop(LIMIT_S)
        await worker_harness.work_signal.send(JobName.KEYS)
        await redis.xreadgroup("workers", "a dead one", {STREAM: ">"})
        assert await _pending(redis) == 1
        await worker_harness.worker.start()
        async with asyncio.timeout(LIMIT_S):
            while await _pending(redis):
                assert await worker_harness.is_woken(JobName.KEYS)


async def _was_read(redis: Redis) -> bool:
    """Whether a worker has read a message."""
    groups = await redis.xinfo_groups(STREAM) if await redis.exists(STREAM) else []
    return any(group["last-delivered-id"] != b"0-0" for group in groups)


async def _pending(redis: Redis) -> int:
    return int((await redis.xpending(STREAM, "workers"))["pending"])
