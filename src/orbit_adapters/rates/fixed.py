"""A rate fixed in the settings, for the sandbox and for shops that prefer it."""

import re
from decimal import Decimal
from fractions import Fraction

from orbit_adapters.rates.bounds import RateBounds
from orbit_domain.clock import Clock
from orbit_domain.money import STARS, TON, USDT, Currency
from orbit_domain.payment.ports import Rate, RateUnavailable

_PRICE = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
_UNITS = {TON: "coin", USDT: "USDT", STARS: "Star"}


class FixedRates:
    """The port `Rates` from one number: the *price* of one *asset* in *base*, such as `251` or `251.30`."""

    def __init__(
        self, price: str, base: Currency, clock: Clock, bounds: RateBounds | None = None, asset: Currency = TON
    ) -> None:
        if not _PRICE.fullmatch(price) or not Decimal(price):
            raise ValueError("a price is a decimal number above zero, such as 251.30")
        self.clock = clock
        self.asset = asset
        self.base = base
        self.bounds = bounds or RateBounds(base)
        self.quoted = price
        self.value = Fraction(Decimal(price)) * 10**base.decimals / 10**asset.decimals

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        """The set price. Raises RateUnavailable for anything but its own asset and base, and outside the bounds."""
        if (asset, base) != (self.asset, self.base):
            raise RateUnavailable(f"no fixed rate of {asset.code} in {base.code}")
        self.bounds.check(asset, base, self.value)
        return Rate(self.value, f"fixed: {self.quoted} {base.code} a {_UNITS.get(asset, asset.code)}", self.clock.now())
