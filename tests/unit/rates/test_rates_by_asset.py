"""Each asset has its rate from where it comes from: coins from the market, Stars from the owner."""

from fractions import Fraction

import pytest

from orbit_adapters.rates.by_asset import RatesByAsset
from orbit_adapters.rates.fixed import FixedRates
from orbit_domain.money import RUB, STARS, TON, USD, Currency
from orbit_domain.payment.ports import RateUnavailable
from tests.support.clock import FakeClock


async def test_every_asset_has_its_own_rate() -> None:
    """A Star is worth what the owner takes for it, exactly; a coin what the other rates say."""
    clock = FakeClock()
    stars = FixedRates("0.0130", USD, clock, asset=STARS)
    rates = RatesByAsset({TON: FixedRates("2.50", USD, clock), STARS: stars})
    star, coin = await rates.rate(STARS, USD), await rates.rate(TON, USD)
    assert (star.value, star.evidence) == (Fraction(13, 10), "fixed: 0.0130 USD a Star")
    assert coin.value == Fraction(250, 10**9)


@pytest.mark.parametrize(("asset", "base"), [(STARS, RUB), (TON, RUB), (Currency("ABC", 0), USD)])
async def test_there_is_no_rate_of_what_nobody_prices(asset: Currency, base: Currency) -> None:
    """An unknown asset, and another base currency than the shop's, have none."""
    clock = FakeClock()
    stars = FixedRates("0.013", USD, clock, asset=STARS)
    rates = RatesByAsset({TON: FixedRates("2.50", USD, clock), STARS: stars})
    with pytest.raises(RateUnavailable):
        await rates.rate(asset, base)


def test_a_star_costs_something() -> None:
    """A price of nothing would sell everything for nothing."""
    with pytest.raises(ValueError, match="above zero"):
        FixedRates("0.000", USD, FakeClock(), asset=STARS)
