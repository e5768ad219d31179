"""The ledger audit: one statement for each check, computed by the database.

Only the end of a subscription is computed here, because its rule isn't a sum.
"""

from itertools import groupby
from typing import Any

from sqlalchemy import Subquery, Text, and_, cast, except_, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, fetch_all, fetch_one
from orbit_adapters.sql.receipts import RECEIPT_REF
from orbit_adapters.sql.tables import grants, ledger_entries, ledger_postings, orders, receipts, ton_transactions, users
from orbit_adapters.sql.types import WholeUnits, exact_sum
from orbit_adapters.sql.users import grant_from
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.ledger.repository import LedgerAudit
from orbit_domain.order.order import OrderState
from orbit_domain.subscription.subscription import fold

_PAID = (OrderState.PAID, OrderState.DELIVERED, OrderState.REFUNDED)
_entries, _postings = ledger_entries.c, ledger_postings.c


async def audit_ledger(connection: AsyncConnection) -> LedgerAudit:
    """Every contradiction that is found, each kind in order."""
    count = await fetch_one(connection, select(func.count().label("entries")).select_from(ledger_entries))
    return LedgerAudit(
        entries=count["entries"] if count else 0,
        unbalanced=tuple(sorted(f"{row['kind']}/{row['ref']}" for row in await fetch_all(connection, _unbalanced()))),
        wrong_balances=tuple(TelegramId(row["tg_id"]) for row in await fetch_all(connection, _wrong_balances())),
        missing_receipts=await _names(connection, _missing_receipts()),
        wrong_orders=tuple(
            sorted({*await _names(connection, _unpaid_orders()), *await _names(connection, _debits_without_order())})
        ),
        wrong_subscriptions=await _wrong_subscriptions(connection),
        wrong_receipts=await _names(connection, _wrong_receipts()),
    )


async def _names(connection: AsyncConnection, statement: Any) -> tuple[str, ...]:
    return tuple(sorted(row["name"] for row in await fetch_all(connection, statement)))


def _unbalanced() -> Any:
    unbalanced = select(_postings.entry_id).group_by(_postings.entry_id, _postings.currency)
    unbalanced = unbalanced.having(exact_sum(_postings.units) != 0)
    empty = ~exists().where(_postings.entry_id == _entries.id)
    return select(_entries.kind, _entries.ref).where(or_(_entries.id.in_(unbalanced), empty))


def _wrong_balances() -> Any:
    balances = (
        select(_postings.account, exact_sum(_postings.units).label("total"))
        .where(_postings.account.startswith("user:"))
        .group_by(_postings.account)
        .subquery()
    )
    account = literal("user:") + cast(users.c.tg_id, Text)
    return (
        select(users.c.tg_id)
        .outerjoin(balances, balances.c.account == account)
        .where(users.c.balance != func.coalesce(balances.c.total, 0))
        .order_by(users.c.tg_id)
    )


def _missing_receipts() -> Any:
    booked = exists().where(_entries.kind == EntryKind.RECEIPT, _entries.ref == RECEIPT_REF)
    return select(RECEIPT_REF.label("name")).select_from(receipts).where(~booked)


def _wrong_receipts() -> Any:
    """Receipts of the chain that differ from its raw log. A receipt without a row there has nothing to differ from."""
    log = ton_transactions.c
    # From the log to the receipts: their primary key is what both databases can look up.
    is_of_row = and_(
        receipts.c.source == literal("ton:") + log.network + ":" + log.account,
        receipts.c.external_id == cast(log.lt, Text),
    )
    differs = or_(receipts.c.units != log.amount, receipts.c.asset != log.asset, receipts.c.decimals != log.decimals)
    rows = select(RECEIPT_REF.label("name")).select_from(ton_transactions.join(receipts, is_of_row))
    return rows.where(differs)


def _paid_orders() -> Subquery:
    """Orders that were paid, with the reference of their debit."""
    name = cast(orders.c.id, Text).label("name")
    paid = select(name, orders.c.tg_id, orders.c.price, orders.c.currency)
    return paid.where(orders.c.state.in_(_PAID), orders.c.price > 0).subquery()


def _unpaid_orders() -> Any:
    paid_order = _paid_orders().c
    paid = (
        exists()
        .where(_entries.kind == EntryKind.ORDER, _entries.ref == paid_order.name, _postings.entry_id == _entries.id)
        .where(
            and_(
                _postings.account == literal("user:") + cast(paid_order.tg_id, Text),
                _postings.currency == paid_order.currency,
                _postings.units == cast(-paid_order.price, WholeUnits),
            )
        )
    )
    return select(paid_order.name).where(~paid)


def _debits_without_order() -> Any:
    # As a set difference: SQLite would scan all orders for each debit.
    debits = select(_entries.ref.label("name")).where(_entries.kind == EntryKind.ORDER)
    return except_(debits, select(_paid_orders().c.name))


async def _wrong_subscriptions(connection: AsyncConnection) -> tuple[TelegramId, ...]:
    given = (
        select(users.c.subscription_end, users.c.tg_id.label("owner"), grants)
        .outerjoin(grants, grants.c.tg_id == users.c.tg_id)
        .where(or_(users.c.subscription_end.is_not(None), grants.c.id.is_not(None)))
        .order_by(users.c.tg_id, grants.c.id)
    )
    rows = await fetch_all(connection, given)
    return tuple(
        TelegramId(owner)
        for owner, its in groupby(rows, key=lambda row: row["owner"])
        if not _ends_right(TelegramId(owner), list(its))
    )


def _ends_right(owner: TelegramId, rows: list[Row]) -> bool:
    grants_given = [grant_from(row) for row in rows if row["cause"] is not None]
    return bool(rows[0]["subscription_end"] == fold(owner, grants_given))
