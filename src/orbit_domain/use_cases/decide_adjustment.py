"""A second admin decides about an adjustment that is above the limit."""

from dataclasses import dataclass
from uuid import UUID

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.ledger.adjustments import (
    Adjustment,
    AdjustmentDecided,
    NoSuchAdjustment,
    adjustment_of,
    confirmed,
    decision_name,
    rejected,
    request_name,
)
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.steps.adjust_balance import log_adjustment, post_adjustment
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class ConfirmAdjustment:
    """The balance moves and the customer is told, once.

    Raises NotPermitted, NoSuchAdjustment, AdjustmentDecided, SecondAdminNeeded, and InsufficientBalance: then it
    waits on.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, request_id: UUID, actor: Actor) -> Adjustment:
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.ADJUST_BALANCE)
            asked = await _asked(tx, request_id)
            entry = confirmed(asked, name, self.clock.now())
            if not await post_adjustment(tx, self.ids, entry, asked, "confirm_adjustment"):
                raise AdjustmentDecided(request_id)
            return asked


@dataclass(frozen=True, slots=True)
class RejectAdjustment:
    """No balance moves, once. Whoever asked for it may take it back so.

    Raises NotPermitted, NoSuchAdjustment, AdjustmentDecided.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, request_id: UUID, actor: Actor, reason: str) -> Adjustment:
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.ADJUST_BALANCE)
            asked = await _asked(tx, request_id)
            entry = rejected(asked, name, self.clock.now(), reason)
            if not await tx.ledger.post(entry):
                raise AdjustmentDecided(request_id)
            await log_adjustment(tx, self.ids, entry, asked, "reject_adjustment")
            return asked


async def _asked(tx: Transaction, request_id: UUID) -> Adjustment:
    """What is asked for, with its user locked. Raises NoSuchAdjustment, AdjustmentDecided."""
    entry = await tx.ledger.entry(EntryKind.ADJUSTMENT, request_name(request_id))
    if entry is None:
        raise NoSuchAdjustment(request_id)
    asked = adjustment_of(entry)
    await tx.users.lock(asked.tg_id)
    if await tx.ledger.entry(EntryKind.ADJUSTMENT, decision_name(request_id)) is not None:
        raise AdjustmentDecided(request_id)
    return asked
