"""Compares a plan with the target: which rows are there, and which contradict it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.orbitvpn_import.plan import OPENING, ImportedKey, ImportedUser, ImportPlan
from orbit_adapters.sql.indexes import IS_ALIVE
from orbit_adapters.sql.query import Row, fetch_all
from orbit_adapters.sql.tables import configs, grants, ledger_entries, ledger_postings, payments, users
from orbit_domain.ledger.ledger import EntryKind

_SLICE = 1000


@dataclass(slots=True)
class Reconciliation:
    """Rows of the plan that the target has (`here`) and hasn't (`missing`), by table, and what it has otherwise."""

    here: dict[str, int] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether the target holds the whole plan, without contradictions."""
        return not any(self.missing.values()) and not self.contradictions

    def note(self, table: str, name: str, is_here: bool) -> None:
        """One row of the plan."""
        self.here[table] = self.here.get(table, 0) + is_here
        missing = self.missing.setdefault(table, [])
        if not is_here:
            missing.append(name)


async def reconcile(connection: AsyncConnection, plan: ImportPlan) -> Reconciliation:
    """Look up every row of *plan* in the target. Raises StorageError."""
    reconciliation = Reconciliation()
    for at in range(0, len(plan.users), _SLICE):
        await _users(connection, reconciliation, plan.users[at : at + _SLICE])
    for at in range(0, len(plan.keys), _SLICE):
        await _keys(connection, reconciliation, plan.keys[at : at + _SLICE])
    for at in range(0, len(plan.payments), _SLICE):
        slice_ = plan.payments[at : at + _SLICE]
        found = await _owners(connection, payments, [payment.id for payment in slice_])
        for payment in slice_:
            owner = found.get(payment.id)
            reconciliation.note("payments", f"payment {payment.number}", owner is not None)
            if owner not in (None, payment.tg_id):
                reconciliation.contradictions.append(f"payment {payment.number} is user {owner}'s here")
    return reconciliation


async def _users(connection: AsyncConnection, reconciliation: Reconciliation, people: Sequence[ImportedUser]) -> None:
    ids, openings = [user.tg_id for user in people], [user.opening for user in people]
    known = {row["tg_id"] for row in await fetch_all(connection, select(users.c.tg_id).where(users.c.tg_id.in_(ids)))}
    booked = await _booked(connection, openings)
    given = {
        row["cause"]: row for row in await fetch_all(connection, select(grants).where(grants.c.cause.in_(openings)))
    }
    for user in people:
        reconciliation.note("users", f"user {user.tg_id}", user.tg_id in known)
        _compare_balance(reconciliation, user, booked.get(user.opening))
        _compare_time(reconciliation, user, given.get(user.opening))


def _compare_balance(reconciliation: Reconciliation, user: ImportedUser, units: int | None) -> None:
    if units is None:
        if user.balance_kopecks:
            reconciliation.note("balances", f"user {user.tg_id}", is_here=False)
        return
    reconciliation.note("balances", f"user {user.tg_id}", is_here=True)
    if units != user.balance_kopecks:
        was, is_now = roubles(units), roubles(user.balance_kopecks)
        reconciliation.contradictions.append(
            f"user {user.tg_id} was imported with {was}, and the old shop now has {is_now}"
        )


def _compare_time(reconciliation: Reconciliation, user: ImportedUser, grant: Row | None) -> None:
    if grant is None:
        if user.ends_at is not None:
            reconciliation.note("subscriptions", f"user {user.tg_id}", is_here=False)
        return
    reconciliation.note("subscriptions", f"user {user.tg_id}", is_here=True)
    if grant["at"] + timedelta(seconds=grant["seconds"]) != user.ends_at:
        reconciliation.contradictions.append(
            f"user {user.tg_id}'s time has changed in the old shop since it was imported"
        )


async def _booked(connection: AsyncConnection, openings: Sequence[str]) -> dict[str, int]:
    """What each opening entry gave its user, in kopecks."""
    statement = (
        select(ledger_entries.c.ref, ledger_postings.c.units)
        .join(ledger_postings, ledger_postings.c.entry_id == ledger_entries.c.id)
        .where(ledger_entries.c.kind == EntryKind.ADJUSTMENT, ledger_entries.c.ref.in_(openings))
        .where(ledger_postings.c.account != OPENING)
    )
    return {row["ref"]: row["units"] for row in await fetch_all(connection, statement)}


async def _keys(connection: AsyncConnection, reconciliation: Reconciliation, keys: Sequence[ImportedKey]) -> None:
    found = await _owners(connection, configs, [key.id for key in keys])
    owners = [key.tg_id for key in keys]
    alive = await fetch_all(connection, select(configs.c.tg_id).where(IS_ALIVE, configs.c.tg_id.in_(owners)))
    served = {row["tg_id"] for row in alive}
    for key in keys:
        owner = found.get(key.id)
        is_here = owner is not None or (key.link is None and key.tg_id in served)
        reconciliation.note("configs", f"key of user {key.tg_id}", is_here)
        if owner not in (None, key.tg_id):
            reconciliation.contradictions.append(f"the key of user {key.tg_id} is user {owner}'s here")


async def _owners(connection: AsyncConnection, table: Any, ids: Sequence[Any]) -> dict[Any, int]:
    rows = await fetch_all(connection, select(table.c.id, table.c.tg_id).where(table.c.id.in_(ids)))
    return {row["id"]: row["tg_id"] for row in rows}


def roubles(kopecks: int) -> str:
    """*kopecks* for display."""
    return f"{kopecks // 100}.{kopecks % 100:02} RUB"
