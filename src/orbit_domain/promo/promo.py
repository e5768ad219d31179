"""What a promo code gives, to whom, and for how long."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orbit_domain.errors import Refusal
from orbit_domain.ids import OrderId, PlanCode, PromoCode, TelegramId
from orbit_domain.money import Money

HONOURED = timedelta(days=1)
"""So long after its end a code still counts for an order that was shown with it: paying takes time."""

_TYPED_CHARS = 200
_SHAPE = re.compile(r"[A-Z0-9][A-Z0-9_-]{2,31}", re.ASCII)


class PromoKind(StrEnum):
    """What the code's `value` counts: whole percent of a price, base units off it, days, base units of balance."""

    PERCENT = "percent"
    AMOUNT = "amount"
    DAYS = "days"
    BALANCE = "balance"

    @property
    def is_discount(self) -> bool:
        """Whether it waits for a purchase instead of giving something at once."""
        return self in (PromoKind.PERCENT, PromoKind.AMOUNT)


class PromoProblem(StrEnum):
    """Why a code that exists gives this customer nothing."""

    NOT_YET = "not_yet"
    EXPIRED = "expired"
    STOPPED = "stopped"
    USED_UP = "used_up"
    USED = "used"
    OTHER_PLAN = "other_plan"


@dataclass(eq=False)
class NoSuchPromo(Refusal):
    """The shop has no such code, or what was typed can't be one."""


@dataclass(eq=False)
class PromoUnusable(Refusal):
    """The code exists, and gives this customer nothing. *plans* are the titles of those it holds for."""

    code: PromoCode
    reason: PromoProblem
    plans: tuple[dict[str, str], ...] = ()


@dataclass(eq=False)
class TooManyCodes(Refusal):
    """So many codes were tried that the next one is looked at after *until*, a right one too."""

    until: datetime


@dataclass(eq=False)
class PromoLost(Refusal):
    """The order's discount can't be had any more, so it isn't paid: now it costs *price* at most."""

    order_id: OrderId
    code: PromoCode
    reason: PromoProblem
    price: Money


@dataclass(frozen=True, slots=True)
class Discount:
    """The line of an order that takes *amount* off the plan's price, because of *code*."""

    code: PromoCode
    amount: Money


@dataclass(frozen=True, slots=True)
class Promo:
    """One code. It is valid from `valid_from` on and before `valid_until`, and holds for `plans`, or for all.

    `uses` counts customers who got what it gives; a discount is used when its order is paid.
    """

    code: PromoCode
    kind: PromoKind
    value: int
    created_at: datetime
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    total_uses: int | None = None
    plans: tuple[PlanCode, ...] = ()
    uses: int = 0
    stopped_at: datetime | None = None

    def problem(self, now: datetime) -> PromoProblem | None:
        """Why nobody can enter it at *now*."""
        if self.valid_until is not None and now >= self.valid_until:
            return PromoProblem.EXPIRED
        return self.problem_when_paid(now)

    def problem_when_paid(self, now: datetime) -> PromoProblem | None:
        """Why an order that was shown with it can't be paid with it at *now*."""
        if self.stopped_at is not None:
            return PromoProblem.STOPPED
        if self.valid_from is not None and now < self.valid_from:
            return PromoProblem.NOT_YET
        if self.valid_until is not None and now >= self.valid_until + HONOURED:
            return PromoProblem.EXPIRED
        is_used_up = self.total_uses is not None and self.uses >= self.total_uses
        return PromoProblem.USED_UP if is_used_up else None

    def holds_for(self, plan_code: PlanCode) -> bool:
        """Whether it may be used with this plan."""
        return not self.plans or plan_code in self.plans

    def discount(self, price: Money) -> Money:
        """What it takes off *price*: never more than all of it, a part of a unit counts as a whole one."""
        match self.kind:
            case PromoKind.PERCENT:
                off = -(-price.units * self.value // 100)
            case PromoKind.AMOUNT:
                off = self.value
            case _:
                off = 0
        return Money(min(off, price.units), price.currency)


@dataclass(frozen=True, slots=True)
class PromoUse:
    """A customer has entered a code. It is used since `used_at`, a discount by the order that was paid with it."""

    code: PromoCode
    tg_id: TelegramId
    entered_at: datetime
    used_at: datetime | None = None
    order_id: OrderId | None = None


def read_code(typed: str) -> PromoCode | None:
    """The code that was *typed*, in any case and with spaces around it; None when it can't be one."""
    text = unicodedata.normalize("NFKC", typed[:_TYPED_CHARS]).strip().upper()
    return PromoCode(text) if _SHAPE.fullmatch(text) else None


def best_discount(promos: Iterable[Promo], plan_code: PlanCode, price: Money) -> Discount | None:
    """The one of *promos* that takes most off; of equal ones the first by name. None when none takes anything."""
    offered = [Discount(one.code, one.discount(price)) for one in promos if one.holds_for(plan_code)]
    return min(
        (one for one in offered if one.amount.units), key=lambda one: (-one.amount.units, one.code), default=None
    )
