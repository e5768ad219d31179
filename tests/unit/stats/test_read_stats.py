"""The figures are counted at most twice a minute, however many ask."""

import asyncio
from datetime import timedelta

import pytest

from orbit_domain.use_cases.read_stats import ReadStats
from tests.unit.stats.counting import NOON, CountingReader, FakeClock


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
    """Within thirty seconds the same figures come again; after that they are counted anew."""
    first = await read_stats()
    clock.move(29)
    again = await read_stats()
    clock.move(1)
    fresh = await read_stats()
    assert again is first
    assert (first.at, fresh.at) == (NOON, NOON + timedelta(seconds=30))
    assert reader.asked == 2


async def test_those_who_ask_at_once_share_one_count(read_stats: ReadStats, reader: CountingReader) -> None:
    """Fifty who ask while a count is under way wait for it instead of beginning fifty more."""
    reader.rate_limiter.clear()
    asking = [asyncio.create_task(read_stats()) for _ in range(50)]
    await asyncio.sleep(0)
    reader.rate_limiter.set()
    answers = await asyncio.gather(*asking)
    assert reader.asked == 1
    assert all(answer is answers[0] for answer in answers)


async def test_a_failed_count_is_not_remembered(read_stats: ReadStats, reader: CountingReader) -> None:
    """Whoever asks after a failure gets a new count, and no old figures pose as new ones."""
    reader.trouble = ConnectionError("the database is away")
    with pytest.raises(ConnectionError):
        await read_stats()
    reader.trouble = None
    assert (await read_stats()).users.total == 2


async def test_who_gives_up_waiting_leaves_the_others_theirs(read_stats: ReadStats, reader: CountingReader) -> None:
    """When the one whose count is under way goes away, the next in line counts and everybody is answered."""
    reader.rate_limiter.clear()
    first, second = asyncio.create_task(read_stats()), asyncio.create_task(read_stats())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    reader.rate_limiter.set()
    assert (await second).users.total == 2


async def test_a_clock_set_back_makes_nothing_fresh_for_ever(
    read_stats: ReadStats, reader: CountingReader, clock: FakeClock
) -> None:
    """Figures from the future are counted again, instead of being kept until that future has passed."""
    await read_stats()
    clock.move(-3_600)
    assert (await read_stats()).at == NOON - timedelta(hours=1)
    assert reader.asked == 2
