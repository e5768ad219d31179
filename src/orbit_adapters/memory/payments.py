"""Payments in memory."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.payment.payment import CardUse, Method, NoSuchPayment, Payment

CHARGES = (CardUse.CHARGE, CardUse.FAILED)


class MemoryPayments:
    """The port `Payments`. Any number of payments may have an empty comment."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, payment: Payment) -> None:
        """Record a new request. Raises RecordConflict for a second pending one, or a comment in use."""
        payment = sanitized(payment)
        tables = self._session.tables
        self._session.require_user(payment.tg_id)
        if payment.id in tables.payments:
            raise RecordConflict(f"there is a payment {payment.id} already")
        if payment.order_id is not None and payment.order_id not in tables.orders:
            raise RecordConflict(f"there is no order {payment.order_id}")
        if payment.external_id is not None and (payment.method, payment.external_id) in tables.payment_names:
            raise RecordConflict("this external id belongs to another payment")
        if payment.card in CHARGES and any(one.card in CHARGES for one in await self._of_order(payment)):
            raise RecordConflict(f"order {payment.order_id} is charged to a card already")
        if payment.comment and payment.comment in tables.payment_comments:
            raise RecordConflict("this comment belongs to another payment")
        self._put(payment)
        tables.payments_of.append(payment.tg_id, payment.id)
        if payment.comment:
            tables.payment_comments[payment.comment] = payment.id
        if payment.external_id is not None:
            tables.payment_names[payment.method, payment.external_id] = payment.id
        if payment.order_id is not None:
            tables.payments_of_order.append(payment.order_id, payment.id)

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """The payment, if it exists."""
        return self._session.tables.payments.get(payment_id)

    async def lock(self, payment_id: PaymentId) -> Payment:
        """The payment. Raises NoSuchPayment."""
        payment = self._session.tables.payments.get(payment_id)
        if payment is None:
            raise NoSuchPayment(payment_id)
        return payment

    async def save(self, payment: Payment) -> None:
        """Record the payment's new status and recurrence. Raises NoSuchPayment."""
        stored = await self.lock(payment.id)
        self._put(
            sanitized(
                replace(
                    stored,
                    status=payment.status,
                    confirmed_at=payment.confirmed_at,
                    cancelled_at=payment.cancelled_at,
                    recurrence=payment.recurrence,
                )
            )
        )

    async def open(self, payment_id: PaymentId, address: str, external_id: str | None) -> None:
        """Record where it is to be sent, unless that is recorded already. Raises RecordConflict for a name in use."""
        tables = self._session.tables
        stored = tables.payments.get(payment_id)
        if stored is None or stored.address:
            return
        opened = sanitized(replace(stored, address=address, external_id=external_id))
        if opened.external_id is not None:
            name = (opened.method, opened.external_id)
            if tables.payment_names.get(name, payment_id) != payment_id:
                raise RecordConflict("this external id belongs to another payment")
            tables.payment_names[name] = payment_id
        self._put(opened)

    async def pending(self, tg_id: TelegramId, method: Method) -> Payment | None:
        """The user's one open request by *method*."""
        tables = self._session.tables
        payment_id = tables.pending_payments.get((tg_id, Method(storable(method))))
        return tables.payments[payment_id] if payment_id is not None else None

    async def by_comment(self, comment: str) -> Payment | None:
        """The payment with this comment."""
        tables = self._session.tables
        payment_id = tables.payment_comments.get(storable(comment))
        return tables.payments[payment_id] if payment_id is not None else None

    async def by_comments(self, comments: Collection[str]) -> Mapping[str, Payment]:
        """The payments with these comments, by comment."""
        found = {comment: await self.by_comment(comment) for comment in comments}
        return {comment: payment for comment, payment in found.items() if payment is not None}

    async def by_external_id(self, method: Method, external_id: str) -> Payment | None:
        """The payment that the provider knows by this name."""
        tables = self._session.tables
        payment_id = tables.payment_names.get((Method(storable(method)), storable(external_id)))
        return tables.payments[payment_id] if payment_id is not None else None

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Payment, ...]:
        """The user's newest payments."""
        tables = self._session.tables
        mine = [tables.payments[payment_id] for payment_id in tables.payments_of.of(tg_id)]
        return tuple(sorted(mine, key=_age, reverse=True)[:limit])

    async def recurring(self, tg_id: TelegramId) -> tuple[Payment, ...]:
        """The user's payments that have a recurrence, oldest first."""
        tables = self._session.tables
        mine = [tables.payments[payment_id] for payment_id in tables.payments_of.of(tg_id)]
        return tuple(sorted((payment for payment in mine if payment.recurrence is not None), key=_age))

    async def with_wishes(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Payments whose recurrence has a wish that the messenger hasn't answered, oldest first."""
        all_of_them = self._session.tables.payments.values()
        wishing = [one for one in all_of_them if one.recurrence is not None and one.recurrence.wish is not None]
        return tuple(sorted((one for one in wishing if after is None or _age(one) > _age(after)), key=_age)[:limit])

    async def of_order(self, order_id: OrderId) -> tuple[Payment, ...]:
        """Every payment meant for the order, oldest first."""
        tables = self._session.tables
        meant = [tables.payments[payment_id] for payment_id in tables.payments_of_order.of(order_id)]
        return tuple(sorted(meant, key=_age))

    async def overdue(self, source: str, deadline: datetime, limit: int) -> tuple[PaymentId, ...]:
        """Pending payments of *source* whose window closed before *deadline* and that aren't due, oldest first."""
        tables = self._session.tables
        candidates = (tables.payments[payment_id] for payment_id in tables.pending_payments.values())
        mine = [one for one in candidates if one.source == storable(source) and one.id not in tables.payments_due]
        late = sorted((one.expires_at, one.id) for one in mine if one.expires_at < deadline)
        return tuple(payment_id for _, payment_id in late[:limit])

    async def comments_since(self, at: datetime, limit: int) -> tuple[str, ...]:
        """Comments of payments made since *at*, newest first."""
        tables = self._session.tables
        recent = [tables.payments[payment_id] for payment_id in tables.payment_comments.values()]
        recent = [payment for payment in recent if payment.created_at >= at]
        return tuple(payment.comment for payment in sorted(recent, key=_age, reverse=True)[:limit])

    async def _of_order(self, payment: Payment) -> tuple[Payment, ...]:
        return await self.of_order(payment.order_id) if payment.order_id is not None else ()

    def _put(self, payment: Payment) -> None:
        tables = self._session.tables
        user_and_method = (payment.tg_id, payment.method)
        holder = tables.pending_payments.get(user_and_method)
        if payment.is_open and holder not in (None, payment.id):
            raise RecordConflict(f"user {payment.tg_id} has a pending payment by {payment.method} already")
        tables.payments[payment.id] = payment
        if payment.is_open:
            tables.pending_payments[user_and_method] = payment.id
        elif holder == payment.id:
            del tables.pending_payments[user_and_method]


def _age(payment: Payment) -> tuple[datetime, PaymentId]:
    return (payment.created_at, payment.id)
