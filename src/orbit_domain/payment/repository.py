"""Where payments, receipts, rates and what was read from sources are kept."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.money import Currency
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.ports import Rate
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import ReceiptKey, SourceRecord


class DigestConflict(Exception):
    """One record of a source with two different digests: the source lies. Nothing was recorded."""


class Payments(Protocol):
    """Our requests for money."""

    async def add(self, payment: Payment) -> None:
        """Record a new request. At most one per user and method may be pending: supersede the older first."""

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """The payment, if it exists."""

    async def lock(self, payment_id: PaymentId) -> Payment:
        """The payment, held until the transaction ends. Raises NoSuchPayment."""

    async def save(self, payment: Payment) -> None:
        """Record the payment's new status, when it was confirmed or cancelled, and its recurrence."""

    async def open(self, payment_id: PaymentId, address: str, external_id: str | None) -> None:
        """Record where the payment is to be sent, unless that is recorded already."""

    async def pending(self, tg_id: TelegramId, method: Method) -> Payment | None:
        """The user's one open request by *method*."""

    async def by_comment(self, comment: str) -> Payment | None:
        """The payment with this comment, whatever its status."""

    async def by_comments(self, comments: Collection[str]) -> Mapping[str, Payment]:
        """The payments with these comments, by comment, whatever their status."""

    async def by_external_id(self, method: Method, external_id: str) -> Payment | None:
        """The payment by *method* that the provider knows by this name, whatever its status."""

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Payment, ...]:
        """The user's newest payments, newest first."""

    async def recurring(self, tg_id: TelegramId) -> tuple[Payment, ...]:
        """The user's payments that have a recurrence, whatever its state, oldest first."""

    async def with_wishes(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Payments whose recurrence has a wish that the messenger hasn't answered, oldest first, behind *after*."""

    async def of_order(self, order_id: OrderId) -> tuple[Payment, ...]:
        """Every payment meant for the order, oldest first."""

    async def overdue(self, source: str, deadline: datetime, limit: int) -> tuple[PaymentId, ...]:
        """Pending payments of *source* whose window closed before *deadline* and that aren't due, oldest first."""

    async def comments_since(self, at: datetime, limit: int) -> tuple[str, ...]:
        """Comments of payments made since *at*, newest first, for suggestions to a person."""


class Receipts(Protocol):
    """What arrived. Append-only."""

    async def add(self, receipt: Receipt) -> bool:
        """Record *receipt*; False if it is recorded already."""

    async def add_all(self, receipts: Sequence[Receipt]) -> None:
        """Record each in a few statements; those that are recorded already stay as they are."""

    async def get(self, source: str, external_id: str) -> Receipt | None:
        """The receipt of that key."""

    async def of_payment(self, payment_id: PaymentId) -> tuple[Receipt, ...]:
        """Everything that arrived for the payment, in order of arrival."""

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Receipt, ...]:
        """The user's newest receipts, newest first."""

    async def unmatched(self, limit: int) -> tuple[Receipt, ...]:
        """Receipts without an owner and without a credit, the largest first: dust hides no money.

        One that has gone back whole, as the ledger says, isn't among them.
        """


class SourceRecords(Protocol):
    """The raw log of the sources. Append-only."""

    async def add(self, record: SourceRecord, seen_at: datetime) -> bool:
        """Record it; False if it is recorded already. Raises DigestConflict."""

    async def add_all(self, records: Sequence[SourceRecord], seen_at: datetime) -> tuple[SourceRecord, ...]:
        """Record each in a few statements, and return those that are new, in order. Raises DigestConflict."""

    async def newest(self, source: str, limit: int) -> tuple[SourceRecord, ...]:
        """The newest records of *source* by (occurred_at, external_id), newest first."""

    async def of_ids(self, source: str, external_ids: Sequence[str]) -> tuple[SourceRecord, ...]:
        """The records of *source* with these external ids, in no order."""

    async def reversals_of(self, receipt: ReceiptKey) -> tuple[SourceRecord, ...]:
        """The records that took something of *receipt* back, by (occurred_at, source, external_id)."""

    async def unbooked_reversals(self, after: SourceRecord | None, limit: int) -> tuple[SourceRecord, ...]:
        """Reversals of known receipts without an entry, by (occurred_at, source, external_id), behind *after*.

        A refund that the shop has sent itself isn't one: the ledger knows it by the provider's name of it.
        """


class Cursors(Protocol):
    """How far each source has been read."""

    async def get(self, source: str) -> Cursor | None:
        """The cursor of *source*, if it was ever read."""

    async def all(self) -> tuple[Cursor, ...]:
        """The cursor of every source that was ever read, by name."""

    async def lock(self, source: str) -> None:
        """Hold the cursor of *source* until the transaction ends, before any user is locked: nothing of it is decided
        elsewhere meanwhile. A source that was never read has none."""

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        """Go from *old* to *new*; False if another process has moved it meanwhile."""


class RateHistory(Protocol):
    """The rates that were accepted. Append-only."""

    async def add(self, asset: Currency, base: Currency, rate: Rate) -> None:
        """Record *rate*. The first one of an instant stays."""

    async def newest(self, asset: Currency, base: Currency) -> Rate | None:
        """The rate that was recorded last."""

    async def of_time(self, asset: Currency, base: Currency, at: datetime, max_age: timedelta) -> Rate | None:
        """The rate at *at*: the newest not later and not older than *max_age*, otherwise the first one after it."""

    async def of_payment(self, payment_id: PaymentId, base: Currency, max_age: timedelta) -> Mapping[str, Rate]:
        """The rate of each receipt's own time, as `of_time` says, by its `ref`; only those that there are."""
