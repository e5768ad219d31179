"""What can be bought."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Self

from orbit_domain.errors import Refusal
from orbit_domain.ids import PlanCode
from orbit_domain.money import EUR, RUB, USD, Currency, Money

TRIAL = PlanCode("trial")
REFERENCE_PLAN = PlanCode("sub_1m")
SAVING_SHOWN_FROM_PERCENT = 5


@dataclass(eq=False)
class NoSuchPlan(Refusal):
    """Nothing with this code is sold (any more)."""

    code: str


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What one order of a plan gives, copied into the order so that later edits can't change it.

    `traffic_bytes` is per 30 days and key, 0 means unlimited; `keys` is how many keys the customer gets.
    """

    code: PlanCode
    titles: Mapping[str, str]
    days: int
    traffic_bytes: int = 0
    keys: int = 1

    @property
    def duration(self) -> timedelta:
        """How much time one order gives, exact to the second."""
        return timedelta(days=self.days)

    @property
    def seconds(self) -> int:
        """The same in seconds."""
        return int(self.duration.total_seconds())

    def units_per_second(self, price: Money) -> Fraction:
        """What one second costs when all of it costs *price*: its smallest units, exactly."""
        return Fraction(price.units, self.seconds) if self.seconds else Fraction(0)

    def is_same_service(self, other: "PlanTerms") -> bool:
        """Whether a day of one is worth a day of the other to the customer, whatever each cost."""
        return (self.traffic_bytes, self.keys) == (other.traffic_bytes, other.keys)

    @property
    def is_trial(self) -> bool:
        """Whether this is the free trial, which a user may start once."""
        return self.code == TRIAL


@dataclass(frozen=True, slots=True)
class Plan:
    """An offer: terms, today's price, and its place in the list.

    *price_before* is the least that it cost in the days before the price was raised last, at *raised_at*.
    """

    terms: PlanTerms
    price: Money
    position: int
    active: bool = True
    price_before: Money | None = None
    raised_at: datetime | None = None

    @property
    def code(self) -> PlanCode:
        """The stable name that buttons and deep links carry."""
        return self.terms.code

    def lowest_price_since(self, at: datetime) -> Money:
        """The least that it may have cost since *at*: nobody who was told a price since then was told less."""
        if self.price_before is None or self.raised_at is None or self.raised_at < at:
            return self.price
        return min(self.price, self.price_before, key=lambda price: price.units)

    def after(self, before: Self, now: datetime, named_since: datetime) -> Self:
        """This plan as it follows *before* at *now*: a raise remembers what may have been told since *named_since*."""
        if self.price.units <= before.price.units:
            return self
        return replace(self, price_before=before.lowest_price_since(named_since), raised_at=now)


def plan_subject(code: PlanCode) -> str:
    """The subject of admin actions on a plan."""
    return f"plan:{code}"


def _terms(code: str, ru: str, en: str, days: int) -> PlanTerms:
    return PlanTerms(PlanCode(code), {"ru": ru, "en": en}, days)


_SEEDED_TERMS = (
    _terms("trial", "Пробный период", "Trial", 3),
    _terms("sub_1m", "1 месяц", "1 month", 30),
    _terms("sub_3m", "3 месяца", "3 months", 90),
    _terms("sub_6m", "6 месяцев", "6 months", 180),
    _terms("sub_12m", "12 месяцев", "12 months", 365),
)
_SEEDED_PRICES = {
    RUB: (0, 12_900, 34_900, 52_900, 92_900),
    USD: (0, 199, 499, 799, 1_399),
    EUR: (0, 199, 499, 799, 1_399),
}


def seeded_plans(base: Currency) -> tuple[Plan, ...]:
    """What a new shop sells, priced in *base*."""
    priced = zip(_SEEDED_TERMS, _SEEDED_PRICES[base], strict=True)
    return tuple(Plan(terms, Money(units, base), position) for position, (terms, units) in enumerate(priced))


def saving_percent(plan: Plan, reference: Plan) -> int | None:
    """Whole percent saved against *reference* for the same number of days, rounded down.

    None when it is too small to be worth showing, or when there is nothing to compare.
    """
    same_days = reference.price.units * plan.terms.days
    asked = plan.price.units * reference.terms.days
    if same_days <= 0 or plan.price.is_zero:
        return None
    percent = 100 * (same_days - asked) // same_days
    return percent if percent >= SAVING_SHOWN_FROM_PERCENT else None
