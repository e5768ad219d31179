"""The figures of the shop by three aggregate statements, one a table.

Each counts everything it can in one pass, by CASE. They group by stored columns only: of those
PostgreSQL knows that they have few values, and so lets several processes share the pass.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal_column, select, true
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.indexes import IS_ALIVE, IS_UNCONFIRMED
from orbit_adapters.sql.rows import Row, every
from orbit_adapters.sql.tables import configs, payments, users
from orbit_adapters.sql.troubles import Doing, in_our_words
from orbit_adapters.sql.unbroken import unbroken
from orbit_domain.ids import PanelId
from orbit_domain.money import rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.plan.plan import TRIAL
from orbit_domain.stats import KeyStats, PaymentStats, Stats, Takings, UserStats, Windows

Condition = ColumnElement[bool]


class SqlStats:
    """The port `StatsReader`. The three statements share a transaction, not a snapshot: a sale may fall in between."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self, now: datetime) -> Stats:
        """Three statements. Raises StorageTrouble."""
        return await unbroken(self._read(Windows.at(now), now))

    async def _read(self, windows: Windows, now: datetime) -> Stats:
        with in_our_words(Doing.CONNECT):
            async with self._engine.begin() as connection:
                (people,) = await every(connection, count_users(windows, now))
                money = await every(connection, count_payments(windows))
                keys = await every(connection, count_keys(now))
        return Stats(now.astimezone(UTC), UserStats(**people), _payments(money), _keys(keys))


def count_users(windows: Windows, now: datetime) -> Select[Any]:
    """One row: the fields of `UserStats`."""
    has_time = users.c.subscription_end > now
    is_trial = func.coalesce(users.c.plan_code == TRIAL, false())
    return select().add_columns(
        func.count().label("total"),
        _count(users.c.created_at >= windows.today).label("new_today"),
        _count(users.c.created_at >= windows.week).label("new_week"),
        _count(users.c.created_at >= windows.month).label("new_month"),
        _count(and_(has_time, ~is_trial)).label("subscribed"),
        _count(and_(has_time, is_trial)).label("on_trial"),
        func.count(users.c.unreachable_at).label("unreachable"),
    )


def count_payments(windows: Windows) -> Select[Any]:
    """A row for each method and status; every row repeats the takings of the windows.

    The windows are a small part of a large table and have an index of their own, so they are counted apart.
    """
    at, amount = payments.c.confirmed_at, payments.c.amount
    recent = (
        select(
            _count(at >= windows.today).label("today_count"),
            func.sum(case((at >= windows.today, amount))).label("today_total"),
            _count(at >= windows.week).label("week_count"),
            func.sum(case((at >= windows.week, amount))).label("week_total"),
            func.count().label("month_count"),
            func.sum(amount).label("month_total"),
        )
        .where(payments.c.status == literal_column("'confirmed'"), at >= windows.month)
        .subquery("recent")
    )
    group = (payments.c.method, payments.c.status)
    ever = (
        select(*group, func.count().label("count"), func.sum(amount).label("total")).group_by(*group).subquery("ever")
    )
    return select(ever, recent).select_from(ever.join(recent, true()))


def count_keys(now: datetime) -> Select[Any]:
    """A row for each panel, of keys that aren't deleted."""
    is_active = and_(configs.c.status == literal_column("'active'"), configs.c.expires_at > now)
    counts = (
        func.count().label("total"), _count(is_active).label("active"), _count(IS_UNCONFIRMED).label("unconfirmed"),
    )  # fmt: skip
    return select(configs.c.panel_id, *counts).where(IS_ALIVE).group_by(configs.c.panel_id)


def _count(condition: Condition) -> ColumnElement[int]:
    return func.count(case((condition, literal_column("1"))))


def _payments(rows: Sequence[Row]) -> PaymentStats:
    confirmed = [row for row in rows if row["status"] == PaymentStatus.CONFIRMED]
    by_method = {row["method"]: _takings(row["count"], row["total"]) for row in confirmed}
    unpaid = {
        status: sum(row["count"] for row in rows if row["status"] == status)
        for status in (PaymentStatus.PENDING, PaymentStatus.EXPIRED)
    }
    return PaymentStats(
        today=_recent(rows, "today"),
        week=_recent(rows, "week"),
        month=_recent(rows, "month"),
        ever=_together(by_method.values()),
        pending=unpaid[PaymentStatus.PENDING],
        expired=unpaid[PaymentStatus.EXPIRED],
        by_method=by_method,
    )


def _keys(rows: Sequence[Row]) -> KeyStats:
    return KeyStats(
        total=sum(row["total"] for row in rows),
        active=sum(row["active"] for row in rows),
        unconfirmed=sum(row["unconfirmed"] for row in rows),
        by_panel={None if row["panel_id"] is None else PanelId(row["panel_id"]): row["total"] for row in rows},
    )


def _recent(rows: Sequence[Row], window: str) -> Takings:
    if not rows:
        return _takings(0, None)
    return _takings(rows[0][f"{window}_count"], rows[0][f"{window}_total"])


def _together(parts: Iterable[Takings]) -> Takings:
    kept = list(parts)
    return Takings(sum(one.count for one in kept), sum((one.total for one in kept), rub(0)))


def _takings(count: int, total: Any) -> Takings:
    # PostgreSQL answers a sum of BIGINTs as a decimal, which is whole; a sum of nothing is null.
    return Takings(count, rub(int(total or 0)))
