"""An admin puts money on a balance, or takes it off, by an entry with a reason."""

from dataclasses import dataclass
from uuid import UUID

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.adjustments import (
    Adjustment,
    AdjustmentLimit,
    AdjustmentNameTaken,
    adjustment_of,
    made,
    made_name,
    request_name,
    requested,
)
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import BaseCurrency
from orbit_domain.steps.adjust_balance import log_adjustment, post_adjustment
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The adjustment, and whether it waits for a second admin."""

    adjustment: Adjustment
    waits: bool


@dataclass(frozen=True, slots=True)
class AdjustBalance:
    """Up to the limit the balance moves at once and the customer is told; above it, it is only asked for.

    Once for each *request_id*: the same call again changes nothing. Raises NotPermitted, NoSuchUser,
    InsufficientBalance (a balance never falls below zero), and AdjustmentNameTaken for an id that stands for
    something else.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    base: BaseCurrency
    limit: AdjustmentLimit

    async def __call__(self, request_id: UUID, tg_id: TelegramId, units: int, actor: Actor, reason: str) -> Adjusted:
        """*units* of the base currency: positive ones are put on the balance."""
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            name = await permitted_actor(tx, actor, Permission.ADJUST_BALANCE)
            wish = Adjustment(request_id, tg_id, units, self.base, name, reason, self.clock.now())
            known = await _known(tx, wish)
            if known is not None:
                return known
            waits = self.limit.needs_second(wish)
            if waits:
                entry = requested(wish)
                await tx.ledger.post(entry)
                await log_adjustment(tx, self.ids, entry, wish, "request_adjustment")
            else:
                await post_adjustment(tx, self.ids, made(wish), wish, "adjust_balance")
            return Adjusted(wish, waits)


async def _known(tx: Transaction, wish: Adjustment) -> Adjusted | None:
    """What was recorded under the same id. Raises AdjustmentNameTaken."""
    for name, waits in ((made_name(wish.id), False), (request_name(wish.id), True)):
        entry = await tx.ledger.entry(EntryKind.ADJUSTMENT, name)
        if entry is not None:
            recorded = adjustment_of(entry)
            if not recorded.is_same(wish):
                raise AdjustmentNameTaken(wish.id)
            return Adjusted(recorded, waits)
    return None
