"""Writes a plan, batch by batch. Every row is written once, however often the import runs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.database_copy.connections import begin_transaction
from orbit_adapters.orbitvpn_import.parsing import just_before
from orbit_adapters.orbitvpn_import.plan import OPENING, ImportedKey, ImportedPayment, ImportedUser, ImportPlan
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.indexes import IS_ALIVE
from orbit_adapters.sql.money_columns import money_document
from orbit_adapters.sql.notice_settings import NOTICE_SWITCHES
from orbit_adapters.sql.query import dialect_insert, execute, fetch_all
from orbit_adapters.sql.storage import SqlTransaction
from orbit_adapters.sql.tables import configs, payments, placements, users
from orbit_domain.access.key import username_for
from orbit_domain.access.placement import PlacementState
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind, Line, user_account
from orbit_domain.money import RUB
from orbit_domain.storage import ChangeSet
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription, fold
from orbit_domain.user.user import Role

OnProgress = Callable[[str, int], None]
"""Called with a table's name and how many of its rows a batch held."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlanWriter:
    """Writes a plan into the database of *target*; *now* is the moment of the opening entries."""

    target: AsyncEngine
    ids: Ids
    now: datetime
    batch: int
    on_progress: OnProgress

    async def write(self, plan: ImportPlan) -> None:
        """Write everything that is missing. Raises StorageError; earlier batches stay written."""
        for people in _batches(plan.users, self.batch):
            async with begin_transaction(self.target) as connection:
                await self._write_users(connection, people)
            self.on_progress("users", len(people))
        for keys in _batches(plan.keys, self.batch):
            async with begin_transaction(self.target) as connection:
                await self._write_keys(connection, keys)
            self.on_progress("configs", len(keys))
        for batch in _batches(plan.payments, self.batch):
            async with begin_transaction(self.target) as connection:
                await _insert(connection, payments, [_payment_row(payment) for payment in batch])
            self.on_progress("payments", len(batch))

    async def _write_users(self, connection: AsyncConnection, people: Sequence[ImportedUser]) -> None:
        await _insert(connection, users, [_user_row(user) for user in people])
        tx = SqlTransaction(connection, ChangeSet(), RUB)
        for user in people:
            if user.trial_used_at is not None:
                await _mark_trial_used(connection, user)
            if user.balance_kopecks:
                await tx.ledger.post(self._opening(user))
            if user.ends_at is not None:
                await self._give_time(tx, user, user.ends_at)

    def _opening(self, user: ImportedUser) -> Entry:
        account = user_account(TelegramId(user.tg_id))
        lines = (Line(account, user.balance_kopecks, RUB), Line(OPENING, -user.balance_kopecks, RUB))
        return Entry(EntryKind.ADJUSTMENT, user.opening, lines, self.now, "import", "balance in OrbitVPN")

    async def _give_time(self, tx: SqlTransaction, user: ImportedUser, ends_at: datetime) -> None:
        tg_id = TelegramId(user.tg_id)
        at, seconds = just_before(ends_at, self.now)
        if await tx.grants.add(Grant(user.opening, tg_id, seconds, at)):
            # A user who pressed /start here before the import may have time already.
            known = await tx.subscriptions.get(tg_id)
            ends_at_now = fold(tg_id, await tx.grants.of_user(tg_id))
            await tx.subscriptions.save(Subscription(tg_id, ends_at_now, known.plan_code))

    async def _write_keys(self, connection: AsyncConnection, keys: Sequence[ImportedKey]) -> None:
        owners = [key.tg_id for key in keys]
        ends = await fetch_all(
            connection, select(users.c.tg_id, users.c.subscription_end).where(users.c.tg_id.in_(owners))
        )
        served = await fetch_all(connection, select(configs.c.tg_id).where(IS_ALIVE, configs.c.tg_id.in_(owners)))
        end_of = {row["tg_id"]: row["subscription_end"] for row in ends}
        has_key = {row["tg_id"] for row in served}
        wanted = [key for key in keys if key.link is not None or key.tg_id not in has_key]
        await _insert(connection, configs, [self._key_row(key, end_of.get(key.tg_id)) for key in wanted])
        await _insert(connection, placements, [self._home_row(key) for key in wanted])

    def _key_row(self, key: ImportedKey, ends_at: datetime | None) -> dict[str, Any]:
        return {
            "id": key.id,
            "tg_id": key.tg_id,
            "name": key.name,
            "number": key.number,
            # Never the one in the link: two accounts with one VLESS id disconnect each other in the panel's core.
            "credential": self.ids.secret(),
            "expires_at": (ends_at or key.created_at) + GRACE,
            "traffic_bytes": 0,
            "status": "active",
            "deleted": False,
            "created_at": key.created_at,
        }

    def _home_row(self, key: ImportedKey) -> dict[str, Any]:
        """A key with a link is confirmed: no job changes the panel's account until its owner buys again."""
        return {
            "key_id": key.id,
            "number": 0,
            "username": username_for(TelegramId(key.tg_id), key.number),
            "state": PlacementState.HOME.value,
            "groups": [],
            "desired": 1,
            "applied": 1 if key.link else 0,
            "is_refused": False,
            "subscription_url": key.link,
            "links": [key.link] if key.link else [],
            "attempts": 0,
            "fence": 0,
            "next_attempt_at": None if key.link else self.now,
        }


def _user_row(user: ImportedUser) -> dict[str, Any]:
    return {
        "tg_id": user.tg_id,
        "username": user.username,
        "username_folded": user.username.casefold() if user.username else None,
        "lang": user.language,
        "balance": 0,
        "auto_renew": False,
        "trial_used_at": user.trial_used_at,
        "referrer_id": user.referrer_id,
        "role": Role.CUSTOMER,
        # OrbitVPN had one switch for all that can be switched off.
        **dict.fromkeys(NOTICE_SWITCHES, user.notify),
        "created_at": user.created_at,
    }


def _payment_row(payment: ImportedPayment) -> dict[str, Any]:
    quote = payment.quote
    return {
        "id": payment.id,
        "tg_id": payment.tg_id,
        "method": payment.method,
        "amount": payment.kopecks,
        "currency": RUB.code,
        "status": payment.status,
        "comment": payment.comment,
        "tx_hash": payment.tx_hash,
        "expected_crypto_amount": quote.due.units,
        "quote": {
            "price": money_document(quote.price),
            "due": money_document(quote.due),
            "rate": str(quote.rate),
            "evidence": quote.evidence,
            "created_at": quote.created_at,
            "expires_at": quote.expires_at,
        },
        "external_id": payment.external_id,
        "created_at": quote.created_at,
        "expires_at": quote.expires_at,
        "confirmed_at": payment.confirmed_at,
    }


async def _mark_trial_used(connection: AsyncConnection, user: ImportedUser) -> None:
    """Mark the trial as used for users who were registered here before the import, too."""
    spent = update(users).where(users.c.tg_id == user.tg_id, users.c.trial_used_at.is_(None))
    await execute(connection, spent.values(trial_used_at=user.trial_used_at))


async def _insert(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert missing rows; a conflicting one is skipped, and the reconciliation names it."""
    if rows:
        with translate_errors(Operation.STATEMENT):
            await connection.execute(dialect_insert(connection, table).on_conflict_do_nothing(), rows)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    queue = iter(items)
    while batch := list(islice(queue, size)):
        yield batch
