"""A rate fixed in the settings."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.rates.settings import RatesSettings
from orbit_domain.money import RUB, TON, USD, Currency
from orbit_domain.payment.ports import RateUnavailable

WRONG = ["", "0", "0.00", "-5", "+5", "1e5", "NaN", "Infinity", "abc", " 5", "5\n", "5,5", "٥", "1" * 16, ".5", "5."]


@pytest.mark.parametrize("base", [RUB, USD])
@pytest.mark.parametrize(("setting", "units"), [("251", Fraction(25100)), ("251.305", Fraction(50261, 2))])
async def test_the_set_price_is_the_rate(clock, base: Currency, setting: str, units: Fraction) -> None:
    """The price of a coin in the shop's currency, exactly as set, with the setting as evidence."""
    rate = await FixedRates(setting, base, clock).rate(TON, base)
    assert (rate.value, rate.at) == (units / 10**9, clock.now())
    assert rate.evidence == f"fixed: {setting} {base.code} a coin"


@pytest.mark.parametrize(("asset", "base"), [(RUB, TON), (TON, USD), (Currency("XTR", 0), RUB)])
async def test_only_coins_in_roubles_have_it(clock, asset: Currency, base: Currency) -> None:
    """The fixed rate applies to one pair of currencies."""
    with pytest.raises(RateUnavailable):
        await FixedRates("251.30", RUB, clock).rate(asset, base)


@pytest.mark.parametrize("setting", WRONG)
def test_what_is_not_a_price_is_refused_at_the_start(clock, setting: str) -> None:
    """Invalid text, zero and NaN are refused as a rate."""
    with pytest.raises(ValueError, match="price"):
        FixedRates(setting, RUB, clock)


@pytest.mark.parametrize("setting", [each for each in WRONG if each not in ("0", "0.00")])
def test_settings_refuse_what_is_not_a_number(setting: str) -> None:
    """A mistyped price stops the shop, not the customer."""
    with pytest.raises(ValidationError):
        RatesSettings(base=RUB, price=setting)
