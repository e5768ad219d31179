"""A rate fixed in the settings, for the sandbox and for shops that prefer it."""

import re
from decimal import Decimal
from fractions import Fraction

from orbit_adapters.rates.bounds import RateBounds
from orbit_domain.clock import Clock
from orbit_domain.money import RUB, TON, Currency
from orbit_domain.payment.ports import Rate, RateUnavailable

_PRICE = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)


class FixedRates:
    """The port `Rates` from one number: *kopecks_per_coin*, a decimal string such as `25130` or `25130.5`."""

    def __init__(self, kopecks_per_coin: str, clock: Clock, bounds: RateBounds | None = None) -> None:
        if not _PRICE.fullmatch(kopecks_per_coin) or not Decimal(kopecks_per_coin):
            raise ValueError("the price of a coin is a decimal number of kopecks above zero, such as 25130.5")
        self.clock = clock
        self.bounds = bounds or RateBounds()
        self.quoted = kopecks_per_coin
        self.value = Fraction(Decimal(kopecks_per_coin)) / 10**TON.decimals

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        """The set price. Raises RateUnavailable for anything but coins in roubles, and outside the bounds."""
        if (asset, base) != (TON, RUB):
            raise RateUnavailable(f"no fixed rate of {asset.code} in {base.code}")
        self.bounds.check(asset, base, self.value)
        return Rate(self.value, f"fixed: {self.quoted} kopecks a coin", self.clock.now())
