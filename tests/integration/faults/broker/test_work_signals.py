"""What one process makes due, a worker begins at once; several workers share the work."""

import asyncio
from importlib.metadata import version

from orbit_adapters.tracing.request_id import bound_request_id
from orbit_domain.storage import ChangeSet
from orbit_entry.runtime.periodic_job import JobName
from orbit_entry.runtime.redis_broker import STREAM
from orbit_entry.runtime.work_signal import SignalAfterCommit
from tests.integration.faults.broker.worker_harness import LIMIT_S, open_worker_harness
from tests.support.servers.redis_server import client


async def test_a_shop_without_redis_wakes_itself() -> None:
    """Within one process a signal is a run; where no worker runs, the sender is told so."""
    async with open_worker_harness(None) as worker_harness:
        await worker_harness.until(JobName.KEYS, 1)
        assert await worker_harness.work_signal.send(JobName.KEYS)
        await worker_harness.until(JobName.KEYS, 2)
    async with open_worker_harness(None, works=False) as bot:
        assert not await bot.work_signal.send(JobName.KEYS)


async def test_only_what_became_due_is_signalled() -> None:
    """A commit that made keys due runs the job of the keys, one that made notices due that of the notices."""
    async with open_worker_harness(None) as worker_harness:
        await worker_harness.until(JobName.KEYS, 1)
        await worker_harness.until(JobName.NOTICES, 1)
        after_commit = SignalAfterCommit(worker_harness.work_signal)
        await after_commit(ChangeSet())
        await after_commit(ChangeSet(keys_due=True))
        await worker_harness.until(JobName.KEYS, 2)
        await after_commit(ChangeSet(notices_due=True))
        await worker_harness.until(JobName.NOTICES, 2)
    assert worker_harness.runs == {JobName.KEYS: 2, JobName.NOTICES: 2}


async def test_a_bot_wakes_a_worker_elsewhere(redis_url: str) -> None:
    """A signal in one process is a run in another one, which knows its cause, and is acknowledged at its end."""
    async with open_worker_harness(redis_url, works=False) as bot, open_worker_harness(redis_url) as worker:
        await worker.until(JobName.KEYS, 1)
        with bound_request_id("tap-00000001"):
            assert await bot.work_signal.send(JobName.KEYS)
        await worker.until(JobName.KEYS, 2)
    assert bot.runs == {}
    assert worker.causes.count("tap-00000001") == 1
    async with client(redis_url) as redis:
        assert (await redis.xpending(STREAM, "workers"))["pending"] == 0


async def test_two_workers_share_the_signals_and_the_periods(redis_url: str) -> None:
    """In each period one of two workers runs; each signal is a run of one, and neither is left idle.

    On a busy machine up to three runs more are harmless: where Redis answers too late, whether the lock was taken or
    the signal sent is unknown, so that each worker's first sweep may run both by itself and through the broker.
    """
    async with (
        open_worker_harness(redis_url, works=False) as bot,
        open_worker_harness(redis_url) as one,
        open_worker_harness(redis_url) as other,
    ):

        async def until_runs(count: int) -> None:
            async with asyncio.timeout(LIMIT_S):
                # Two processes share no event.
                while one.runs[JobName.KEYS] + other.runs[JobName.KEYS] < count:  # noqa: ASYNC110
                    await asyncio.sleep(0.005)

        await until_runs(1)
        for number in range(30):
            await bot.work_signal.send(JobName.KEYS)
            await until_runs(number + 2)
    assert 31 <= one.runs[JobName.KEYS] + other.runs[JobName.KEYS] <= 34
    assert one.runs[JobName.KEYS]
    assert other.runs[JobName.KEYS]


async def test_a_waiting_worker_stops_when_it_must(redis_url: str) -> None:
    """A worker that waits for the broker stops within its limit, again and again (docs/decisions/0010)."""
    assert (version("taskiq"), version("taskiq-redis")) == ("0.12.4", "1.2.3")
    async with open_worker_harness(redis_url) as worker_harness:
        for _ in range(3):
            async with asyncio.timeout(10):
                await worker_harness.worker.stop(8)
            await worker_harness.worker.start()
            assert await worker_harness.is_woken(JobName.NOTICES)
