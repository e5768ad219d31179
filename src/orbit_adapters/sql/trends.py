"""How the shop went, by three aggregate statements: revenue, new users, and what became of trials and customers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal_column, not_, select, true
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import SNAPSHOT
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.indexes import HAD_TRIAL, IS_BOUGHT, IS_CONFIRMED
from orbit_adapters.sql.query import Row, fetch_all
from orbit_adapters.sql.shield import run_to_completion
from orbit_adapters.sql.tables import orders, payments, users
from orbit_domain.money import Currency, Money
from orbit_domain.plan.plan import TRIAL
from orbit_domain.stats import RETURN_TIME, ChurnStats, Revenue, Span, Trends, TrialStats

_ONE: ColumnElement[int] = literal_column("1")


class SqlTrends:
    """The port `TrendsReader`. The three statements see one moment, and hold up nobody who writes."""

    def __init__(self, engine: AsyncEngine, base: Currency) -> None:
        self._snapshots = engine.execution_options(**SNAPSHOT[engine.dialect.name])
        self._base = base

    async def read(self, now: datetime, span: Span) -> Trends:
        """Three statements. Raises StorageError."""
        return await run_to_completion(self._read(now, span, span.begins(now)))

    async def _read(self, now: datetime, span: Span, begins: Sequence[datetime]) -> Trends:
        with translate_errors(Operation.CONNECT):
            async with self._snapshots.begin() as connection:
                money = await fetch_all(connection, count_revenue(begins))
                people = await fetch_all(connection, count_new_users(begins))
                (fate,) = await fetch_all(connection, count_fates(begins[0], now))
        new_users = {row["part"]: row["count"] for row in people}
        return Trends(
            at=now.astimezone(UTC),
            span=span,
            begins=tuple(begins),
            base=self._base,
            revenue=self._by_method(money, len(begins)),
            new_users=tuple(new_users.get(part, 0) for part in range(len(begins))),
            trials=TrialStats(fate["began"], fate["running"], fate["paid"]),
            churn=ChurnStats(fate["customers"], fate["lost"]),
        )

    def _by_method(self, rows: Sequence[Row], parts: int) -> dict[str, tuple[Revenue, ...]]:
        # PostgreSQL returns a sum of BIGINTs as a whole decimal.
        found = {
            (row["method"], row["part"]): Revenue(row["count"], Money(int(row["total"]), self._base)) for row in rows
        }
        nothing = Revenue(0, Money(0, self._base))
        return {
            method: tuple(found.get((method, part), nothing) for part in range(parts))
            for method in sorted({method for method, _ in found})
        }


def count_revenue(begins: Sequence[datetime]) -> Select[Any]:
    """A row for each method and part in which something was confirmed, from the index of confirmed payments."""
    at = payments.c.confirmed_at
    confirmed = (
        select(payments.c.method, payments.c.amount, _part(at, begins).label("part"))
        .where(IS_CONFIRMED, at >= begins[0])
        .subquery("confirmed")
    )
    counts = (func.count().label("count"), func.sum(confirmed.c.amount).label("total"))
    return select(confirmed.c.method, confirmed.c.part, *counts).group_by(confirmed.c.method, confirmed.c.part)


def count_new_users(begins: Sequence[datetime]) -> Select[Any]:
    """A row for each part in which somebody pressed /start for the first time."""
    at = users.c.created_at
    joined = select(_part(at, begins).label("part")).where(at >= begins[0]).subquery("joined")
    return select(joined.c.part, func.count().label("count")).group_by(joined.c.part)


def count_fates(begin: datetime, now: datetime) -> Select[Any]:
    """One row: the fields of `TrialStats` and of `ChurnStats`."""
    ends_at = users.c.subscription_end
    has_paid = exists(_ONE).where(orders.c.tg_id == users.c.tg_id, IS_BOUGHT, orders.c.paid_at >= users.c.trial_used_at)
    tried = (
        select(
            has_paid.label("has_paid"),
            func.coalesce(and_(users.c.plan_code == TRIAL, ends_at > now), false()).label("has_time"),
        )
        .where(HAD_TRIAL, users.c.trial_used_at >= begin)
        .subquery("tried")
    )
    trials = select(
        func.count().label("began"),
        _count(and_(tried.c.has_time, not_(tried.c.has_paid))).label("running"),
        _count(tried.c.has_paid).label("paid"),
    ).subquery("trials")
    was_customer = exists(_ONE).where(orders.c.tg_id == users.c.tg_id, IS_BOUGHT, orders.c.paid_at < begin)
    churn = (
        select(func.count().label("customers"), _count(ends_at <= now - RETURN_TIME).label("lost"))
        .where(ends_at.is_not(None), ends_at >= begin, was_customer)
        .subquery("churn")
    )
    return select(trials, churn).select_from(trials.join(churn, true()))


def _part(at: ColumnElement[datetime], begins: Sequence[datetime]) -> ColumnElement[int]:
    """The number of the part that holds *at*, which isn't before the first one."""
    numbered = reversed(list(enumerate(begins)))
    return case(*((at >= begin, literal_column(str(number))) for number, begin in numbered))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, _ONE)))
