"""A transaction in which many payments are settled: repositories that answer from what was read ahead for all of them.

What they record is kept until the end, and written then in a statement for each table (`settlement_recording`). What
wasn't read ahead raises `NotReadAhead`, as does everything that no settlement needs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from orbit_adapters.sql.ledger import entry_key, user_lines
from orbit_adapters.sql.settlement_reading import SettlementReading
from orbit_adapters.sql.settlement_rows import NotReadAhead, SettlementRows
from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId, OrderId, PaymentId, TelegramId
from orbit_domain.ledger.ledger import Entry, InsufficientBalance, receivable_account
from orbit_domain.ledger.repository import Booked
from orbit_domain.money import Currency, Money
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order
from orbit_domain.payment.due import DuePayment
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.storage import Transaction
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.user.user import User

K = TypeVar("K")
V = TypeVar("V")


class _Ahead:
    """A repository over rows that were read ahead. A method that it lacks is one that no settlement needs."""

    def __init__(self, reading: SettlementReading) -> None:
        self._reading = reading
        self._rows: SettlementRows = reading.rows

    def __getattr__(self, name: str) -> Any:
        raise NotReadAhead(f"{type(self).__name__} has no {name}")

    def _customer(self, tg_id: TelegramId) -> Customer:
        return _known(self._rows.customers, tg_id)


class TransactionAhead:
    """The repositories that a settlement uses: those over what was read ahead, and three of the transaction's own."""

    def __init__(self, reading: SettlementReading, tx: Transaction, base: Currency) -> None:
        self.users = _Users(reading)
        self.subscriptions = _Subscriptions(reading)
        self.payments = _Payments(reading, tx)
        self.payments_due = _PaymentsDue(reading)
        self.receipts = _Receipts(reading)
        self.ledger = _Ledger(reading, base)
        self.orders = _Orders(reading)
        self.grants = _Grants(reading)
        self.keys = _Keys(reading)
        self.invoice_messages = _InvoiceMessages(reading)
        self.outbox = _Outbox(reading)
        self.promos = tx.promos
        self.cursors = tx.cursors
        self.rate_history = tx.rate_history

    def __getattr__(self, name: str) -> Any:
        raise NotReadAhead(f"no settlement needs {name}")


class _Users(_Ahead):
    async def get(self, tg_id: TelegramId) -> User | None:
        return self._customer(tg_id).user

    async def lock_payer(self, payment_id: PaymentId) -> User:
        return self._customer(_known(self._rows.payments, payment_id).tg_id).user

    async def set_trial_used(self, tg_id: TelegramId, at: datetime) -> None:
        customer = self._customer(tg_id)
        self._rows.customers[tg_id] = replace(customer, user=replace(customer.user, trial_used_at=at))
        self._rows.new.customers.add(tg_id)


class _Subscriptions(_Ahead):
    async def customer(self, tg_id: TelegramId) -> Customer | None:
        return self._customer(tg_id)

    async def save(self, subscription: Subscription) -> None:
        customer = self._customer(subscription.tg_id)
        self._rows.customers[subscription.tg_id] = replace(customer, subscription=subscription)
        self._rows.new.customers.add(subscription.tg_id)


class _Payments(_Ahead):
    def __init__(self, reading: SettlementReading, tx: Transaction) -> None:
        super().__init__(reading)
        self._tx = tx

    async def lock(self, payment_id: PaymentId) -> Payment:
        return _known(self._rows.payments, payment_id)

    async def save(self, payment: Payment) -> None:
        self._rows.payments[payment.id] = payment
        self._rows.new.payments.add(payment.id)

    async def of_order(self, order_id: OrderId) -> tuple[Payment, ...]:
        found = await self._tx.payments.of_order(order_id)
        return tuple(self._rows.payments.get(one.id, one) for one in found)


class _PaymentsDue(_Ahead):
    async def finish(self, due: DuePayment, at: datetime) -> bool:
        """True also for one that turns out to be due again when all is written: its row stays then."""
        self._rows.new.finished.append((due, at))
        return True


class _Receipts(_Ahead):
    async def of_payment(self, payment_id: PaymentId) -> tuple[Receipt, ...]:
        found = _known(self._rows.receipts, payment_id).values()
        return tuple(sorted(found, key=lambda one: (one.occurred_at, one.external_id, one.source)))


