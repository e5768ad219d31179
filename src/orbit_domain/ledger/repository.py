"""Where the ledger is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.ledger import BookedCredit, Entry, EntryKind, StatementLine
from orbit_domain.money import Currency


@dataclass(frozen=True, slots=True)
class LedgerAudit:
    """What reading the whole ledger has found. Every tuple is empty when it is right.

    `unbalanced` names entries (`kind/ref`) that don't sum to zero; `wrong_balances` names users
    whose balance isn't the fold of their account; `missing_receipts` names receipts without an
    entry; `wrong_orders` names paid orders without exactly one debit of their price, and debits
    without a paid order; `wrong_subscriptions` names users whose end isn't the fold of their grants;
    `wrong_receipts` names receipts of which the raw log of the source says another amount or asset; `unbooked` names
    records of money in that log without a receipt; `overcredited` names receipts that gave more than arrived, and
    credits of none; `wrong_keys` names users of whom a key ends at another time than the subscription;
    `wrong_adjustments` names decisions about adjustments that aren't what was asked for, or had no second admin;
    `unreversed` names records of money that went back from a settled receipt without an entry; `overreturned` names
    receipts of which more went back than arrived; `wrong_debts` names users to whom the shop would owe their own debt;
    `wrong_payouts` names payouts whose entries aren't those of their state; `unbooked_moves` names assets of which the
    entries don't say what the raw log says was sent, paid and moved.
    """

    entries: int
    unbalanced: tuple[str, ...]
    wrong_balances: tuple[TelegramId, ...]
    missing_receipts: tuple[str, ...]
    wrong_orders: tuple[str, ...]
    wrong_subscriptions: tuple[TelegramId, ...]
    wrong_receipts: tuple[str, ...] = ()
    unbooked: tuple[str, ...] = ()
    overcredited: tuple[str, ...] = ()
    wrong_keys: tuple[TelegramId, ...] = ()
    wrong_adjustments: tuple[str, ...] = ()
    unreversed: tuple[str, ...] = ()
    overreturned: tuple[str, ...] = ()
    wrong_debts: tuple[TelegramId, ...] = ()
    wrong_payouts: tuple[str, ...] = ()
    unbooked_moves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Booked:
    """The credits of a payment's receipts by the `ref` of each entry, and the base units that the user owes."""

    credits: Mapping[str, BookedCredit]
    owed: int


class Ledger(Protocol):
    """The append-only ledger. `users.balance` follows in the same transaction."""

    async def post(self, entry: Entry) -> bool:
        """Record *entry* and move the balances it names; False if (kind, ref) is in the ledger already.

        Raises InsufficientBalance when a user's balance would fall below zero; nothing is recorded then.
        """

    async def post_all(self, entries: Sequence[Entry]) -> None:
        """Post each entry as `post` does, in a few statements; those that are in the ledger already are skipped.

        After a refusal the transaction has to be rolled back.
        """

    async def entry(self, kind: EntryKind, ref: str) -> Entry | None:
        """The entry of that kind and name."""

    async def booked(self, payment_id: PaymentId, tg_id: TelegramId) -> Booked:
        """What the payment's receipts have given to the user, and what the user owes, in one reading."""

    async def debt(self, tg_id: TelegramId) -> int:
        """Base units that the user owes: what stands in their receivable."""

    async def statement_lines(self, tg_id: TelegramId, limit: int) -> tuple[StatementLine, ...]:
        """The user's newest movements, newest first."""

    async def newest(self, limit: int) -> tuple[Entry, ...]:
        """The newest entries of the whole shop, newest first."""

    async def undecided(self, limit: int) -> tuple[Entry, ...]:
        """Entries that ask for an adjustment about which nothing is decided, oldest first."""

    async def base_currency(self) -> Currency | None:
        """What users' accounts are kept in: the currency of the first line on one of them; None: no user has any."""

    async def check(self) -> LedgerAudit:
        """Read everything and prove it. Slow; for audits, not for decisions."""
