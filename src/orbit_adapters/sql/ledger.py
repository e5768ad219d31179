"""The ledger in SQL."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, null, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.ledger_audit import audit_ledger
from orbit_adapters.sql.ledger_rows import entries_from, entry_from, undecided_requests
from orbit_adapters.sql.many_rows import insert_new, insert_rows
from orbit_adapters.sql.query import fetch_all, fetch_one, savepoint
from orbit_adapters.sql.receipts import RECEIPT_REF
from orbit_adapters.sql.tables import ledger_entries, ledger_postings, receipts, users
from orbit_adapters.sql.types import storable
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.ledger import (
    UNMATCHED,
    BookedCredit,
    Entry,
    EntryKind,
    InsufficientBalance,
    Line,
    StatementLine,
    receivable_account,
    user_account,
)
from orbit_domain.ledger.repository import Booked, LedgerAudit
from orbit_domain.money import Currency, CurrencyMismatch, Money
from orbit_domain.storage import ChangeSet
from orbit_domain.user.user import NoSuchUser

BALANCE_LIMIT = 10**18
"""In smallest base units, as the CHECK of `users.balance` says. More on one account is a bug, not a customer."""

_USER = "user:"

_entries, _postings = ledger_entries.c, ledger_postings.c


class SqlLedger:
    """The port `Ledger`. Append-only: the database refuses changes."""

    def __init__(self, connection: AsyncConnection, changes: ChangeSet, base: Currency) -> None:
        self._connection = connection
        self._changes = changes
        self._base = base

    async def post(self, entry: Entry) -> bool:
        """Record *entry* and move balances, or do neither.

        Raises InsufficientBalance, NoSuchUser; CurrencyMismatch, ValueError and OverflowError for an
        entry that no user's account can hold.
        """
        user_lines(entry, self._base)  # An entry that no account can hold is refused before anything is written.
        # A caller may continue after a refusal, so the partial entry must be undone without the whole transaction.
        async with savepoint(self._connection):
            return bool(await self._post([entry]))

    async def post_all(self, entries: Sequence[Entry]) -> None:
        """Post each entry in order; those that are there already are skipped. Raises as `post` does."""
        await self._post(entries)

    async def entry(self, kind: EntryKind, ref: str) -> Entry | None:
        """The entry of that kind and name."""
        statement = (
            select(ledger_entries, ledger_postings)
            .join(ledger_postings, _postings.entry_id == _entries.id)
            .where(_entries.kind == kind, _entries.ref == ref)
            .order_by(_postings.position)
        )
        rows = await fetch_all(self._connection, statement)
        return entry_from(rows) if rows else None

    async def booked(self, payment_id: PaymentId, tg_id: TelegramId) -> Booked:
        """What the payment's receipts have given to the user, and what the user owes."""
        given, taken = ledger_postings.alias("given"), ledger_postings.alias("taken")
        of_payment = receipts.c.payment_id == payment_id
        # As one set: joined to the receipts, SQLite would read all of them again for each posting of the user.
        refs = union_all(select(RECEIPT_REF).where(of_payment), select(RECEIPT_REF + "|surplus").where(of_payment))
        statement = (
            select(_entries.ref, taken.c.units.label("taken"), given.c.units.label("given"))
            .join(given, and_(given.c.entry_id == _entries.id, given.c.account == user_account(tg_id)))
            .join(taken, and_(taken.c.entry_id == _entries.id, taken.c.account == UNMATCHED))
            .where(_entries.kind == EntryKind.CREDIT, _entries.ref.in_(refs))
        )
        owed = select(null(), null(), _postings.units).where(_postings.account == receivable_account(tg_id))
        rows = await fetch_all(self._connection, union_all(statement, owed))
        credits = {row["ref"]: BookedCredit(-row["taken"], row["given"]) for row in rows if row["ref"] is not None}
        return Booked(credits, -int(sum(row["given"] for row in rows if row["ref"] is None)))

    async def debt(self, tg_id: TelegramId) -> int:
        """Base units that the user owes."""
        rows = await fetch_all(
            self._connection, select(_postings.units).where(_postings.account == receivable_account(tg_id))
        )
        return -int(sum(row["units"] for row in rows))

    async def statement_lines(self, tg_id: TelegramId, limit: int) -> tuple[StatementLine, ...]:
        """The user's statement lines, newest first."""
        statement = _of_account(tg_id).order_by(_postings.entry_id.desc()).limit(limit)
        return tuple(
            StatementLine(EntryKind(row["kind"]), row["ref"], row["units"], row["at"], row["reason"])
            for row in await fetch_all(self._connection, statement)
        )

    async def newest(self, limit: int) -> tuple[Entry, ...]:
        """The entries of the whole shop, newest first."""
        newest = select(ledger_entries).order_by(_entries.id.desc()).limit(limit).subquery()
        statement = (
            select(newest, ledger_postings)
            .join(ledger_postings, _postings.entry_id == newest.c.id)
            .order_by(newest.c.id.desc(), _postings.position)
        )
        rows = await fetch_all(self._connection, statement)
        return entries_from(rows)

    async def undecided(self, limit: int) -> tuple[Entry, ...]:
        """Requests without a decision."""
        return await undecided_requests(self._connection, limit)

    async def base_currency(self) -> Currency | None:
        """The currency of the first line on a user's account: nearly every entry has one, so few rows are read."""
        of_users = select(_postings.currency, _postings.decimals).where(_postings.account.startswith(_USER))
        row = await fetch_one(self._connection, of_users.order_by(_postings.entry_id).limit(1))
        return None if row is None else Currency(row["currency"], row["decimals"])

    async def check(self) -> LedgerAudit:
        """Audit everything."""
        return await audit_ledger(self._connection)

    async def _post(self, entries: Sequence[Entry]) -> int:
        """How many of *entries* were new. Each user's balance moves by the sum of what is new."""
        first: dict[tuple[EntryKind, str], Entry] = {}
        for entry in entries:
            first.setdefault(entry_key(entry), entry)
        new = await insert_entries(self._connection, list(first.values()))
        posted = [entry for key, entry in first.items() if key in new]
        changes: dict[TelegramId, int] = defaultdict(int)
        for entry in posted:
            for tg_id, line in user_lines(entry, self._base):
                changes[tg_id] += line.units
        for tg_id, units in sorted(changes.items()):
            await self._change_balance(tg_id, units)
            self._changes.customers.add(tg_id)
        return len(posted)

    async def _change_balance(self, tg_id: TelegramId, units: int) -> None:
        change = (
            update(users)
            .where(users.c.tg_id == tg_id, users.c.balance + units >= 0)
            .values(balance=users.c.balance + units)
            .returning(users.c.tg_id)
        )
        if await fetch_one(self._connection, change) is not None:
            return
        row = await fetch_one(self._connection, select(users.c.balance).where(users.c.tg_id == tg_id))
        if row is None:
            raise NoSuchUser(tg_id)
        raise InsufficientBalance(Money(row["balance"], self._base), Money(-units, self._base))