class _Ledger(_Ahead):
    def __init__(self, reading: SettlementReading, base: Currency) -> None:
        super().__init__(reading)
        self._base = base

    async def booked(self, payment_id: PaymentId, tg_id: TelegramId) -> Booked:
        credits = self._rows.credits.pop(payment_id, None)
        if credits is None:  # What was posted since it was read isn't in it, so it is told once.
            raise NotReadAhead("what a payment has given is told once")
        return Booked(credits, _known(self._rows.owed, tg_id))

    async def post(self, entry: Entry) -> bool:
        """False only for an entry of this transaction: one that the ledger has already is found when all is written."""
        if entry_key(entry) in self._rows.new.entries:
            return False
        lines = user_lines(entry, self._base)
        users = {tg_id: self._customer(tg_id).user for tg_id, _ in lines}
        for tg_id, line in lines:
            units = users[tg_id].balance.units + line.units
            if units < 0:
                raise InsufficientBalance(users[tg_id].balance, Money(-line.units, self._base))
            users[tg_id] = replace(users[tg_id], balance=Money(units, self._base))
        for tg_id, line in lines:
            self._rows.customers[tg_id] = replace(self._customer(tg_id), user=users[tg_id])
            self._rows.new.balances[tg_id] = self._rows.new.balances.get(tg_id, 0) + line.units
            self._rows.new.customers.add(tg_id)
        for tg_id in self._rows.owed:
            debts = (line.units for line in entry.lines if line.account == receivable_account(tg_id))
            self._rows.owed[tg_id] -= sum(debts)
        self._rows.new.entries[entry_key(entry)] = entry
        return True

    async def post_all(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            await self.post(entry)


class _Orders(_Ahead):
    async def get(self, order_id: OrderId) -> Order | None:
        return _known(self._rows.orders, order_id)

    async def lock(self, order_id: OrderId) -> Order:
        """It isn't held: when all is written, an order that another transaction has changed meanwhile is found."""
        return _known(self._rows.orders, order_id)

    async def newest(self, tg_id: TelegramId, limit: int) -> tuple[Order, ...]:
        if limit != 1:
            raise NotReadAhead("a settlement asks for one order")
        if tg_id not in self._rows.newest:
            await self._reading.read_newest_orders(
                [one.tg_id for one in self._rows.payments.values() if one.order_id is None]
            )
        newest = _known(self._rows.newest, tg_id)
        return () if newest is None else (self._rows.orders[newest],)

    async def save(self, order: Order) -> None:
        self._rows.orders[order.id] = order
        self._rows.new.orders.add(order.id)

    async def reprice(self, order: Order) -> bool:
        await self.save(order)
        return True


class _Grants(_Ahead):
    async def of_user(self, tg_id: TelegramId) -> tuple[Grant, ...]:
        if tg_id not in self._rows.grants:
            await self._reading.read_grants(
                [one.user.tg_id for one in self._rows.customers.values() if one.subscription.ends_at is not None]
            )
        return tuple(_known(self._rows.grants, tg_id))

    async def add(self, grant: Grant) -> bool:
        """False only for a cause of this transaction: one that is recorded already is found when all is written."""
        if grant.cause in self._rows.new.grants:
            return False
        self._rows.new.grants[grant.cause] = grant
        if grant.tg_id in self._rows.grants:
            self._rows.grants[grant.tg_id].append(grant)
        return True


class _Keys(_Ahead):
    async def all_of_user(self, tg_id: TelegramId) -> tuple[Key, ...]:
        found = _known(self._rows.keys, tg_id).values()
        return tuple(sorted(found, key=lambda key: (key.created_at, key.id)))

    async def lock(self, key_id: KeyId) -> Key | None:
        found = (keys[key_id] for keys in self._rows.keys.values() if key_id in keys)
        return next(found, None)

    async def add(self, key: Key) -> None:
        _known(self._rows.keys, key.tg_id)[key.id] = key
        self._rows.new.keys.add(key.id)

    async def save(self, key: Key) -> None:
        _known(self._rows.keys, key.tg_id)[key.id] = key
        if key.id not in self._rows.new.keys:
            self._rows.new.changed_keys.add(key.id)


class _InvoiceMessages(_Ahead):
    async def get(self, payment_id: PaymentId) -> InvoiceMessage | None:
        return _known(self._rows.messages, payment_id)

    async def of_order(self, order_id: OrderId) -> tuple[InvoiceMessage, ...]:
        shown = self._rows.messages_of.get(order_id)
        if shown is None:
            shown = await self._reading.read_messages(order_id)
        return tuple(sorted(shown.values(), key=lambda one: (one.updated_at, one.message_id), reverse=True))


class _Outbox(_Ahead):
    async def add(self, message: OutboxMessage) -> bool:
        """False only for a dedupe key of this transaction: of one that was used before, nothing is written."""
        if message.dedupe in self._rows.new.messages:
            return False
        self._rows.new.messages[message.dedupe] = message
        return True


def _known(rows: Mapping[K, V], name: K) -> V:
    if name not in rows:
        raise NotReadAhead("it wasn't read ahead")
    return rows[name]
