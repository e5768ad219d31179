"""`orbit plan list` and `orbit plan set`."""

import asyncio

from orbit_domain.ids import PlanCode
from orbit_domain.plan.plan import Plan
from orbit_domain.storage import Storage
from orbit_domain.use_cases.change_plan import ChangePlan
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def list_plans(*, as_json: bool) -> int:
    """Print what is sold now. Raises StorageError, CannotStart."""

    async def sold(settings: Settings) -> tuple[Plan, ...]:
        async with whole_shop(settings) as container, (await container.get(Storage)).transaction() as tx:
            plans: tuple[Plan, ...] = await tx.plans.active()
            return plans

    plans = asyncio.run(sold(read_settings(Settings)))
    if as_json:
        show_json([_facts(plan) for plan in plans])
    else:
        for plan in plans:
            keys = "1 key" if plan.terms.keys == 1 else f"{plan.terms.keys} keys"
            show(one_line(f"{plan.code}: {plan.terms.days} d, {amount(plan.price)}, {keys}"))
    return 0


def change_plan(code: str, keys: int, reason: str) -> int:
    """Let the plan give so many keys. Raises NoSuchPlan, StorageError, CannotStart."""

    async def change(settings: Settings) -> int:
        async with whole_shop(settings) as container:
            await (await container.get(ChangePlan))(PlanCode(code), keys, f"cli:{this_actor()}", reason)
        show(f"The plan {one_line(code)} gives {keys} from the next order on.", "Next: orbit plan list")
        return 0

    return asyncio.run(change(read_settings(Settings)))


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "code": plan.code,
        "days": plan.terms.days,
        "price": plan.price.units,
        "currency": plan.price.currency.code,
        "traffic_bytes": plan.terms.traffic_bytes,
        "keys": plan.terms.keys,
    }
