"""What a Star is worth: the price that the owner has set. Telegram names none."""

from decimal import Decimal
from fractions import Fraction

from orbit_adapters.stars.settings import StarsSettings
from orbit_domain.clock import Clock
from orbit_domain.money import STARS, Currency
from orbit_domain.payment.ports import Rate, RateUnavailable


class StarRate:
    """The port `Rates` for Stars alone."""

    def __init__(self, settings: StarsSettings, clock: Clock) -> None:
        if not Decimal(settings.price):
            raise ValueError("the price of a Star is above zero")
        self.value = Fraction(Decimal(settings.price)) * 10**settings.base.decimals
        self._settings = settings
        self._clock = clock

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        """The owner's price. Raises RateUnavailable for anything but Stars in the shop's currency."""
        if (asset, base) != (STARS, self._settings.base):
            raise RateUnavailable(f"no price of {asset.code} in {base.code}")
        return Rate(self.value, f"fixed: {self._settings.price} {base.code} a Star", self._clock.now())
