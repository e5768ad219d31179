"""The statistics are counted at most twice a minute, for any number of callers."""

import asyncio
from datetime import timedelta

import pytest

from orbit_domain.use_cases.read_stats import ReadStats
from tests.support.clock import NOON, FakeClock
from tests.unit.stats.counting import CountingReader


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def reader() -> CountingReader:
    return CountingReader()


@pytest.fixture
def read_stats(reader: CountingReader, clock: FakeClock) -> ReadStats:
    return ReadStats(reader, clock)


async def test_an_answer_is_kept_for_thirty_seconds(
    read_stats: ReadStats, reader: CountingReader, clock: FakeClock
) -> None:
    """Within thirty seconds the same statistics are returned; after that they are counted again."""
    first = await read_stats()
    clock.advance(seconds=29)
    again = await read_stats()
    clock.advance(seconds=1)
    fresh = await read_stats()
    assert again is first
    assert (first.at, fresh.at) == (NOON, NOON + timedelta(seconds=30))
    assert reader.calls == 2


async def test_concurrent_callers_share_one_count(read_stats: ReadStats, reader: CountingReader) -> None:
    """Fifty calls during a count wait for it instead of starting fifty more."""
    reader.gate.clear()
    calls = [asyncio.create_task(read_stats()) for _ in range(50)]
    await asyncio.sleep(0)
    reader.gate.set()
    answers = await asyncio.gather(*calls)
    assert reader.calls == 1
    assert all(answer is answers[0] for answer in answers)


async def test_a_failed_count_is_not_cached(read_stats: ReadStats, reader: CountingReader) -> None:
    """A call after a failure counts again, and returns no old statistics."""
    reader.error = ConnectionError("the database is away")
    with pytest.raises(ConnectionError):
        await read_stats()
    reader.error = None
    assert (await read_stats()).users.total == 2


async def test_a_cancelled_caller_does_not_cancel_the_others(read_stats: ReadStats, reader: CountingReader) -> None:
    """When the caller whose count is running is cancelled, the next caller counts and all others are answered."""
    reader.gate.clear()
    first, second = asyncio.create_task(read_stats()), asyncio.create_task(read_stats())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    reader.gate.set()
    assert (await second).users.total == 2


async def test_a_clock_set_back_keeps_nothing_cached_for_ever(
    read_stats: ReadStats, reader: CountingReader, clock: FakeClock
) -> None:
    """Statistics from the future are counted again, instead of staying cached until then."""
    await read_stats()
    clock.advance(seconds=-3_600)
    assert (await read_stats()).at == NOON - timedelta(hours=1)
    assert reader.calls == 2
