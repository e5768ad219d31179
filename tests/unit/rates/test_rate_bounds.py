"""The owner's bounds hold for every rate, wherever it comes from."""

from decimal import Decimal
from fractions import Fraction

import httpx
import pytest

from orbit_adapters.rates.bounds import RateBounds, RateOutOfBounds
from orbit_adapters.rates.factory import rates_from
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.rates.median import MedianRates
from orbit_adapters.rates.settings import RatesSettings
from orbit_adapters.rates.source import Reading, reading_of
from orbit_domain.money import RUB, TON, USD, Currency
from orbit_domain.payment.ports import Rates

BOUNDS = RateBounds(RUB, minimum=Decimal(100), maximum=Decimal("900.005"))
TOO_LOW = "99.99999999 RUB a coin is less than the 100 RUB a coin of ORBIT_TON_RATE_MINIMUM"
TOO_HIGH = "900.0051 RUB a coin is more than the 900.005 RUB a coin of ORBIT_TON_RATE_MAXIMUM"


class Agreeing:
    """A source that says what every other one says."""

    def __init__(self, clock, name: str, roubles: str) -> None:
        self.clock, self.name, self.roubles = clock, name, roubles

    async def read(self, asset: Currency, base: Currency) -> Reading:
        return reading_of(self.name, Decimal(self.roubles), asset, base, self.clock.now())


def fixed(clock, roubles: str, bounds: RateBounds) -> Rates:
    return FixedRates(roubles, RUB, clock, bounds)


def median(clock, roubles: str, bounds: RateBounds) -> Rates:
    return MedianRates([Agreeing(clock, name, roubles) for name in ("one", "two")], clock, bounds=bounds)


@pytest.mark.parametrize("kind", [fixed, median])
@pytest.mark.parametrize("roubles", ["100", "250", "900.005"])
async def test_a_rate_inside_is_accepted(clock, kind, roubles: str) -> None:
    """A price between the bounds, or exactly on one."""
    assert (await kind(clock, roubles, BOUNDS).rate(TON, RUB)).value == Fraction(roubles) * 100 / 10**9


@pytest.mark.parametrize("kind", [fixed, median])
@pytest.mark.parametrize(
    ("roubles", "reason", "setting"),
    [
        ("99.99999999", TOO_LOW, "ORBIT_TON_RATE_MINIMUM"),
        ("900.0051", TOO_HIGH, "ORBIT_TON_RATE_MAXIMUM"),
    ],
)
async def test_a_rate_outside_is_none(clock, kind, roubles: str, reason: str, setting: str) -> None:
    """However many sources agree on it: the reason names the bound and the setting that holds it."""
    with pytest.raises(RateOutOfBounds) as refused:
        await kind(clock, roubles, BOUNDS).rate(TON, RUB)
    assert (str(refused.value), refused.value.setting) == (reason, setting)


@pytest.mark.parametrize(("minimum", "maximum"), [(None, None), (Decimal(1), None), (None, Decimal(10**10))])
async def test_a_bound_that_is_not_set_refuses_nothing(clock, minimum: Decimal | None, maximum: Decimal | None) -> None:
    """Each bound stands alone, and without any every price passes."""
    for kind in (fixed, median):
        assert await kind(clock, "1000000", RateBounds(RUB, minimum, maximum)).rate(TON, RUB)


async def test_only_coins_in_the_shop_s_currency_have_bounds(clock) -> None:
    """A bound in roubles says nothing of a price in dollars; one in dollars does."""
    sources = [Agreeing(clock, name, "3") for name in ("one", "two")]
    assert await MedianRates(sources, clock, bounds=BOUNDS).rate(TON, USD)
    with pytest.raises(RateOutOfBounds, match=r"^3 USD a coin is less than the 3\.01 USD a coin"):
        await MedianRates(sources, clock, bounds=RateBounds(USD, minimum=Decimal("3.01"))).rate(TON, USD)


async def test_a_rate_outside_stops_nothing_once_the_sources_are_right(clock) -> None:
    """Once the sources are right again the shop sells at once."""
    sources = [Agreeing(clock, name, "90000") for name in ("one", "two")]
    rates = MedianRates(sources, clock, bounds=BOUNDS)
    with pytest.raises(RateOutOfBounds):
        await rates.rate(TON, RUB)
    clock.advance(seconds=30)
    for source in sources:
        source.roubles = "250"
    assert await rates.rate(TON, RUB)


async def test_the_settings_bound_what_is_built_from_them(clock) -> None:
    """The factory hands the bounds to the fixed rate and to the median of the public sources."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "tonapi.io":
            return httpx.Response(200, text='{"rates":{"TON":{"prices":{"RUB":2500}}}}')
        at = int(clock.now().timestamp())
        return httpx.Response(200, text=f'{{"the-open-network":{{"rub":2500,"last_updated_at":{at}}}}}')

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        for price in (None, "2500"):
            settings = RatesSettings(base=RUB, price=price, maximum="900")
            with pytest.raises(RateOutOfBounds, match="2500 RUB a coin is more than the 900"):
                await rates_from(settings, http, clock).rate(TON, RUB)
            assert await rates_from(settings.model_copy(update={"maximum": None}), http, clock).rate(TON, RUB)


def test_bounds_in_words() -> None:
    """As the doctor shows them."""
    assert str(BOUNDS) == "at least 100 RUB a coin and at most 900.005 RUB a coin"
    assert str(RateBounds(RUB)) == ""
