"""`orbit plan list` and `orbit plan set`."""

import asyncio
from dataclasses import dataclass

from orbit_domain.ids import PlanCode
from orbit_domain.money import Currency
from orbit_domain.payment.amount import parse_amount
from orbit_domain.plan.plan import Plan
from orbit_domain.plan.plan_edit import GIGABYTE, BadPlan, PlanEdit, PlanFault
from orbit_domain.storage import Storage
from orbit_domain.use_cases.change_plan import ChangePlan
from orbit_domain.user.user import LANGUAGES
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def list_plans(*, as_json: bool, hidden: bool = False) -> int:
    """Print what is sold now; with *hidden* every plan. Raises StorageError, CannotStart."""

    async def sold(settings: Settings) -> tuple[Plan, ...]:
        async with whole_shop(settings) as container, (await container.get(Storage)).transaction() as tx:
            plans: tuple[Plan, ...] = await tx.plans.all()
            return tuple(plan for plan in plans if plan.active or hidden)

    plans = asyncio.run(sold(read_settings(Settings)))
    if as_json:
        show_json([_facts(plan) for plan in plans])
    else:
        for plan in plans:
            keys = "1 key" if plan.terms.keys == 1 else f"{plan.terms.keys} keys"
            mark = "" if plan.active else ", hidden"
            show(one_line(f"{plan.code}: {plan.terms.days} d, {amount(plan.price)}, {keys}{mark}"))
    return 0


@dataclass(frozen=True, slots=True)
class TypedEdit:
    """What of a plan is to be otherwise, as it was typed: titles as `en=Family`, traffic in gigabytes."""

    price: str | None = None
    days: int | None = None
    gigabytes: int | None = None
    keys: int | None = None
    position: int | None = None
    titles: tuple[str, ...] = ()
    active: bool | None = None

    def edit(self, base: Currency) -> PlanEdit:
        """The same as the use case takes it. Raises NotAnAmount, BadPlan."""
        pairs = [typed.partition("=") for typed in self.titles]
        if any(language not in LANGUAGES for language, _, _ in pairs):
            raise BadPlan(PlanFault.TITLE)
        return PlanEdit(
            titles={language: " ".join(title.split()) for language, _, title in pairs},
            price=None if self.price is None else parse_amount(self.price, base),
            days=self.days,
            traffic_bytes=None if self.gigabytes is None else self.gigabytes * GIGABYTE,
            keys=self.keys,
            position=self.position,
            active=self.active,
        )


def change_plan(code: str, typed: TypedEdit, reason: str) -> int:
    """Sell the plan otherwise. Raises NoSuchPlan, BadPlan, NotAnAmount, StorageError, CannotStart."""

    async def change(settings: Settings) -> Plan:
        async with whole_shop(settings) as container:
            change_plan: ChangePlan = await container.get(ChangePlan)
            return await change_plan(PlanCode(code), typed.edit(settings.base), f"cli:{this_actor()}", reason)

    plan = asyncio.run(change(read_settings(Settings)))
    sold = "is sold" if plan.active else "is hidden"
    show(
        f"The plan {one_line(code)} {sold}: {plan.terms.days} d, {amount(plan.price)}. "
        f"It gives {plan.terms.keys} from the next order on.",
        "Next: orbit plan list --all",
    )
    return 0


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "code": plan.code,
        "days": plan.terms.days,
        "price": plan.price.units,
        "currency": plan.price.currency.code,
        "traffic_bytes": plan.terms.traffic_bytes,
        "keys": plan.terms.keys,
        "active": plan.active,
        "position": plan.position,
        "titles": dict(plan.terms.titles),
    }
