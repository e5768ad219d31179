"""How much of a receipt goes back with a reversal: parts add up to exactly what the whole was worth."""

from fractions import Fraction
from math import floor

from orbit_domain.ledger.ledger import BookedCredit
from orbit_domain.ledger.reversal_entries import TakenBack
from orbit_domain.money import Currency, Money


def credit_left(arrived: Money, credited: BookedCredit, gone: int) -> BookedCredit:
    """What is left of *credited* when *gone* units of what *arrived* have gone back: what nobody had goes first."""
    from_credit = max(0, gone - (arrived.units - credited.units))
    share = Fraction(from_credit, credited.units) if credited.units else Fraction(0)
    return BookedCredit(credited.units - from_credit, credited.value - floor(credited.value * share))


def taken_back(arrived: Money, credited: BookedCredit, before: int, units: int, base: Currency) -> TakenBack:
    """What a reversal of *units* takes back of what *arrived*, of which *before* units have gone back already."""
    old, new = (credit_left(arrived, credited, gone) for gone in (before, before + units))
    from_credit = old.units - new.units
    return TakenBack(Money(units, arrived.currency), units - from_credit, Money(old.value - new.value, base))
