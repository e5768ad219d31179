"""`orbit adjust`: money on a balance by hand, and the second admin's word."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from dishka import AsyncContainer

from orbit_adapters.system.ids import SystemIds
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.adjustments import Adjustment
from orbit_domain.ledger.ledger import Line
from orbit_domain.payment.amount import NotAnAmount, parse_amount
from orbit_domain.use_cases.adjust_balance import AdjustBalance
from orbit_domain.use_cases.decide_adjustment import ConfirmAdjustment, RejectAdjustment
from orbit_domain.use_cases.list_adjustments import ListAdjustments
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import change, moment
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def adjust(user: int, typed: str, reason: str, request: str | None, *, sign: int) -> int:
    """Move the balance of *user*, or ask for it. Returns 1 for what is no amount, no id or no reason.

    Raises Refusal, StorageError, CannotStart (the records are in another currency).
    """
    settings = read_settings(Settings)
    try:
        amount = parse_amount(typed, settings.base)
    except NotAnAmount:
        return _refused("that isn't an amount such as 450.50")
    request_id = SystemIds().uuid() if request is None else _id(request)
    if request_id is None:
        return _refused("that isn't an id")
    if amount.is_zero or not reason.strip():
        return _refused("an amount above zero and a reason are needed")

    async def run(container: AsyncContainer) -> int:
        use_case = await container.get(AdjustBalance)
        actor = f"cli:{this_actor()}"
        done = await use_case(request_id, TelegramId(user), sign * amount.units, actor, reason.strip())
        told = f"{_told(done.adjustment)} of user {user}"
        if done.waits:
            show(
                f"{told}: asked for, and nothing has moved. It is above ORBIT_ADJUSTMENT_LIMIT.",
                f"Next, another admin: orbit adjust confirm {request_id}",
            )
        else:
            show(f"{told}: done, as {request_id}.")
        return 0

    return asyncio.run(_with_shop(settings, run))


def list_adjustments(*, as_json: bool) -> int:
    """Print what waits for a second admin. Raises as above."""

    async def run(container: AsyncContainer) -> int:
        waiting = await (await container.get(ListAdjustments))()
        if as_json:
            show_json([_facts(one) for one in waiting])
            return 0
        for one in waiting:
            show(
                one_line(f"{one.id}  {_told(one)} of user {one.tg_id}, by {one.actor}, {moment(one.at)}: {one.reason}")
            )
        show("Next, another admin: orbit adjust confirm ID" if waiting else "Nothing.")
        return 0

    return asyncio.run(_with_shop(read_settings(Settings), run))


def confirm(request: str) -> int:
    """Confirm the request. Returns 1 for what is no id. Raises as above."""
    request_id = _id(request)
    if request_id is None:
        return _refused("that isn't an id")

    async def run(container: AsyncContainer) -> int:
        asked = await (await container.get(ConfirmAdjustment))(request_id, f"cli:{this_actor()}")
        show(f"{_told(asked)} of user {asked.tg_id}: done.")
        return 0

    return asyncio.run(_with_shop(read_settings(Settings), run))


def reject(request: str, reason: str) -> int:
    """Reject the request. Returns 1 for what is no id. Raises as above."""
    request_id = _id(request)
    if request_id is None:
        return _refused("that isn't an id")

    async def run(container: AsyncContainer) -> int:
        asked = await (await container.get(RejectAdjustment))(request_id, f"cli:{this_actor()}", reason)
        show(f"{_told(asked)} of user {asked.tg_id}: rejected, nothing has moved.")
        return 0

    return asyncio.run(_with_shop(read_settings(Settings), run))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _refused(why: str) -> int:
    show(f"Refused: {why}.", "Next: orbit adjust --help", error=True)
    return 1


def _told(one: Adjustment) -> str:
    return change(Line("", one.units, one.currency))


def _facts(one: Adjustment) -> dict[str, str]:
    return {
        "id": str(one.id),
        "user": str(one.tg_id),
        "units": f"{one.units} {one.currency.code}",
        "actor": one.actor,
        "reason": one.reason,
        "at": one.at.isoformat(),
    }


async def _with_shop(settings: Settings, run: Callable[[AsyncContainer], Awaitable[int]]) -> int:
    async with whole_shop(settings) as container:
        return await run(container)
