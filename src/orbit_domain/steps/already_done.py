"""Two of the staff decide the same: the second one hears who was first."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.payment.receipt import ReceiptCode, receipt_code
from orbit_domain.steps.assign_money import ASSIGNED
from orbit_domain.storage import AdminAction, Transaction

_LOOKED_AT = 50
_COMPARED = 500
_TELEGRAM = "telegram:"


@dataclass(eq=False)
class AlreadyDone(Refusal):
    """Somebody has done it before. *actor* is how the log names them, *username* theirs in Telegram, if known."""

    actor: str
    username: str | None
    at: datetime | None


async def already_done(tx: Transaction, subject: str, *actions: str) -> AlreadyDone:
    """The refusal that names whoever did one of *actions* to *subject* last."""
    log = await tx.admin_log.of_subject(subject, _LOOKED_AT)
    found = next((row for row in log if row.action in actions), None)
    return await done_by(tx, found.actor if found else "", found.at if found else None)


async def done_by(tx: Transaction, actor: str, at: datetime | None) -> AlreadyDone:
    """The refusal that names *actor*."""
    return AlreadyDone(actor, await username_of_actor(tx, actor), at)


async def assigned_before(tx: Transaction, code: ReceiptCode) -> AlreadyDone | None:
    """The refusal that names whoever has given the receipt of that code to a customer; None when nobody has of late."""
    log = await tx.admin_log.newest(_COMPARED)
    given = (row for row in log if row.action == ASSIGNED)
    found = next((row for row in given if receipt_code(row.reason.partition(": ")[0]) == code), None)
    return await done_by(tx, found.actor, found.at) if found is not None else None


async def username_of_actor(tx: Transaction, actor: str) -> str | None:
    """The username of whoever acted in Telegram; None for a name from the command line."""
    number = actor.removeprefix(_TELEGRAM)
    if number == actor or not (number.isascii() and number.isdecimal()):
        return None
    user = await tx.users.get(TelegramId(int(number)))
    return user.username if user is not None else None


async def named_actions(
    tx: Transaction, actions: tuple[AdminAction, ...]
) -> tuple[tuple[AdminAction, str | None], ...]:
    """Each of *actions* with the username of whoever did it."""
    names = {actor: await username_of_actor(tx, actor) for actor in {action.actor for action in actions}}
    return tuple((action, names[action.actor]) for action in actions)
