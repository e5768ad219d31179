"""What is recorded in a period, in SQL: pages by primary key, and sums."""

from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.ledger_rows import entry_from
from orbit_adapters.sql.orders import order_from
from orbit_adapters.sql.query import fetch_all
from orbit_adapters.sql.receipts import receipt_from
from orbit_adapters.sql.tables import ledger_entries, ledger_postings, orders, receipts, users
from orbit_adapters.sql.types import WholeUnits, sum_as_text
from orbit_domain.bookkeeping.periods import GROUPED, AccountFigures, NumberedEntry, ReceiptTotals, SalesTotals
from orbit_domain.ids import OrderId
from orbit_domain.money import Currency, Money
from orbit_domain.order.order import TRIAL_NONCE, Order
from orbit_domain.payment.receipt import Receipt

_entries, _postings = ledger_entries.c, ledger_postings.c
_NONE = cast(literal_column("'0'"), WholeUnits)


class SqlPeriods:
    """The port `Periods`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def entries(
        self, since: datetime, until: datetime, after: NumberedEntry | None, limit: int
    ) -> tuple[NumberedEntry, ...]:
        """One page, by number."""
        page = select(ledger_entries).where(_within(_entries.at, since, until))
        if after is not None:
            page = page.where(_entries.id > after.number)
        page_rows = page.order_by(_entries.id).limit(limit).subquery()
        statement = (
            select(page_rows, ledger_postings)
            .join(ledger_postings, _postings.entry_id == page_rows.c.id)
            .order_by(page_rows.c.id, _postings.position)
        )
        rows = await fetch_all(self._connection, statement)
        return tuple(
            NumberedEntry(number, entry_from(list(lines))) for number, lines in groupby(rows, key=lambda row: row["id"])
        )

    async def receipts(
        self, since: datetime, until: datetime, after: Receipt | None, limit: int
    ) -> tuple[Receipt, ...]:
        """One page, by key."""
        key = (receipts.c.source, receipts.c.external_id)
        statement = select(receipts).where(_within(receipts.c.seen_at, since, until))
        if after is not None:
            statement = statement.where(tuple_(*key) > tuple_(literal(after.source), literal(after.external_id)))
        rows = await fetch_all(self._connection, statement.order_by(*key).limit(limit))
        return tuple(receipt_from(row) for row in rows)

    async def orders(self, since: datetime, until: datetime, after: OrderId | None, limit: int) -> tuple[Order, ...]:
        """One page, by id."""
        opened, paid = (_within(column, since, until) for column in (orders.c.created_at, orders.c.paid_at))
        statement = select(orders).where(or_(opened, paid))
        if after is not None:
            statement = statement.where(orders.c.id > after)
        rows = await fetch_all(self._connection, statement.order_by(orders.c.id).limit(limit))
        return tuple(order_from(row) for row in rows)

    async def account_figures(self, since: datetime, until: datetime) -> tuple[AccountFigures, ...]:
        """One statement over all lines before *until*."""
        groups = [(_postings.account.startswith(prefix), literal(f"{prefix}*")) for prefix in GROUPED]
        lines = (
            select(
                case(*groups, else_=_postings.account).label("account"),
                _postings.currency,
                _postings.decimals,
                case((_entries.at < since, _postings.units), else_=_NONE).label("before"),
                case((and_(_entries.at >= since, _is_positive()), _postings.units), else_=_NONE).label("came"),
                case((and_(_entries.at >= since, ~_is_positive()), _postings.units), else_=_NONE).label("left"),
            )
            .join(ledger_entries, _entries.id == _postings.entry_id)
            .where(_entries.at < until)
            .subquery()
        )
        key = (lines.c.account, lines.c.currency, lines.c.decimals)
        sums = [sum_as_text(lines.c[name]).label(name) for name in ("before", "came", "left")]
        rows = await fetch_all(self._connection, select(*key, *sums).group_by(*key))
        found = (
            AccountFigures(
                row["account"],
                Currency(row["currency"], row["decimals"]),
                int(row["before"]),
                int(row["came"]),
                int(row["left"]),
            )
            for row in rows
        )
        return tuple(sorted(found, key=lambda one: (one.account, one.currency.code)))

    async def sales(self, since: datetime, until: datetime) -> SalesTotals:
        """Two statements: over the users that came, and over the orders that were paid, each by its index."""
        came = select(func.count().label("users")).select_from(users).where(_within(users.c.created_at, since, until))
        user_row = await fetch_all(self._connection, came)
        earlier = orders.alias("earlier")
        is_renewal = exists().where(
            earlier.c.tg_id == orders.c.tg_id, earlier.c.paid_at < orders.c.paid_at, earlier.c.price > 0
        )
        is_trial, is_sold = orders.c.nonce.startswith(TRIAL_NONCE), orders.c.price > 0
        paid = select(
            func.count().filter(is_trial).label("trials"),
            func.count().filter(is_sold).label("sold"),
            func.count().filter(and_(is_sold, is_renewal)).label("renewals"),
            func.coalesce(func.sum(orders.c.price), 0).label("units"),
        ).where(orders.c.paid_at.is_not(None), _within(orders.c.paid_at, since, until))
        ((row,), (users_row,)) = await fetch_all(self._connection, paid), user_row
        counts = (int(row[name]) for name in ("trials", "sold", "renewals", "units"))
        return SalesTotals(int(users_row["users"]), *counts)

    async def receipt_totals(self, since: datetime, until: datetime) -> tuple[ReceiptTotals, ...]:
        """One statement over the receipts of the period."""
        key = (receipts.c.method, receipts.c.asset, receipts.c.decimals)
        statement = select(*key, func.count().label("count"), sum_as_text(receipts.c.units).label("total"))
        rows = await fetch_all(
            self._connection, statement.where(_within(receipts.c.seen_at, since, until)).group_by(*key)
        )
        found = (
            ReceiptTotals(
                row["method"], row["count"], Money(int(row["total"]), Currency(row["asset"], row["decimals"]))
            )
            for row in rows
        )
        return tuple(sorted(found, key=lambda one: (one.method, one.total.currency.code)))


def _within(column: ColumnElement[Any], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)


def _is_positive() -> ColumnElement[bool]:
    # As text: SQLite keeps units as decimal text. No line is zero.
    return ~cast(_postings.units, Text).startswith("-")
