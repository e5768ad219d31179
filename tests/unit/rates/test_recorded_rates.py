"""Accepted rates are recorded, and what jumps against the record is refused."""

from fractions import Fraction

import pytest

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.rates.recorded import HistoryPolicy, RecordedRates
from orbit_domain.money import RUB, TON, Currency
from orbit_domain.payment.ports import Rate, RateUnavailable
from tests.support.clock import FakeClock


class OneRate:
    """A rate that the test sets."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.kopecks = 25_000

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        return Rate(Fraction(self.kopecks, 10**9), f"{self.kopecks}", self.clock.now())


@pytest.fixture
def source(clock: FakeClock) -> OneRate:
    return OneRate(clock)


async def recorded(storage: MemoryStorage) -> Rate | None:
    async with storage.transaction() as tx:
        return await tx.rate_history.newest(TON, RUB)


async def test_a_rate_is_recorded_once_a_minute(source: OneRate, clock: FakeClock) -> None:
    """The first is recorded at once, another one after a minute; every caller gets the present one."""
    storage = MemoryStorage(base=RUB)
    rates = RecordedRates(source, storage)
    first = await rates.rate(TON, RUB)
    assert await recorded(storage) == first
    clock.advance(seconds=59)
    source.kopecks = 25_100
    assert (await rates.rate(TON, RUB)).value == Fraction(25_100, 10**9)
    assert await recorded(storage) == first
    clock.advance(seconds=1)
    assert await rates.rate(TON, RUB) == await recorded(storage)


@pytest.mark.parametrize("kopecks", [21_249, 28_751])
async def test_a_jump_is_refused_after_a_restart_too(source: OneRate, clock: FakeClock, kopecks: int) -> None:
    """More than fifteen percent within ten minutes of the recorded rate: refused, and not recorded."""
    storage = MemoryStorage(base=RUB)
    first = await RecordedRates(source, storage).rate(TON, RUB)
    source.kopecks = kopecks
    clock.advance(minutes=10)
    restarted = RecordedRates(source, storage)
    with pytest.raises(RateUnavailable, match="jumped"):
        await restarted.rate(TON, RUB)
    assert await recorded(storage) == first
    clock.advance(seconds=1)
    assert (await restarted.rate(TON, RUB)).value == Fraction(kopecks, 10**9)


@pytest.mark.parametrize("kopecks", [21_250, 28_750])
async def test_a_move_within_the_bounds_is_taken(source: OneRate, clock: FakeClock, kopecks: int) -> None:
    """Fifteen percent itself is no jump."""
    storage = MemoryStorage(base=RUB)
    await RecordedRates(source, storage).rate(TON, RUB)
    source.kopecks = kopecks
    assert (await RecordedRates(source, storage).rate(TON, RUB)).value == Fraction(kopecks, 10**9)


async def test_a_refused_rate_does_not_become_the_measure_of_the_next(source: OneRate, clock: FakeClock) -> None:
    """Each of two jumps is measured against the last accepted rate."""
    rates = RecordedRates(source, MemoryStorage(base=RUB))
    await rates.rate(TON, RUB)
    for kopecks in (32_500, 35_000):
        clock.advance(minutes=2)
        source.kopecks = kopecks
        with pytest.raises(RateUnavailable, match="jumped from 25000"):
            await rates.rate(TON, RUB)


async def test_a_rate_that_the_owner_sets_may_jump(source: OneRate, clock: FakeClock) -> None:
    """A fixed rate that is changed counts at once."""
    storage = MemoryStorage(base=RUB)
    for kopecks in (25_000, 50_000):
        source.kopecks = kopecks
        clock.advance(minutes=1)
        rate = await RecordedRates(source, storage, HistoryPolicy(jump=None)).rate(TON, RUB)
        assert await recorded(storage) == rate
