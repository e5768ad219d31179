"""What the lines of a statement are about, in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.orders import terms_from
from orbit_adapters.sql.query import Row, fetch_all
from orbit_adapters.sql.tables import orders, payments, receipts
from orbit_domain.bookkeeping.statements import LineSubject
from orbit_domain.ledger.ledger import StatementLine
from orbit_domain.ledger.names import credited_receipt, order_of_entry, refunded_payment
from orbit_domain.payment.payment import Method

_Name = tuple[object, ...]
_COLUMNS = {
    "source": receipts.c.source, "external_id": receipts.c.external_id, "payment_id": payments.c.id,
    "order_id": orders.c.id, "method": receipts.c.method, "plan": orders.c.plan,
}  # fmt: skip


class SqlStatements:
    """The port `Statements`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def subjects(self, lines: Sequence[StatementLine]) -> Mapping[str, LineSubject]:
        """What each line is about, by its `ref`: one statement, however many lines there are."""
        names = {line.ref: name for line in lines if (name := _name(line)) is not None}
        parts = _parts(set(names.values()))
        if not parts:
            return {}
        rows = await fetch_all(self._connection, union_all(*parts))
        found = {_name_of(row): _subject(row) for row in rows}
        return {ref: found[name] for ref, name in names.items() if name in found}


def _name(line: StatementLine) -> _Name | None:
    """The kind of thing that the line is about, and its key."""
    receipt_key = credited_receipt(line.kind, line.ref)
    if receipt_key is not None:
        return ("receipt", *receipt_key)
    payment_id, order_id = refunded_payment(line.kind, line.ref), order_of_entry(line.kind, line.ref)
    if payment_id is not None:
        return ("payment", payment_id)
    return None if order_id is None else ("order", order_id)


def _parts(names: set[_Name]) -> list[Select[Any]]:
    """A part for each kind of thing, each by its primary key."""
    of_kind = {kind: sorted(name[1:] for name in names if name[0] == kind) for kind in ("receipt", "payment", "order")}
    keys = [
        and_(receipts.c.source == source, receipts.c.external_id == external_id)
        for source, external_id in of_kind["receipt"]
    ]
    payment_ids, order_ids = ([key for (key,) in of_kind[kind]] for kind in ("payment", "order"))
    parts = []
    if keys:
        named = {name: receipts.c[name] for name in ("source", "external_id", "method")}
        parts.append(_part(named).where(or_(*keys)))
    if payment_ids:
        of_payment = {"payment_id": payments.c.id, "method": payments.c.method}
        parts.append(_part(of_payment).where(payments.c.id.in_(payment_ids)))
    if order_ids:
        parts.append(_part({"order_id": orders.c.id, "plan": orders.c.plan}).where(orders.c.id.in_(order_ids)))
    return parts


def _part(columns: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """A SELECT with all the columns, of which those that aren't given are NULL."""
    every = [columns.get(name, cast(null(), column.type)).label(name) for name, column in _COLUMNS.items()]
    return select(*every)


def _name_of(row: Row) -> _Name:
    if row["order_id"] is not None:
        return ("order", row["order_id"])
    if row["payment_id"] is not None:
        return ("payment", row["payment_id"])
    return ("receipt", row["source"], row["external_id"])


def _subject(row: Row) -> LineSubject:
    if row["order_id"] is not None:
        return LineSubject(bought=terms_from(row["plan"]))
    return LineSubject(method=Method(row["method"]))
