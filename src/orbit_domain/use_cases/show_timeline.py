"""Everything that happened to one user, in order, each with its cause."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Line, receivable_account, user_account
from orbit_domain.money import Money
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.recurrence import Recurrence
from orbit_domain.storage import Storage, subject_of
from orbit_domain.user.user import NoSuchUser

_EACH = 200

Part = str | Money | Line | timedelta
"""Words, an amount, a change of the balance, or a change of the time left."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story: when, about what, what happened, and what caused it.

    *what* is words and values, to be read one after the other; how a value looks is for whoever shows it.
    """

    at: datetime
    topic: str
    what: tuple[Part, ...]
    cause: str


@dataclass(frozen=True, slots=True)
class ShowTimeline:
    """Read what is recorded about a user. Raises NoSuchUser."""

    storage: Storage

    async def __call__(self, tg_id: TelegramId) -> tuple[Event, ...]:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            orders = await tx.orders.newest(tg_id, _EACH)
            received = await tx.orders.received(tg_id, _EACH)
            payments = await tx.payments.of_user(tg_id, _EACH)
            receipts = await tx.receipts.of_user(tg_id, _EACH)
            statement_lines = await tx.ledger.statement_lines(tg_id, _EACH)
            grants = await tx.grants.of_user(tg_id)
            keys = await tx.keys.all_of_user(tg_id)
            messages = await tx.outbox.of_user(tg_id, _EACH)
            debt = await tx.ledger.debt(tg_id)
            actions = await tx.admin_log.of_subject(subject_of(tg_id), _EACH)
        story = [Event(user.created_at, "user", ("pressed /start",), f"invited by {user.referrer_id or 'no one'}")]
        for order in orders:
            story.extend(_order_events(order))
        for order in received:
            story.extend(_received_events(order))
        for payment in payments:
            story.extend(_payment_events(payment))
        for receipt in receipts:
            cause = f"{receipt.memo_result}, {receipt.ref}"
            story.append(Event(receipt.occurred_at, "money", (receipt.amount, "arrived"), cause))
        for statement_line in reversed(statement_lines):
            change = Line(user_account(tg_id), statement_line.units, user.balance.currency)
            cause = statement_line.reason or statement_line.ref
            story.append(Event(statement_line.at, "balance", (change, f"({statement_line.kind})"), cause))
        for grant in grants:
            story.append(Event(grant.at, "time", (timedelta(seconds=grant.seconds),), grant.cause))
        for key in keys:
            for one in key.placements:
                where = f"{'deleted, ' if key.deleted else ''}{one.username} on {one.panel_id}/{one.node}"
                state = f"{where} ({one.state}): applied {one.applied_revision} of {one.desired_revision}"
                story.append(Event(key.created_at, "key", (state,), one.last_error or "order"))
        for message in messages:
            fate = (message.notice.kind, _fate(message))
            story.append(Event(message.not_before, "notice", fate, message.dedupe))
        for action in actions:
            story.append(Event(action.at, "admin", (f"{action.action} by {action.actor}",), action.reason))
        story.sort(key=lambda event: event.at)
        if debt:
            owed = (Money(debt, user.balance.currency), "is owed now")
            story.append(Event(story[-1].at, "debt", owed, receivable_account(tg_id)))
        return tuple(story)


def _fate(message: OutboxMessage) -> str:
    if message.dropped_reason is not None:
        return f"dropped: {message.dropped_reason}"
    return "sent" if message.done_at else "given up" if message.dead_at else "waiting"


def _order_events(order: Order) -> Iterator[Event]:
    name = f"order {order.id}"
    by_code = f"opened, with the code {order.discount.code}" if order.discount else "opened"
    plan = f"{order.terms.code} as a gift for" if order.is_gift else f"{order.terms.code} for"
    yield Event(order.created_at, "order", (plan, order.price, by_code), name)
    if order.paid_at:
        yield Event(order.paid_at, "order", ("paid",), name)
    if order.taken:
        yield Event(order.taken.at, "order", (f"taken by {order.taken.by}",), name)
    if order.delivered_at:
        yield Event(order.delivered_at, "order", ("delivered",), name)


def _received_events(order: Order) -> Iterator[Event]:
    """A gift in the story of its taker, unless it is in there as his own order."""
    if order.taken is None or order.taken.by == order.tg_id:
        return
    name = f"order {order.id}"
    yield Event(order.taken.at, "order", (f"{order.terms.code} taken, a gift of {order.tg_id}",), name)
    if order.delivered_at:
        yield Event(order.delivered_at, "order", ("delivered",), name)


def _payment_events(payment: Payment) -> Iterator[Event]:
    name = f"payment {payment.id}"
    repeats = _repeats(payment.recurrence) if payment.recurrence else ""
    asked = (payment.quote.due, f"asked by {payment.method}, now {payment.status}{repeats}")
    yield Event(payment.created_at, "payment", asked, name)
    if payment.confirmed_at:
        yield Event(payment.confirmed_at, "payment", ("confirmed",), name)


def _repeats(recurrence: Recurrence) -> str:
    wish = f", wish: {recurrence.wish}" if recurrence.wish else ""
    return f", repeats: {recurrence.state}{wish}"
