"""What a reconciliation reads, in SQL: one statement for each question."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    except_,
    exists,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_ALIVE
from orbit_adapters.sql.query import fetch_all, fetch_one
from orbit_adapters.sql.source_records import record_from
from orbit_adapters.sql.source_tables import source_records
from orbit_adapters.sql.tables import configs, grants, ledger_entries, ledger_postings, orders, receipts, users
from orbit_adapters.sql.types import WholeUnits, sum_as_text
from orbit_domain.bookkeeping.comparisons import AssetAccount
from orbit_domain.ids import KeyId, OrderId, TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.ledger.wallet_entries import MOVED_SUFFIX
from orbit_domain.money import Currency
from orbit_domain.order.order import OrderState
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.subscription.subscription import order_of

_log = source_records.c
_entries, _postings = ledger_entries.c, ledger_postings.c
_ASSET = "asset:"
_ORDER = "order:"
_IN_ORDER = (_log.occurred_at, _log.external_id)
_NONE = cast(literal_column("'0'"), WholeUnits)
_ORDER_CAUSE = literal(_ORDER) + cast(orders.c.id, Text)
_TRIAL_CAUSE = literal("trial:") + cast(orders.c.tg_id, Text)


class SqlComparisons:
    """The port `Comparisons`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def first_record(self, source: str) -> SourceRecord | None:
        """The oldest record of *source*."""
        return await self._record(_of(source).order_by(*_IN_ORDER))

    async def last_record_before(self, source: str, at: datetime) -> SourceRecord | None:
        """The newest record of *source* that is older than *at*."""
        newest = [column.desc() for column in _IN_ORDER]
        return await self._record(_of(source).where(_log.occurred_at < at).order_by(*newest))

    async def records(
        self, source: str, since: datetime, until: datetime, after: SourceRecord | None, limit: int
    ) -> tuple[SourceRecord, ...]:
        """One page, in order."""
        statement = _of(source).where(_log.occurred_at >= since, _log.occurred_at < until)
        if after is not None:
            place = tuple_(
                literal(after.occurred_at, _log.occurred_at.type), literal(after.external_id, _log.external_id.type)
            )
            statement = statement.where(tuple_(*_IN_ORDER) > place)
        rows = await fetch_all(self._connection, statement.order_by(*_IN_ORDER).limit(limit))
        return tuple(record_from(row) for row in rows)

    async def asset_accounts(self) -> tuple[AssetAccount, ...]:
        """Sums by account of the lines, and of the receipts as if they stood there."""
        found = (
            AssetAccount(
                row["account"][len(_ASSET) : -len(row["asset"]) - 1],
                Currency(row["asset"], row["decimals"]),
                int(row["stands"]),
                -int(row["booked"]),
                int(row["received"]),
            )
            for row in await fetch_all(self._connection, _accounts())
        )
        return tuple(sorted(found, key=lambda one: (one.method, one.currency.code)))

    async def orders_without_time(self, limit: int) -> tuple[tuple[OrderId, TelegramId], ...]:
        """Paid orders without a grant of their cause; a trial has another one, and a gift none until it is taken."""
        # Two questions: with OR between them PostgreSQL would ask for each order anew.
        given = exists().where(grants.c.cause == _ORDER_CAUSE)
        tried = and_(orders.c.price == 0, exists().where(grants.c.cause == _TRIAL_CAUSE))
        paid = orders.c.state.in_((OrderState.PAID, OrderState.DELIVERED))
        awaited = and_(orders.c.is_gift, orders.c.taken_by.is_(None))
        missing = select(orders.c.id, orders.c.tg_id).where(paid, ~given, ~tried, ~awaited)
        statement = missing.order_by(orders.c.id).limit(limit)
        rows = await fetch_all(self._connection, statement)
        return tuple((OrderId(row["id"]), TelegramId(row["tg_id"])) for row in rows)

    async def time_without_order(self, limit: int) -> tuple[tuple[OrderId, TelegramId], ...]:
        """Grants of orders that are open, cancelled or not there."""
        of_order = and_(grants.c.cause >= _ORDER, grants.c.cause < "order;")
        paid = orders.c.state.not_in((OrderState.OPEN, OrderState.CANCELLED))
        # As a set difference: SQLite would scan all orders for each grant.
        causes = except_(select(grants.c.cause).where(of_order), select(_ORDER_CAUSE).where(paid))
        wrong = grants.c.cause.in_(causes)
        statement = select(grants.c.cause, grants.c.tg_id).where(wrong).order_by(grants.c.cause).limit(limit)
        found = (
            (order_of(row["cause"]), TelegramId(row["tg_id"])) for row in await fetch_all(self._connection, statement)
        )
        return tuple((order_id, tg_id) for order_id, tg_id in found if order_id is not None)

    async def customers_without_key(self, now: datetime, limit: int) -> tuple[TelegramId, ...]:
        """Customers with time left who never had a key: whoever has deleted the last one may add another."""
        has_key = exists().where(configs.c.tg_id == users.c.tg_id)
        has_time = and_(users.c.subscription_end.is_not(None), users.c.subscription_end > now)
        statement = select(users.c.tg_id).where(has_time, ~has_key).order_by(users.c.tg_id).limit(limit)
        return tuple(TelegramId(row["tg_id"]) for row in await fetch_all(self._connection, statement))

    async def keys_without_time(self, now: datetime, limit: int) -> tuple[tuple[KeyId, TelegramId], ...]:
        """Keys that work, of customers without any grant."""
        given = exists().where(grants.c.tg_id == configs.c.tg_id)
        works = and_(IS_ALIVE, configs.c.status == literal_column("'active'"), configs.c.expires_at > now)
        statement = select(configs.c.id, configs.c.tg_id).where(works, ~given).order_by(configs.c.id).limit(limit)
        rows = await fetch_all(self._connection, statement)
        return tuple((KeyId(row["id"]), TelegramId(row["tg_id"])) for row in rows)

    async def _record(self, statement: Any) -> SourceRecord | None:
        row = await fetch_one(self._connection, statement.limit(1))
        return record_from(row) if row is not None else None


def _of(source: str) -> Any:
    return select(source_records).where(_log.source == source)


def _accounts() -> Any:
    """A row for each account: what stands there, what receipts have booked there, and what arrived."""
    method, asset, decimals = receipts.c.method, receipts.c.asset, receipts.c.decimals
    account = (literal(_ASSET) + method + literal(":") + asset).label("account")
    arrived = select(account, asset, decimals, _NONE.label("stands"), _NONE.label("booked"), receipts.c.units)
    of_receipts = and_(_entries.kind == EntryKind.RECEIPT, ~_entries.ref.endswith(MOVED_SUFFIX, autoescape=True))
    booked = case((of_receipts, _postings.units), else_=_NONE)
    moved = (
        select(_postings.account, _postings.currency, _postings.decimals, _postings.units, booked, _NONE)
        .join(ledger_entries, _entries.id == _postings.entry_id)
        .where(_postings.account.startswith(_ASSET))
    )
    both = union_all(arrived, moved).subquery()
    columns: Sequence[ColumnElement[Any]] = (both.c.account, both.c.asset, both.c.decimals)
    return select(
        *columns,
        sum_as_text(both.c.stands).label("stands"),
        sum_as_text(both.c.booked).label("booked"),
        sum_as_text(both.c.units).label("received"),
    ).group_by(*columns)