async def insert_entries(connection: AsyncConnection, entries: Sequence[Entry]) -> frozenset[tuple[EntryKind, str]]:
    """Record those of *entries* that are new, each of another name, with their lines: which. No balance moves."""
    new = await _insert_entries(connection, entries)
    await _insert_lines(connection, [(new[entry_key(entry)], entry) for entry in entries if entry_key(entry) in new])
    return frozenset(new)


async def _insert_entries(connection: AsyncConnection, entries: Sequence[Entry]) -> dict[tuple[EntryKind, str], int]:
    """The numbers of the entries that are new."""
    rows = [
        {
            "kind": entry.kind,
            "ref": entry.ref,
            "corrects": entry.corrects,
            "actor": entry.actor,
            "reason": entry.reason,
            "at": entry.at,
        }
        for entry in entries
    ]
    name = ("kind", "ref")
    new = await insert_new(connection, ledger_entries, rows, unless=name, returning=("id", *name))
    return {(EntryKind(row["kind"]), row["ref"]): int(row["id"]) for row in new}


async def _insert_lines(connection: AsyncConnection, numbered: Sequence[tuple[int, Entry]]) -> None:
    lines = [
        {
            "entry_id": entry_id,
            "account": line.account,
            "currency": line.currency.code,
            "decimals": line.currency.decimals,
            "units": line.units,
            "position": position,
        }
        for entry_id, entry in numbered
        for position, line in enumerate(entry.lines)
    ]
    await insert_rows(connection, ledger_postings, lines)


def user_lines(entry: Entry, base: Currency) -> list[tuple[TelegramId, Line]]:
    """The lines on users' accounts, kept in *base*, in the order in which users are locked. Raises as `post` does."""
    found = []
    for line in entry.lines:
        if line.account.startswith(_USER):
            tg_id = TelegramId(int(line.account.removeprefix(_USER)))
            if user_account(tg_id) != line.account:
                raise ValueError(f"{line.account!r} is no account")
            if line.currency != base:
                raise CurrencyMismatch(f"{line.account} is kept in {base.code}, not in {line.currency.code}")
            if abs(line.units) > BALANCE_LIMIT:
                raise OverflowError(f"{line.units} units are more than an account can hold")
            found.append((tg_id, line))
    return sorted(found, key=lambda one: one[0])


def entry_key(entry: Entry) -> tuple[EntryKind, str]:
    """The name of the entry, as it is stored."""
    return entry.kind, storable(entry.ref)


def _of_account(tg_id: TelegramId) -> Select[Any]:
    joined = select(_entries.kind, _entries.ref, _entries.at, _entries.reason, _postings.units)
    return joined.join(ledger_postings, _postings.entry_id == _entries.id).where(
        _postings.account == user_account(tg_id)
    )
