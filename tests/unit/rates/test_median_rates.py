"""When a rate is accepted: fresh, from several sources, and close together."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.rates.median import MedianRates, RatePolicy
from orbit_adapters.rates.source import Reading, reading_of
from orbit_domain.money import RUB, TON, Currency
from orbit_domain.payment.ports import RateUnavailable


class StubSource:
    """A source with a fixed price, at a given time or now."""

    def __init__(self, clock, name: str, price: str | None) -> None:
        self.clock = clock
        self.name = name
        self.price = price
        self.at: datetime | None = None
        self.reads = 0

    async def read(self, asset: Currency, base: Currency) -> Reading:
        self.reads += 1
        await asyncio.sleep(0)
        if self.price is None:
            raise RateUnavailable(f"{self.name} is silent")
        return reading_of(self.name, Decimal(self.price), asset, base, self.at or self.clock.now())


def kopecks(roubles: str) -> Fraction:
    """Kopecks per nanoton at so many roubles a coin."""
    return Fraction(roubles) * 100 / 10**9


def sources(clock, *prices: str | None) -> list[StubSource]:
    return [StubSource(clock, f"s{number}", price) for number, price in enumerate(prices)]


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        (("250", "250"), "250"),
        (("250", "252"), "251"),
        (("250.1", "250.3", "252"), "250.3"),
        (("250", "251", "252", "253"), "251.5"),
        (("250", None, "252"), "251"),
    ],
)
async def test_the_median_of_what_is_known_is_the_rate(clock, prices, expected) -> None:
    """The middle reading counts, or exactly the middle between two; a silent source is left out."""
    rate = await MedianRates(sources(clock, *prices), clock).rate(TON, RUB)
    assert rate.value == kopecks(expected)
    assert rate.at == clock.now()


async def test_the_evidence_names_every_reading(clock) -> None:
    """The evidence of a quote holds every reading."""
    rate = await MedianRates(sources(clock, "250.10", "251"), clock).rate(TON, RUB)
    assert rate.evidence == "median of s0 250.10 RUB at 2026-11-20T12:00:00Z, s1 251 RUB at 2026-11-20T12:00:00Z"


@pytest.mark.parametrize("prices", [(None, None), ("250", None), (None, "250")])
async def test_one_source_is_not_enough(clock, prices) -> None:
    """A single source can't set our price."""
    with pytest.raises(RateUnavailable, match="2 are needed"):
        await MedianRates(sources(clock, *prices), clock).rate(TON, RUB)


@pytest.mark.parametrize(("age", "is_believed"), [(0, True), (120, True), (121, False), (-120, True), (-121, False)])
async def test_a_stale_reading_counts_for_nothing(clock, age: int, is_believed: bool) -> None:
    """A price older than two minutes, or more than two minutes in the future, doesn't count."""
    stubs = sources(clock, "250", "250")
    stubs[1].at = clock.now() - timedelta(seconds=age)
    rates = MedianRates(stubs, clock)
    if is_believed:
        assert (await rates.rate(TON, RUB)).value == kopecks("250")
    else:
        with pytest.raises(RateUnavailable, match="1 fresh"):
            await rates.rate(TON, RUB)


@pytest.mark.parametrize(("other", "is_believed"), [("103", True), ("97.05", True), ("103.1", False), ("97", False)])
async def test_sources_too_far_apart_are_not_averaged(clock, other: str, is_believed: bool) -> None:
    """Beyond three percent of the median at least one source is wrong, and it is unknown which."""
    rates = MedianRates(sources(clock, "100", other), clock)
    if is_believed:
        assert await rates.rate(TON, RUB)
    else:
        with pytest.raises(RateUnavailable, match="too far apart"):
            await rates.rate(TON, RUB)


async def test_sources_are_not_read_for_every_customer(clock) -> None:
    """Sixty checkouts a minute read each source three times."""
    stubs = sources(clock, "100", "100")
    rates = MedianRates(stubs, clock)
    for _ in range(60):
        await rates.rate(TON, RUB)
        clock.advance(seconds=1)
    assert [source.reads for source in stubs] == [3, 3]


async def test_a_failed_source_is_cached_while_fresh(clock) -> None:
    """A short outage of one source doesn't close the shop, a long one does."""
    stubs = sources(clock, "100", "100")
    rates = MedianRates(stubs, clock)
    await rates.rate(TON, RUB)
    stubs[0].price = None
    clock.advance(seconds=120)
    assert await rates.rate(TON, RUB)
    clock.advance(seconds=1)
    with pytest.raises(RateUnavailable):
        await rates.rate(TON, RUB)


def test_too_few_sources_are_a_mistake_of_the_wiring(clock) -> None:
    """Two sources of the same name are one."""
    with pytest.raises(ValueError, match="different"):
        MedianRates(sources(clock, "1"), clock)
    with pytest.raises(ValueError, match="different"):
        MedianRates([StubSource(clock, "same", "1"), StubSource(clock, "same", "1")], clock)


async def test_the_numbers_of_the_policy_are_settings(clock) -> None:
    """The minimum number of sources is a setting."""
    lone = MedianRates(sources(clock, "100"), clock, RatePolicy(minimum_sources=1))
    assert (await lone.rate(TON, RUB)).value == kopecks("100")
    strict = MedianRates(sources(clock, "100", "100", None), clock, RatePolicy(minimum_sources=3))
    with pytest.raises(RateUnavailable):
        await strict.rate(TON, RUB)


@pytest.mark.parametrize(
    "price",
    [
        None, "250", 250.0, True, [], Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-1"), 0, -1,
        Decimal("0.0"), Decimal("1E+13"), Decimal("1E-13"), Decimal("1E+999999999"), Decimal("1E-999999999"),
        10**5000, Decimal("1." + "1" * 60),
    ],
    ids=lambda price: str(type(price).__name__),
)  # fmt: skip
def test_what_no_coin_ever_cost_is_no_price(clock, price: object) -> None:
    """Floats, zero, negative, endless and absurd numbers are refused before they cost memory or money."""
    with pytest.raises(RateUnavailable):
        reading_of("s", price, TON, RUB, clock.now())


@given(st.decimals(min_value=Decimal("0.000001"), max_value=Decimal("100000000"), places=6))
def test_a_price_is_taken_over_exactly(price: Decimal) -> None:
    """Roubles a coin become kopecks a nanoton without losing a digit."""
    reading = reading_of("s", price, TON, RUB, datetime.min)  # noqa: DTZ901 - any time will do
    assert reading.value * 10**9 / 100 == Fraction(price)
    assert Decimal(reading.quoted.removesuffix(" RUB")) == price


async def test_a_failing_source_is_left_alone_for_the_pause(clock) -> None:
    """Fifty checkouts while one source fails request each source once; after the pause it is tried again."""
    good, bad = sources(clock, "250", None)
    rates = MedianRates((good, bad), clock)
    for _ in range(50):
        with pytest.raises(RateUnavailable):
            await rates.rate(TON, RUB)
    assert (good.reads, bad.reads) == (1, 1)
    bad.price = "250"
    clock.advance(seconds=20)
    assert await rates.rate(TON, RUB)


async def test_fifty_checkouts_at_once_read_each_source_once(clock) -> None:
    """Callers at once share one reading."""
    one, two = sources(clock, "250", "250")
    rates = MedianRates((one, two), clock)
    await asyncio.gather(*(rates.rate(TON, RUB) for _ in range(50)))
    assert (one.reads, two.reads) == (1, 1)
