"""`orbit promo add`, `list`, `show` and `stop`."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from orbit_domain.ids import PlanCode, PromoCode
from orbit_domain.money import Currency, Money
from orbit_domain.payment.amount import parse_amount
from orbit_domain.promo.promo import NoSuchPromo, Promo, PromoKind, read_code
from orbit_domain.use_cases.add_promo import AddPromo
from orbit_domain.use_cases.list_promos import ListedPromo, ListPromos
from orbit_domain.use_cases.stop_promo import StopPromo
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount, moment
from orbit_entry.commands.opened_shop import opened_shop
from orbit_entry.commands.period import day_of_option
from orbit_entry.commands.terminal import one_line, show, show_json, show_table
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

_DAY = timedelta(days=1)
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OfferedPromo:
    """A code as it was typed: *kind* with its *value*, and days of UTC, the last one included."""

    code: str
    kind: str
    value: str
    begin: str | None
    until: str | None
    uses: int | None
    plans: tuple[str, ...]
    reason: str


def add_promo(typed: OfferedPromo) -> int:
    """Offer the code. Raises BadParameter, BadPromo, PromoExists, NotAnAmount, StorageError, CannotStart."""
    begin, last = day_of_option(typed.begin, "--from"), day_of_option(typed.until, "--until")
    settings = read_settings(Settings)
    new = Promo(
        code=read_code(typed.code) or PromoCode(typed.code),
        kind=PromoKind(typed.kind),
        value=_value(typed, settings.base),
        created_at=_BEFORE_ALL,
        valid_from=begin,
        valid_until=last + _DAY if last is not None else None,
        total_uses=typed.uses,
        plans=tuple(map(PlanCode, typed.plans)),
    )
    added = asyncio.run(_add(settings, new, typed.reason))
    show(
        f"The code {added.code} gives {_gift(added, settings.base)}, once to each customer.",
        f"Its link is your bot's with ?start=promo_{added.code}",
        f"Next: orbit promo show {added.code}",
    )
    return 0


def list_promos(*, as_json: bool) -> int:
    """Print every code. Raises StorageError, CannotStart."""
    settings = read_settings(Settings)
    promos = asyncio.run(_list(settings))
    if as_json:
        show_json([_facts(one, settings.base) for one in promos])
    elif promos:
        titles = ("code", "gives", "uses", "plans", "from", "until", "now")
        show_table(titles, (_row(one, settings.base) for one in promos))
    else:
        show("No promo code yet.", "Next: orbit promo add CODE --percent 20")
    return 0


def show_promo(code: str, *, as_json: bool) -> int:
    """Print one code. Raises NoSuchPromo, StorageError, CannotStart."""
    settings = read_settings(Settings)
    found = asyncio.run(_one(settings, _known(code)))
    facts = _facts(found, settings.base)
    if as_json:
        show_json(facts)
        return 0
    for name, value in facts.items():
        if name != "actions":
            show(one_line(f"{name}: {value}"))
    for action in facts["actions"]:
        show(one_line(f"{action['at']}  {action['action']} by {action['actor']}: {action['what']}"))
    return 0


def stop_promo(code: str, reason: str) -> int:
    """End the code. Raises NoSuchPromo, StorageError, CannotStart."""
    stopped = asyncio.run(_stop(read_settings(Settings), _known(code), reason))
    show(f"The code {stopped.code} gives nothing any more. It was used {stopped.uses} times; what it gave stays.")
    return 0


async def _add(settings: Settings, new: Promo, reason: str) -> Promo:
    async with opened_shop(settings) as container:
        return await (await container.get(AddPromo))(new, f"cli:{this_actor()}", reason)


async def _list(settings: Settings) -> tuple[ListedPromo, ...]:
    async with opened_shop(settings) as container:
        return await (await container.get(ListPromos))()


async def _one(settings: Settings, code: PromoCode) -> ListedPromo:
    async with opened_shop(settings) as container:
        return await (await container.get(ListPromos)).one(code)


async def _stop(settings: Settings, code: PromoCode, reason: str) -> Promo:
    async with opened_shop(settings) as container:
        return await (await container.get(StopPromo))(code, f"cli:{this_actor()}", reason)


def _known(typed: str) -> PromoCode:
    code = read_code(typed)
    if code is None:
        raise NoSuchPromo
    return code


def _value(typed: OfferedPromo, base: Currency) -> int:
    if typed.kind in (PromoKind.AMOUNT, PromoKind.BALANCE):
        return parse_amount(typed.value, base).units
    return int(typed.value)


def _gift(promo: Promo, base: Currency) -> str:
    match promo.kind:
        case PromoKind.PERCENT:
            return f"{promo.value}% off"
        case PromoKind.AMOUNT:
            return f"{amount(Money(promo.value, base))} off"
        case PromoKind.DAYS:
            return f"{promo.value} days"
        case PromoKind.BALANCE:
            return f"{amount(Money(promo.value, base))} on the balance"


def _row(one: ListedPromo, base: Currency) -> tuple[str, ...]:
    facts = _facts(one, base)
    return tuple(f"{facts[name]}" for name in ("code", "gives", "uses", "plans", "from", "until", "now"))


def _facts(one: ListedPromo, base: Currency) -> dict[str, Any]:
    promo = one.promo
    left = "" if promo.total_uses is None else f" of {promo.total_uses}"
    return {
        "code": promo.code,
        "gives": _gift(promo, base),
        "uses": f"{promo.uses}{left}",
        "plans": ", ".join(promo.plans) or "all",
        "from": moment(promo.valid_from or promo.created_at),
        "until": moment(promo.valid_until) if promo.valid_until else "no end",
        "now": one.problem.replace("_", " ") if one.problem else "works",
        "link": f"?start=promo_{promo.code}",
        "actions": [
            {"at": moment(done.at), "actor": done.actor, "action": done.action, "what": done.reason}
            for done in one.actions
        ],
    }
