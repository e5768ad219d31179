"""Which codes an owner may add."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from orbit_domain.errors import Refusal
from orbit_domain.ids import PlanCode, PromoCode
from orbit_domain.promo.promo import Promo, PromoKind, read_code

_MOST_UNITS = 10**9
_MOST_USES = 10**9
_LARGEST = {
    PromoKind.PERCENT: 100,
    PromoKind.AMOUNT: _MOST_UNITS,
    PromoKind.DAYS: 3_650,
    PromoKind.BALANCE: _MOST_UNITS,
}


class PromoFault(StrEnum):
    """What is wrong with a code that the owner wants to add."""

    CODE = "code"
    VALUE = "value"
    USES = "uses"
    TIMES = "times"
    DAY = "day"
    PLANS = "plans"


@dataclass(eq=False)
class BadPromo(Refusal):
    """A code like this can't be added."""

    fault: PromoFault


@dataclass(eq=False)
class PromoExists(Refusal):
    """There is a code of this name, and there never will be another: its uses are counted by the name."""

    code: PromoCode


def check_promo(promo: Promo, known_plans: Collection[PlanCode]) -> None:
    """Raises BadPromo for a code that nobody could use, or that would give more than was meant."""
    checks = {
        PromoFault.CODE: read_code(promo.code) == promo.code,
        PromoFault.VALUE: 0 < promo.value <= _LARGEST[promo.kind],
        PromoFault.USES: promo.total_uses is None or 0 < promo.total_uses <= _MOST_USES,
        PromoFault.TIMES: _has_time(promo),
        PromoFault.PLANS: set(promo.plans) <= set(known_plans) and not (promo.plans and _is_money(promo)),
    }
    for fault, holds in checks.items():
        if not holds:
            raise BadPromo(fault)


def _has_time(promo: Promo) -> bool:
    begin = max(promo.created_at, promo.valid_from or promo.created_at)
    return promo.valid_until is None or promo.valid_until > begin


def _is_money(promo: Promo) -> bool:
    return promo.kind is PromoKind.BALANCE
