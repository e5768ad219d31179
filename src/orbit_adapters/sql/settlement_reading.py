"""Reads for many payments at once what their settlement needs, and locks what it decides about."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.invoice_messages import message_from
from orbit_adapters.sql.key_rows import key_from, placement_from
from orbit_adapters.sql.orders import order_from
from orbit_adapters.sql.payments import payment_from
from orbit_adapters.sql.promo_tables import promos
from orbit_adapters.sql.query import Row, fetch_all
from orbit_adapters.sql.receipts import RECEIPT_REF, receipt_from
from orbit_adapters.sql.settlement_rows import SettlementRows
from orbit_adapters.sql.tables import (
    configs,
    grants,
    invoice_messages,
    ledger_entries,
    ledger_postings,
    orders,
    payments,
    placements,
    receipts,
    users,
)
from orbit_adapters.sql.types import sum_as_text
from orbit_adapters.sql.users import grant_from, subscription_from, user_from
from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.ledger.ledger import RECEIVABLE, UNMATCHED, BookedCredit, EntryKind
from orbit_domain.money import Currency
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Grant, order_of

_given, _taken = ledger_postings.alias("given"), ledger_postings.alias("taken")
_others = payments.alias("others")
_of_order, _own = invoice_messages.alias("of_order"), invoice_messages.alias("own")
_credit = ledger_entries.alias("credit")


def _account(prefix: str) -> ColumnElement[str]:
    return literal(prefix) + cast(payments.c.tg_id, Text)


def _prefixed(table: Any, prefix: str) -> list[Any]:
    return [column.label(f"{prefix}{column.name}") for column in table.c]


_LOCKED = select(*_prefixed(users, "user_"), *_prefixed(payments, "payment_")).join(
    users, users.c.tg_id == payments.c.tg_id
)
_OWED = (
    select(sum_as_text(ledger_postings.c.units))
    .where(ledger_postings.c.account == _account(RECEIVABLE))
    .scalar_subquery()
)
_FACTS = (
    select(
        payments.c.id,
        payments.c.tg_id,
        _OWED.label("owed"),
        exists().where(configs.c.tg_id == payments.c.tg_id).label("has_keys"),
        *_prefixed(orders, "order_"),
        *_prefixed(receipts, "receipt_"),
        _credit.c.ref.label("credit_ref"),
        _given.c.units.label("given"),
        _taken.c.units.label("taken"),
        *_prefixed(_of_order, "of_order_"),
        *_prefixed(_own, "own_"),
    )
    .outerjoin(orders, orders.c.id == payments.c.order_id)
    .outerjoin(receipts, receipts.c.payment_id == payments.c.id)
    .outerjoin(
        _credit, and_(_credit.c.kind == EntryKind.CREDIT, _credit.c.ref.in_([RECEIPT_REF, RECEIPT_REF + "|surplus"]))
    )
    .outerjoin(_given, and_(_given.c.entry_id == _credit.c.id, _given.c.account == _account("user:")))
    .outerjoin(_taken, and_(_taken.c.entry_id == _credit.c.id, _taken.c.account == UNMATCHED))
    .outerjoin(_others, _others.c.order_id == payments.c.order_id)
    .outerjoin(_of_order, _of_order.c.payment_id == _others.c.id)
    .outerjoin(_own, _own.c.payment_id == payments.c.id)
)
"""All that is read of a payment once its user is locked: a row for each receipt, credit and message of its order."""


class SettlementReading:
    """Fills `rows` in a few statements, however many payments there are."""

    def __init__(self, connection: AsyncConnection, base: Currency) -> None:
        self.rows = SettlementRows()
        self._connection = connection
        self._base = base

    async def read(self, payment_ids: Collection[PaymentId]) -> None:
        """Lock the payments, their users before them in the order of their ids, and read what belongs to them.

        Users are locked before anything else is read, so that nothing of it is older than the lock.
        """
        ids = sorted(payment_ids)
        locked = _LOCKED.where(payments.c.id.in_(ids)).order_by(users.c.tg_id, payments.c.id).with_for_update()
        for row in await fetch_all(self._connection, locked):
            payment, user = payment_from(_part(row, "payment_")), _part(row, "user_")
            self.rows.payments[payment.id] = payment
            self.rows.customers[payment.tg_id] = Customer(user_from(user, self._base), subscription_from(user))
        with_keys = set()
        for row in await fetch_all(self._connection, _FACTS.where(payments.c.id.in_(ids))):
            self._take(row)
            with_keys |= {TelegramId(row["tg_id"])} if row["has_keys"] else set()
        await self._lock_promos()
        await self._lock_keys(with_keys)

    async def read_grants(self, tg_ids: Iterable[TelegramId]) -> None:
        """The grants of those users, and the orders that gave them."""
        wanted = sorted(set(tg_ids) - set(self.rows.grants))
        given = select(grants).where(grants.c.tg_id.in_(wanted)).order_by(grants.c.id)
        self.rows.grants |= {tg_id: [] for tg_id in wanted}
        for row in await fetch_all(self._connection, given):
            self.rows.grants[row["tg_id"]].append(grant_from(row))
        await self._read_orders(one for tg_id in wanted for one in _orders_of(self.rows.grants[tg_id]))
        for grant in self.rows.new.grants.values():
            if grant.tg_id in wanted:
                self.rows.grants[grant.tg_id].append(grant)

    async def read_newest_orders(self, tg_ids: Collection[TelegramId]) -> None:
        """The newest order of each of those users, if there is one."""
        mine = select(orders.c.id).where(orders.c.tg_id == users.c.tg_id).correlate(users)
        newest = mine.order_by(orders.c.created_at.desc(), orders.c.id.desc()).limit(1).scalar_subquery()
        found = select(orders).join(users, orders.c.id == newest).where(users.c.tg_id.in_(sorted(tg_ids)))
        self.rows.newest |= dict.fromkeys(tg_ids)
        for row in await fetch_all(self._connection, found):
            self._keep_order(row)
            self.rows.newest[row["tg_id"]] = OrderId(row["id"])

    async def read_messages(self, order_id: OrderId) -> dict[PaymentId, InvoiceMessage]:
        """Where the invoices of that order are shown."""
        of_order = select(payments.c.id).where(payments.c.order_id == order_id)
        shown = select(invoice_messages).where(invoice_messages.c.payment_id.in_(of_order))
        found = [message_from(row) for row in await fetch_all(self._connection, shown)]
        self.rows.messages_of[order_id] = {one.payment_id: one for one in found}
        return self.rows.messages_of[order_id]

    async def _read_orders(self, order_ids: Iterable[OrderId]) -> None:
        missing = sorted(set(order_ids) - set(self.rows.orders))
        if missing:
            for row in await fetch_all(self._connection, select(orders).where(orders.c.id.in_(missing))):
                self._keep_order(row)

    async def _lock_promos(self) -> None:
        """Codes come before keys, and in one order, so that two workers never wait for each other."""
        codes = {one.discount.code for one in self.rows.orders.values() if one.is_open and one.discount is not None}
        if codes:
            held = select(promos.c.code).where(promos.c.code.in_(sorted(codes))).order_by(promos.c.code)
            await fetch_all(self._connection, held.with_for_update())

    async def _lock_keys(self, tg_ids: Collection[TelegramId]) -> None:
        """The keys before their placements: one that another transaction adds meanwhile is read, too."""
        self.rows.keys |= {tg_id: {} for tg_id in self.rows.customers}
        if not tg_ids:
            return
        held = select(configs).where(configs.c.tg_id.in_(sorted(tg_ids))).order_by(configs.c.id).with_for_update()
        keys = {row["id"]: row for row in await fetch_all(self._connection, held)}
        places = select(placements).where(placements.c.key_id.in_(sorted(keys))).with_for_update()
        rows = await fetch_all(self._connection, places.order_by(placements.c.key_id, placements.c.number))
        for key_id, group in groupby(rows, key=lambda row: row["key_id"]):
            key = key_from(keys[key_id], tuple(placement_from(row, "") for row in group))
            self.rows.keys[key.tg_id][key.id] = key

    def _take(self, row: Row) -> None:
        """One row of `_FACTS`."""
        rows, payment_id = self.rows, PaymentId(row["id"])
        rows.owed[TelegramId(row["tg_id"])] = -int(row["owed"] or 0)
        known, credits = rows.receipts.setdefault(payment_id, {}), rows.credits.setdefault(payment_id, {})
        rows.messages.setdefault(payment_id, None)
        if row["receipt_source"] is not None:
            ref = f"{row['receipt_source']}|{row['receipt_external_id']}"
            if ref not in known:
                known[ref] = receipt_from(_part(row, "receipt_"))
        if row["given"] is not None and row["taken"] is not None:
            credits[row["credit_ref"]] = BookedCredit(-row["taken"], row["given"])
        if row["own_payment_id"] is not None:
            rows.messages[payment_id] = message_from(_part(row, "own_"))
        if row["order_id"] is not None:
            order_id = OrderId(row["order_id"])
            if order_id not in rows.orders:
                self._keep_order(_part(row, "order_"))
            shown = rows.messages_of.setdefault(order_id, {})
            if row["of_order_payment_id"] is not None:
                shown[row["of_order_payment_id"]] = message_from(_part(row, "of_order_"))

    def _keep_order(self, row: Any) -> None:
        order = order_from(row)
        self.rows.read.setdefault(order.id, order)
        self.rows.orders.setdefault(order.id, order)


def _part(row: Row, prefix: str) -> Any:
    """The columns of *row* whose names begin with *prefix*, without it."""
    return {name[len(prefix) :]: value for name, value in row.items() if name.startswith(prefix)}


def _orders_of(given: Sequence[Grant]) -> list[OrderId]:
    return [order_id for order_id in (order_of(grant.cause) for grant in given) if order_id is not None]
