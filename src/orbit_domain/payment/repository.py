"""Where payments, receipts and what was read from chains are kept."""

from datetime import datetime
from typing import Protocol

from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.transfer import Cursor, Transfer


class HashConflict(Exception):
    """One place in a chain with two different hashes: a source lies. Nothing was recorded."""


class Payments(Protocol):
    """Our requests for money."""

    async def add(self, payment: Payment) -> None:
        """Record a new request. At most one per user and method may be pending: cancel the older first."""

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """The payment, if it exists."""

    async def lock(self, payment_id: PaymentId) -> Payment:
        """The payment, held until the transaction ends. Raises NoSuchPayment."""

    async def save(self, payment: Payment) -> None:
        """Record the payment's new status."""

    async def pending(self, tg_id: TelegramId, method: Method) -> Payment | None:
        """The user's one open request by *method*."""

    async def by_comment(self, comment: str) -> Payment | None:
        """The payment with this comment, whatever its status."""

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Payment, ...]:
        """The user's newest payments, newest first."""

    async def of_order(self, order_id: OrderId) -> tuple[Payment, ...]:
        """Every payment meant for the order, oldest first."""

    async def overdue(self, method: Method, deadline: datetime, limit: int) -> tuple[PaymentId, ...]:
        """Pending payments whose window closed before *deadline* and that aren't due to be settled, oldest first."""

    async def comments_since(self, at: datetime, limit: int) -> tuple[str, ...]:
        """Comments of payments made since *at*, newest first, for suggestions to a person."""


class Receipts(Protocol):
    """What arrived. Append-only."""

    async def add(self, receipt: Receipt) -> bool:
        """Record *receipt*; False if it is recorded already."""

    async def get(self, source: str, external_id: str) -> Receipt | None:
        """The receipt of that key."""

    async def of_payment(self, payment_id: PaymentId) -> tuple[Receipt, ...]:
        """Everything that arrived for the payment, in order of arrival."""

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Receipt, ...]:
        """The user's newest receipts, newest first."""

    async def unmatched(self, limit: int) -> tuple[Receipt, ...]:
        """Receipts without an owner and without a credit, the largest first: dust hides no money."""


class Transfers(Protocol):
    """The raw log of our accounts on chains."""

    async def add(self, transfer: Transfer, seen_at: datetime) -> bool:
        """Record *transfer*; False if it is recorded already. Raises HashConflict."""

    async def newest(self, limit: int) -> tuple[Transfer, ...]:
        """The newest rows of the log, newest first."""


class Cursors(Protocol):
    """How far each source has been read."""

    async def get(self, source: str) -> Cursor | None:
        """The cursor of *source*, if it was ever read."""

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        """Go from *old* to *new*; False if another process has moved it meanwhile."""
