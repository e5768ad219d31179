"""Runs of a job survive errors, never overlap, and stop on request."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from orbit_domain.payment.source import SourceUnavailable
from orbit_domain.storage import StorageUnavailable
from orbit_entry.runtime.periodic_job import JobName, PeriodicJob, run_periodically
from orbit_entry.worker.job_runner import JobRunner
from orbit_entry.worker.job_runs import JobRuns


def _runner(run: Callable[[], Awaitable[object]], period_s: float = 0) -> JobRunner:
    return JobRunner([PeriodicJob(JobName.KEYS, period_s, run)])


async def test_runs_are_counted_and_overdue_after_a_period() -> None:
    """A failure is none of the successes that are due every period; a job that nobody expects isn't late."""
    now, errors = [100.0], [RuntimeError("a bug")]

    async def run() -> None:
        if errors:
            raise errors.pop()

    runs, job = JobRuns(lambda: now[0]), PeriodicJob(JobName.KEYS, 0, run)
    slow = PeriodicJob(JobName.KEYS, 60, run)
    assert (runs.lag_s(job), runs.since_success_s(job.name)) == (0, None)
    runs.expect(job)
    runner = JobRunner([job], runs)
    now[0] = 400.0
    await runner.run(JobName.KEYS, urgent=False)
    assert (runs.failed[job.name], runs.succeeded[job.name]) == (1, 0)
    assert (runs.lag_s(job), runs.lag_s(slow), runs.since_success_s(job.name)) == (300, 240, None)
    await runner.run(JobName.KEYS, urgent=False)
    now[0] = 410.0
    assert (runs.failed[job.name], runs.succeeded[job.name]) == (1, 1)
    assert (runs.lag_s(job), runs.lag_s(slow), runs.since_success_s(job.name)) == (10, 0, 10)


@pytest.mark.parametrize("error", [SourceUnavailable("resting"), StorageUnavailable("starting"), RuntimeError("a bug")])
async def test_a_failed_run_is_followed_by_another(error: Exception) -> None:
    """Neither an expected error nor a bug ends a job."""
    runs: list[int] = []

    async def run() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise error

    runner = _runner(run)
    await runner.run(JobName.KEYS, urgent=False)
    await runner.run(JobName.KEYS, urgent=False)
    assert runs == [0, 1]


async def test_a_job_pauses_after_a_failure() -> None:
    """A request right after a failure is ignored, even an urgent one."""
    runs: list[int] = []

    async def run() -> None:
        runs.append(len(runs))
        raise SourceUnavailable("resting")

    runner = _runner(run, period_s=600)
    await runner.run(JobName.KEYS, urgent=True)
    await runner.run(JobName.KEYS, urgent=True)
    assert runs == [0]


@pytest.mark.parametrize(("urgent", "expected_runs"), [(True, 2), (False, 1)])
async def test_runs_never_overlap_and_an_urgent_request_is_not_missed(urgent: bool, expected_runs: int) -> None:
    """Any number of requests during a run cause one more run if they are urgent, and none otherwise."""
    seen: list[str] = []
    requests: list[asyncio.Task[None]] = []

    async def run() -> None:
        seen.append("begin")
        if not requests:
            requests.extend(asyncio.create_task(runner.run(JobName.KEYS, urgent=urgent)) for _ in range(10))
        await asyncio.sleep(0)
        seen.append("end")

    runner = _runner(run)
    await runner.run(JobName.KEYS, urgent=False)
    await asyncio.gather(*requests)
    assert seen == ["begin", "end"] * expected_runs


async def test_stop_finishes_the_run_and_no_other_begins() -> None:
    """`stop` waits for the run in progress, and a later request begins none."""
    seen: list[str] = []
    may_end = asyncio.Event()

    async def run() -> None:
        seen.append("begin")
        await may_end.wait()
        seen.append("end")

    runner = _runner(run)
    calling = asyncio.create_task(runner.run(JobName.KEYS, urgent=True))
    await asyncio.sleep(0)
    stopping = asyncio.create_task(runner.stop(60))
    await asyncio.sleep(0)
    may_end.set()
    await asyncio.gather(calling, stopping)
    await runner.run(JobName.KEYS, urgent=True)
    assert seen == ["begin", "end"]


async def test_the_caller_may_be_cancelled() -> None:
    """The run goes on when its caller is cancelled, and ends at once when it is killed."""
    seen: list[str] = []

    async def run() -> None:
        seen.append("begin")
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("killed")

    runner = _runner(run)
    calling = asyncio.create_task(runner.run(JobName.KEYS, urgent=True))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    assert seen == ["begin"]
    await runner.kill()
    assert seen == ["begin", "killed"]


async def test_sweeps_go_on_until_stop() -> None:
    """There is a sweep at once, others after it, and none after `stop` is set."""
    stop, sweeps = asyncio.Event(), []

    async def sweep(job: PeriodicJob) -> None:
        sweeps.append(job.name)
        if len(sweeps) == 3:
            stop.set()

    async def run() -> None:
        """It is never run."""

    await run_periodically(PeriodicJob(JobName.EXPIRY, 0.001, run), sweep, stop)
    assert sweeps == [JobName.EXPIRY] * 3


async def test_a_part_that_hangs_holds_up_no_other() -> None:
    """While one part of a job hangs, each request runs the others, and the job can be stopped."""
    seen: list[str] = []

    async def hang() -> None:
        seen.append("hung")
        await asyncio.Event().wait()

    async def work() -> None:
        seen.append("worked")

    parts = {"one": hang, "two": work}
    runner = JobRunner([PeriodicJob(JobName.KEYS, 0, work, lambda: parts)])
    for _ in range(3):
        await runner.run(JobName.KEYS, urgent=True)
        await asyncio.sleep(0)
    assert seen == ["hung", "worked", "worked", "worked"]
    await runner.stop(0)
    assert runner.idle_s(JobName.KEYS) >= 0


async def test_a_late_job_begins_a_period_after_the_start() -> None:
    """It isn't run with the start, and a stop meanwhile is heard."""
    stop, swept = asyncio.Event(), list[PeriodicJob]()

    async def sweep(job: PeriodicJob) -> None:
        swept.append(job)

    job = PeriodicJob(JobName.DRIFT, 600, asyncio.Event().wait, is_late=True)
    running = asyncio.create_task(run_periodically(job, sweep, stop))
    await asyncio.sleep(0)
    stop.set()
    await running
    assert swept == []
