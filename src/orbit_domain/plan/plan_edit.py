"""What the owner changes of a plan, and what is refused to him."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from orbit_domain.errors import Refusal
from orbit_domain.ids import PlanCode
from orbit_domain.money import Money
from orbit_domain.plan.plan import Plan

TITLE_CHARS = 40
MOST_DAYS = 3_650
MOST_KEYS = 20
MOST_POSITION = 999
GIGABYTE = 1024**3
MOST_GIGABYTES = 100_000
MOST_UNITS = 10**9
# What a deep link `plan_<code>` may hold.
_CODE = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


class PlanFault(StrEnum):
    """What is wrong with a plan that the owner wants to sell."""

    CODE = "code"
    TITLE = "title"
    PRICE = "price"
    DAYS = "days"
    TRAFFIC = "traffic"
    KEYS = "keys"
    POSITION = "position"
    TRIAL = "trial"


@dataclass(eq=False)
class BadPlan(Refusal):
    """A plan like this isn't sold."""

    fault: PlanFault


@dataclass(eq=False)
class PlanExists(Refusal):
    """There is a plan of this code, sold or hidden, and its orders are known by it."""

    code: PlanCode


@dataclass(eq=False)
class PlanChanged(Refusal):
    """The plan isn't any more what was shown when the change was decided."""

    code: PlanCode


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEdit:
    """What of a `Plan` is to be otherwise; None leaves it, and so does a language that *titles* doesn't name."""

    titles: Mapping[str, str] = field(default_factory=dict)
    price: Money | None = None
    days: int | None = None
    traffic_bytes: int | None = None
    keys: int | None = None
    position: int | None = None
    active: bool | None = None

    def applied_to(self, plan: Plan) -> Plan:
        """*plan* with these changes."""
        in_terms = {"days": self.days, "traffic_bytes": self.traffic_bytes, "keys": self.keys}
        besides = {"price": self.price, "position": self.position, "active": self.active}
        terms = replace(plan.terms, titles={**plan.terms.titles, **self.titles}, **_named(in_terms))
        return replace(plan, terms=terms, **_named(besides))


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def check_plan(plan: Plan) -> None:
    """Raises BadPlan for a plan that can't be sold. The trial alone is free."""
    terms = plan.terms
    checks = {
        PlanFault.CODE: _CODE.fullmatch(plan.code) is not None,
        PlanFault.TITLE: bool(terms.titles) and all(map(_is_title, terms.titles.values())),
        PlanFault.TRIAL: plan.price.is_zero or not terms.is_trial,
        PlanFault.PRICE: terms.is_trial or 0 < plan.price.units <= MOST_UNITS,
        PlanFault.DAYS: 0 < terms.days <= MOST_DAYS,
        PlanFault.TRAFFIC: 0 <= terms.traffic_bytes <= MOST_GIGABYTES * GIGABYTE,
        PlanFault.KEYS: 0 < terms.keys <= MOST_KEYS,
        PlanFault.POSITION: 0 <= plan.position <= MOST_POSITION,
    }
    for fault, holds in checks.items():
        if not holds:
            raise BadPlan(fault)


def _is_title(title: str) -> bool:
    return bool(title.strip()) and len(title) <= TITLE_CHARS and title.isprintable()


def facts_of(plan: Plan) -> dict[str, str]:
    """Everything about a plan that an owner may change, as text for the log."""
    terms = plan.terms
    return {
        **{f"title {language}": title for language, title in sorted(terms.titles.items())},
        "price": f"{plan.price.units} {plan.price.currency.code}",
        "days": str(terms.days),
        "traffic": str(terms.traffic_bytes),
        "keys": str(terms.keys),
        "position": str(plan.position),
        "offered": "yes" if plan.active else "no",
    }


def differences(before: Plan, after: Plan) -> tuple[str, ...]:
    """What *after* has otherwise, each as `price 12900 RUB → 19900 RUB`."""
    old, new = facts_of(before), facts_of(after)
    return tuple(f"{name} {old.get(name, '—')} → {value}" for name, value in new.items() if old.get(name) != value)


def plan_stamp(plan: Plan) -> str:
    """Stands for the plan exactly as it was shown: the smallest change makes another one."""
    facts = "\n".join(f"{name}={value}" for name, value in facts_of(plan).items())
    return sha256(f"{plan.code}\n{facts}".encode()).hexdigest()[:12]
