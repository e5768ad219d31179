"""The shop's statistics by three aggregate statements, one for each table.

Each counts with CASE over one index and doesn't read the table. They group by stored columns only: PostgreSQL has
statistics that these have few values, and therefore plans a parallel scan.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal_column, null, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import SNAPSHOT
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.indexes import IS_ALIVE, IS_CONFIRMED, IS_HOME, IS_UNCONFIRMED
from orbit_adapters.sql.query import Row, fetch_all
from orbit_adapters.sql.shield import run_to_completion
from orbit_adapters.sql.tables import configs, payments, placements, users
from orbit_domain.ids import PanelId
from orbit_domain.money import Currency, Money
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.plan.plan import TRIAL
from orbit_domain.stats import KeyStats, PaymentStats, Revenue, Stats, UserStats, Windows

Condition = ColumnElement[bool]


class SqlStats:
    """The port `StatsReader`. The three statements see one moment, and hold up nobody who writes."""

    def __init__(self, engine: AsyncEngine, base: Currency) -> None:
        self._snapshots = engine.execution_options(**SNAPSHOT[engine.dialect.name])
        self._base = base

    async def read(self, now: datetime) -> Stats:
        """Three statements. Raises StorageError."""
        return await run_to_completion(self._read(Windows.at(now), now))

    async def _read(self, windows: Windows, now: datetime) -> Stats:
        with translate_errors(Operation.CONNECT):
            async with self._snapshots.begin() as connection:
                (people,) = await fetch_all(connection, count_users(windows, now))
                money = await fetch_all(connection, count_payments(windows))
                keys = await fetch_all(connection, count_keys(now))
        return Stats(now.astimezone(UTC), UserStats(**people), _payments(money, self._base), _keys(keys))


def count_users(windows: Windows, now: datetime) -> Select[Any]:
    """One row: the fields of `UserStats`. Each part is counted from an index of its own, in one statement."""
    joined, ends_at = users.c.created_at, users.c.subscription_end
    all_users = select(func.count().label("total")).select_from(users).subquery("all_users")
    new_users = (
        select(
            _count(joined >= windows.today).label("new_today"),
            _count(joined >= windows.week).label("new_week"),
            func.count().label("new_month"),
        )
        .where(joined >= windows.month)
        .subquery("new_users")
    )
    is_trial = func.coalesce(users.c.plan_code == TRIAL, false())
    subscribers = (
        select(_count(~is_trial).label("subscribed"), _count(is_trial).label("on_trial"))
        .where(ends_at.is_not(None), ends_at > now)
        .subquery("subscribers")
    )
    blocked = users.c.unreachable_at.is_not(None)
    unreachable_users = (
        select(func.count().label("unreachable")).select_from(users).where(blocked).subquery("unreachable_users")
    )
    parts = all_users.join(new_users, true()).join(subscribers, true()).join(unreachable_users, true())
    return select(all_users, new_users, subscribers, unreachable_users).select_from(parts)


def count_payments(windows: Windows) -> Select[Any]:
    """A row for each method with its revenue, and one for each unpaid status, without a method.

    Every row repeats the revenue of the windows: a small part of a large table, counted separately.
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
        .where(IS_CONFIRMED, at >= windows.month)
        .subquery("recent")
    )
    paid = (
        select(
            payments.c.method,
            literal_column("'confirmed'").label("status"),
            func.count().label("count"),
            func.sum(amount).label("total"),
        )
        .where(IS_CONFIRMED)
        .group_by(payments.c.method)
    )
    unpaid = (
        select(null(), payments.c.status, func.count(), null())
        .where(payments.c.status.in_([literal_column("'pending'"), literal_column("'expired'")]))
        .group_by(payments.c.status)
    )
    ever = union_all(paid, unpaid).subquery("ever")
    return select(ever, recent).select_from(recent.join(ever, true()))


def count_keys(now: datetime) -> Select[Any]:
    """A row for each panel, of keys that aren't deleted and have their home there."""
    is_active = and_(configs.c.status == literal_column("'active'"), configs.c.expires_at > now)
    counts = (
        func.count().label("total"), _count(is_active).label("active"), _count(IS_UNCONFIRMED).label("unconfirmed"),
    )  # fmt: skip
    is_home = and_(placements.c.key_id == configs.c.id, IS_HOME)
    homes = select(placements.c.panel_id, *counts).select_from(configs).join(placements, is_home)
    return homes.where(IS_ALIVE).group_by(placements.c.panel_id)


def _count(condition: Condition) -> ColumnElement[int]:
    return func.count(case((condition, literal_column("1"))))


def _payments(rows: Sequence[Row], base: Currency) -> PaymentStats:
    confirmed = [row for row in rows if row["status"] == PaymentStatus.CONFIRMED]
    by_method = {row["method"]: _revenue(row["count"], row["total"], base) for row in confirmed}
    unpaid = {
        status: sum(row["count"] for row in rows if row["status"] == status)
        for status in (PaymentStatus.PENDING, PaymentStatus.EXPIRED)
    }
    return PaymentStats(
        today=_recent(rows, "today", base),
        week=_recent(rows, "week", base),
        month=_recent(rows, "month", base),
        ever=_total_of(by_method.values(), base),
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


def _recent(rows: Sequence[Row], window: str, base: Currency) -> Revenue:
    if not rows:
        return _revenue(0, None, base)
    return _revenue(rows[0][f"{window}_count"], rows[0][f"{window}_total"], base)


def _total_of(parts: Iterable[Revenue], base: Currency) -> Revenue:
    kept = list(parts)
    return Revenue(sum(one.count for one in kept), sum((one.total for one in kept), Money(0, base)))


def _revenue(count: int, total: Any, base: Currency) -> Revenue:
    # PostgreSQL returns a sum of BIGINTs as a whole decimal; a sum of no rows is NULL.
    return Revenue(count, Money(int(total or 0), base))
