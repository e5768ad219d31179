"""The statistics as they were counted earlier: fourteen statements, one for each number or breakdown.

There were no indexes for them then, so each statement scanned its table.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.sql.indexes import IS_ALIVE, IS_HOME, IS_UNCONFIRMED
from orbit_adapters.sql.tables import configs, payments, placements, users
from orbit_domain.ids import PanelId
from orbit_domain.money import rub
from orbit_domain.plan.plan import TRIAL
from orbit_domain.stats import KeyStats, PaymentStats, Revenue, Stats, UserStats, Windows

# Word for word as in the indexes, so that each statement may use the one that suits it.
_CONFIRMED = payments.c.status == literal_column("'confirmed'")
_REVENUE = (func.count(), func.coalesce(func.sum(payments.c.amount), 0))
# The planner's default settings, but without indexes: JIT is on by default.
_AS_IT_WAS = (
    "SELECT set_config(name, CASE name WHEN 'jit' THEN 'on' ELSE 'off' END, true) FROM pg_settings"
    " WHERE name IN ('jit', 'enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan')"
)


class SeparateStats:
    """The port `StatsReader` with separate statements. It fulfils the same contract, so the two may be compared.

    *indexed*: whether the statements may use today's indexes, or scan the tables as they did earlier.
    """

    def __init__(self, engine: AsyncEngine, *, indexed: bool) -> None:
        self._engine = engine
        self._indexed = indexed

    async def read(self, now: datetime) -> Stats:
        """Fourteen statements."""
        windows = Windows.at(now)
        async with self._engine.begin() as connection:
            if not self._indexed and connection.dialect.name == "postgresql":
                await connection.exec_driver_sql(_AS_IT_WAS)
            numbers = SeparateNumbers(connection)
            people, money = await numbers.users(windows, now), await numbers.payments(windows)
            keys = await numbers.keys(now)
        return Stats(now.astimezone(UTC), people, money, keys)


class SeparateNumbers:
    """Reads one number after the other."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def users(self, windows: Windows, now: datetime) -> UserStats:
        """Seven statements."""
        all_users = select(func.count()).select_from(users)
        joined = users.c.created_at
        has_time = all_users.where(users.c.subscription_end > now)
        return UserStats(
            total=await self._number(all_users),
            new_today=await self._number(all_users.where(joined >= windows.today)),
            new_week=await self._number(all_users.where(joined >= windows.week)),
            new_month=await self._number(all_users.where(joined >= windows.month)),
            subscribed=await self._number(has_time.where(users.c.plan_code.is_distinct_from(TRIAL))),
            on_trial=await self._number(has_time.where(users.c.plan_code == TRIAL)),
            unreachable=await self._number(all_users.where(users.c.unreachable_at.is_not(None))),
        )

    async def payments(self, windows: Windows) -> PaymentStats:
        """Four statements: each window, and everything by method and status."""
        group = (payments.c.method, payments.c.status)
        ever = {
            (method, status): Revenue(count, rub(int(total)))
            for method, status, count, total in await self._rows(select(*group, *_REVENUE).group_by(*group))
        }
        by_method = {method: revenue for (method, status), revenue in ever.items() if status == "confirmed"}
        return PaymentStats(
            today=await self._since(windows.today),
            week=await self._since(windows.week),
            month=await self._since(windows.month),
            ever=Revenue(
                sum(one.count for one in by_method.values()), sum((one.total for one in by_method.values()), rub(0))
            ),
            pending=sum(revenue.count for (_, status), revenue in ever.items() if status == "pending"),
            expired=sum(revenue.count for (_, status), revenue in ever.items() if status == "expired"),
            by_method=by_method,
        )

    async def keys(self, now: datetime) -> KeyStats:
        """Three statements: everything by panel, what is active, and what waits."""
        alive = select(func.count()).where(IS_ALIVE)
        homes = select(placements.c.panel_id, func.count()).join(configs, configs.c.id == placements.c.key_id)
        panels = homes.where(IS_HOME, IS_ALIVE).group_by(placements.c.panel_id)
        by_panel = {None if panel is None else PanelId(panel): count for panel, count in await self._rows(panels)}
        return KeyStats(
            total=sum(by_panel.values()),
            active=await self._number(alive.where(configs.c.status == "active", configs.c.expires_at > now)),
            unconfirmed=await self._number(alive.where(IS_HOME, IS_UNCONFIRMED, configs.c.id == placements.c.key_id)),
            by_panel=by_panel,
        )

    async def _since(self, begin: datetime) -> Revenue:
        ((count, total),) = await self._rows(select(*_REVENUE).where(_CONFIRMED, payments.c.confirmed_at >= begin))
        return Revenue(count, rub(int(total)))

    async def _number(self, statement: Select[Any]) -> int:
        ((number,),) = await self._rows(statement)
        return int(number)

    async def _rows(self, statement: Select[Any]) -> list[Any]:
        return list((await self._connection.execute(statement)).all())
