"""The ledger in memory."""

from collections.abc import Sequence
from dataclasses import replace

from orbit_adapters.memory.ledger_audit import audit_ledger
from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import EntryKey, RecordConflict, Session
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.adjustments import decision_of, is_request
from orbit_domain.ledger.ledger import (
    RECEIVABLE,
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
from orbit_domain.user.user import NoSuchUser, User

BALANCE_LIMIT = 10**18
"""In smallest base units. More than this on one account is a bug, not a customer."""

_USER = "user:"


class MemoryLedger:
    """The port `Ledger`."""

    def __init__(self, session: Session, base: Currency) -> None:
        self._session = session
        self._base = base

    async def post(self, entry: Entry) -> bool:
        """Record *entry* and move balances, or do neither.

        Raises InsufficientBalance, NoSuchUser; CurrencyMismatch, ValueError and OverflowError for an
        entry that no user's account can hold.
        """
        entry = sanitized(entry)
        tables = self._session.tables
        lines = user_lines(entry, self._base)
        if _key(entry) in tables.entries:
            return False
        changed = [self._changed_balance(tg_id, line) for tg_id, line in lines]
        for user in changed:
            tables.users[user.tg_id] = user
            self._session.changes.customers.add(user.tg_id)
        tables.entries[_key(entry)] = entry
        for account in [line.account for _, line in lines] + [one.account for one in entry.lines if _is_debt(one)]:
            tables.entries_of.append(account, _key(entry))
        return True

    async def post_all(self, entries: Sequence[Entry]) -> None:
        """Post each entry in order. Raises as `post` does."""
        for entry in entries:
            await self.post(entry)

    async def entry(self, kind: EntryKind, ref: str) -> Entry | None:
        """The entry of that kind and name."""
        return self._session.tables.entries.get((kind, storable(ref)))

    async def booked(self, payment_id: PaymentId, tg_id: TelegramId) -> Booked:
        """What the payment's receipts have given to the user, and what the user owes."""
        entries = self._session.tables.entries
        booked = {}
        for receipt_ref in map("|".join, self._session.tables.receipts_of_payment.of(payment_id)):
            for ref in (receipt_ref, f"{receipt_ref}|surplus"):
                entry = entries.get((EntryKind.CREDIT, ref))
                value = [line.units for line in entry.lines if line.account == user_account(tg_id)] if entry else []
                taken = [-line.units for line in entry.lines if line.account == UNMATCHED] if entry else []
                if value and taken:
                    booked[ref] = BookedCredit(taken[0], value[0])
        return Booked(booked, await self.debt(tg_id))

    async def debt(self, tg_id: TelegramId) -> int:
        """Base units that the user owes."""
        account = receivable_account(tg_id)
        keys = self._session.tables.entries_of.of(account)
        entries = (self._session.tables.entries[key] for key in keys)
        return -sum(line.units for entry in entries for line in entry.lines if line.account == account)

    async def statement_lines(self, tg_id: TelegramId, limit: int) -> tuple[StatementLine, ...]:
        """The user's statement lines, newest first."""
        tables = self._session.tables
        account = user_account(tg_id)
        newest = [tables.entries[key] for key in reversed(tables.entries_of.of(account))][:limit]
        return tuple(
            StatementLine(entry.kind, entry.ref, line.units, entry.at, entry.reason)
            for entry in newest
            for line in entry.lines
            if line.account == account
        )

    async def newest(self, limit: int) -> tuple[Entry, ...]:
        """The entries of the whole shop, newest first."""
        return tuple(entry for entry, _ in zip(self._session.tables.entries.newest_first(), range(limit), strict=False))

    async def undecided(self, limit: int) -> tuple[Entry, ...]:
        """Requests without a decision."""
        entries = self._session.tables.entries
        requests = (entry for (kind, ref), entry in entries.items() if is_request(kind, ref))
        waiting = [one for one in requests if (one.kind, decision_of(one.ref)) not in entries]
        return tuple(waiting[:limit])

    async def base_currency(self) -> Currency | None:
        """The currency of the first line on a user's account."""
        lines = (line for entry in self._session.tables.entries.values() for line in entry.lines)
        return next((line.currency for line in lines if line.account.startswith(_USER)), None)

    async def check(self) -> LedgerAudit:
        """Audit everything."""
        return audit_ledger(self._session.tables)

    def _changed_balance(self, tg_id: TelegramId, line: Line) -> User:
        user = self._session.tables.users.get(tg_id)
        if user is None:
            raise NoSuchUser(tg_id)
        left = user.balance.units + line.units
        if left < 0:
            raise InsufficientBalance(user.balance, Money(-line.units, self._base))
        if left > BALANCE_LIMIT:
            raise RecordConflict(f"the balance of user {tg_id} would be {left}")
        return replace(user, balance=Money(left, self._base))


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


def _is_debt(line: Line) -> bool:
    return line.account.startswith(RECEIVABLE)


def _key(entry: Entry) -> EntryKey:
    return (entry.kind, entry.ref)
