"""Turns survive whatever they meet, never overlap, and stop when they are told."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.storage import StorageUnavailable
from orbit_entry.runtime.job_name import JobName
from orbit_entry.runtime.periodic_job import PeriodicJob, run_periodically
from orbit_entry.worker.job_runner import JobRunner


def _runner(turn: Callable[[], Awaitable[object]], period_s: float = 0) -> JobRunner:
    return JobRunner([PeriodicJob(JobName.KEYS, period_s, turn)])


@pytest.mark.parametrize(
    "trouble", [ChainUnavailable("resting"), StorageUnavailable("starting"), RuntimeError("a bug")]
)
async def test_a_failing_turn_is_followed_by_another(trouble: Exception) -> None:
    """Neither a known trouble nor a bug ends a kind of work."""
    taken: list[int] = []

    async def turn() -> None:
        taken.append(len(taken))
        if len(taken) == 1:
            raise trouble

    runner = _runner(turn)
    await runner.run(JobName.KEYS, urgent=False)
    await runner.run(JobName.KEYS, urgent=False)
    assert taken == [0, 1]


async def test_work_rests_after_a_failure() -> None:
    """Whoever asks at once after a failure, however urgently, doesn't make it worse."""
    taken: list[int] = []

    async def turn() -> None:
        taken.append(len(taken))
        raise ChainUnavailable("resting")

    runner = _runner(turn, period_s=600)
    await runner.run(JobName.KEYS, urgent=True)
    await runner.run(JobName.KEYS, urgent=True)
    assert taken == [0]


@pytest.mark.parametrize(("urgent", "turns_taken"), [(True, 2), (False, 1)])
async def test_turns_never_overlap_and_an_urgent_wish_is_not_missed(urgent: bool, turns_taken: int) -> None:
    """However many ask during a turn, one more follows it if it was urgent for any of them, and none otherwise."""
    seen: list[str] = []
    others: list[asyncio.Task[None]] = []

    async def turn() -> None:
        seen.append("begin")
        if not others:
            others.extend(asyncio.create_task(runner.run(JobName.KEYS, urgent=urgent)) for _ in range(10))
        await asyncio.sleep(0)
        seen.append("end")

    runner = _runner(turn)
    await runner.run(JobName.KEYS, urgent=False)
    await asyncio.gather(*others)
    assert seen == ["begin", "end"] * turns_taken


async def test_a_turn_in_hand_is_finished_and_no_other_begins() -> None:
    """Being told to stop doesn't tear a turn in two, and what is asked for afterwards isn't begun."""
    seen: list[str] = []
    may_end = asyncio.Event()

    async def turn() -> None:
        seen.append("begin")
        await may_end.wait()
        seen.append("end")

    runner = _runner(turn)
    asking = asyncio.create_task(runner.run(JobName.KEYS, urgent=True))
    await asyncio.sleep(0)
    stopping = asyncio.create_task(runner.stop(60))
    await asyncio.sleep(0)
    may_end.set()
    await asyncio.gather(asking, stopping)
    await runner.run(JobName.KEYS, urgent=True)
    assert seen == ["begin", "end"]


async def test_whoever_asked_may_be_cancelled() -> None:
    """The turn goes on when the one who asked for it is gone, and ends at once when it is killed."""
    seen: list[str] = []

    async def turn() -> None:
        seen.append("begin")
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("killed")

    runner = _runner(turn)
    asking = asyncio.create_task(runner.run(JobName.KEYS, urgent=True))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert seen == ["begin"]
    await runner.kill()
    assert seen == ["begin", "killed"]


async def test_sweeps_go_on_until_stop() -> None:
    """There is a sweep at once, others after it, and none after the word to stop."""
    stop, sweeps = asyncio.Event(), []

    async def sweep(job: PeriodicJob) -> None:
        sweeps.append(job.name)
        if len(sweeps) == 3:
            stop.set()

    async def turn() -> None:
        """Nobody takes it."""

    await run_periodically(PeriodicJob(JobName.EXPIRY, 0.001, turn), sweep, stop)
    assert sweeps == [JobName.EXPIRY] * 3
