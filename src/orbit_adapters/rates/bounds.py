"""The owner's bounds of a coin's price, which hold even when every source agrees on another."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from orbit_domain.money import RUB, TON, Currency
from orbit_domain.payment.ports import RateUnavailable

_MINIMUM, _MAXIMUM = "ORBIT_TON_RATE_RUB_MINIMUM", "ORBIT_TON_RATE_RUB_MAXIMUM"


class RateOutOfBounds(RateUnavailable):
    """A price that the owner's settings refuse. The reason names the bound and *setting*, which holds it."""

    def __init__(self, reason: str, setting: str) -> None:
        super().__init__(reason)
        self.setting = setting


@dataclass(frozen=True, slots=True)
class RateBounds:
    """The lowest and the highest price of a coin, in kopecks. None: no such bound. A price on a bound is accepted."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None

    def check(self, asset: Currency, base: Currency, value: Fraction) -> None:
        """Raise RateOutOfBounds unless *value*, kopecks a nanoton, is inside. Other pairs have no bounds."""
        if (asset, base) != (TON, RUB):
            return
        price = value * 10**TON.decimals
        if self.minimum is not None and price < Fraction(self.minimum):
            reason = f"{_roubles(price)} is less than the {_roubles(self.minimum)} of {_MINIMUM}"
            raise RateOutOfBounds(reason, _MINIMUM)
        if self.maximum is not None and price > Fraction(self.maximum):
            reason = f"{_roubles(price)} is more than the {_roubles(self.maximum)} of {_MAXIMUM}"
            raise RateOutOfBounds(reason, _MAXIMUM)

    def __str__(self) -> str:
        """The bounds in words; empty when there are none."""
        parts = (("at least", self.minimum), ("at most", self.maximum))
        return " and ".join(f"{words} {_roubles(bound)}" for words, bound in parts if bound is not None)


def _roubles(kopecks: Decimal | Fraction) -> str:
    # For people only, and rounded: what decides is exact.
    roubles = Fraction(kopecks) / 100
    return f"{round(Decimal(roubles.numerator) / roubles.denominator, 8).normalize():f} roubles a coin"
