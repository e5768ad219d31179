"""A price in another currency, locked for a while."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from orbit_domain.money import Currency, Money


@dataclass(frozen=True, slots=True)
class Quote:
    """*due* pays *price* until *expires_at*; immutable.

    `rate` is smallest base units per smallest asset unit (kopecks or cents per nanoton); `evidence` is
    where it came from, for the record. `due` is rounded up to the asset's display step.
    """

    price: Money
    due: Money
    rate: Fraction
    evidence: str
    created_at: datetime
    expires_at: datetime

    @property
    def asset(self) -> Currency:
        """What is to be paid in."""
        return self.due.currency

    def __post_init__(self) -> None:
        if self.due.is_zero:
            raise ValueError("a quote asks for something")

    def value(self, units: int, minimum: int) -> int:
        """What *units* of the asset are worth here, in base units; *minimum* units already pay in full.

        Below *minimum* a part of the price, rounded down; from there the price, and never more: what is above the
        amount due is worth the rate of its own time.
        """
        return self.price.units if units >= minimum else self.price.units * units // self.due.units


def due_units(price: Money, rate: Fraction, step: int) -> int:
    """Asset units that pay *price* at *rate*, rounded up to whole *step*s so that the shop never loses by rounding."""
    exact = Fraction(price.units) / rate
    steps = -(-exact.numerator // (exact.denominator * step))
    return steps * step
