"""The figures of the shop by three aggregate statements, one a table.

Each reads its table once and sorts every row into a few boxes with CASE; the boxes, a few dozen at
most, are added up here. That costs one addition a row instead of one for every figure.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.indexes import IS_ALIVE, IS_UNCONFIRMED
from orbit_adapters.sql.rows import Row, every
from orbit_adapters.sql.tables import configs, payments, users
from orbit_adapters.sql.unbroken import unbroken
from orbit_domain.ids import PanelId
from orbit_domain.money import rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.plan.plan import TRIAL
from orbit_domain.stats import KeyStats, PaymentStats, Stats, Takings, UserStats, Windows

Box = ColumnElement[Any]


class Age(IntEnum):
    """The smallest window that holds a moment; OLDER also stands for no moment at all."""

    TODAY = 0
    WEEK = 1
    MONTH = 2
    OLDER = 3


class Time(IntEnum):
    """What of a subscription is left."""

    NONE = 0
    TRIAL = 1
    PAID = 2


class SqlStats:
    """The port `StatsReader`. The three statements share a transaction, not a snapshot: a sale may fall in between."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self, now: datetime) -> Stats:
        """Three statements, each of which reads a whole table."""
        return await unbroken(self._read(Windows.at(now), now))

    async def _read(self, windows: Windows, now: datetime) -> Stats:
        async with self._engine.begin() as connection:
            people = await every(connection, user_boxes(windows, now))
            money = await every(connection, payment_boxes(windows))
            keys = await every(connection, key_boxes(now))
        return Stats(now.astimezone(UTC), _users(people), _payments(money), _keys(keys))


def user_boxes(windows: Windows, now: datetime) -> Select[Any]:
    """Users by age, by the time they have, and by whether they can be written to."""
    has_time = users.c.subscription_end > now
    is_trial = and_(has_time, users.c.plan_code == TRIAL)
    return _counted(
        select(
            _age(users.c.created_at, windows).label("age"),
            case(
                (is_trial, _literal(Time.TRIAL)), (has_time, _literal(Time.PAID)), else_=_literal(Time.NONE)
            ).label("time"),
            _flag(users.c.unreachable_at.is_not(None)).label("unreachable"),
        )
    )


def payment_boxes(windows: Windows) -> Select[Any]:
    """Payments by method, status and how long ago they were confirmed, with the sum of their amounts."""
    rows = select(
        payments.c.method, payments.c.status, _age(payments.c.confirmed_at, windows).label("age"), payments.c.amount
    ).subquery("boxed")
    boxes = (rows.c.method, rows.c.status, rows.c.age)
    return select(*boxes, func.count().label("count"), func.sum(rows.c.amount).label("total")).group_by(*boxes)


def key_boxes(now: datetime) -> Select[Any]:
    """Keys that aren't deleted by panel, by whether they work and whether their panel has confirmed them."""
    is_active = and_(configs.c.status == literal_column("'active'"), configs.c.expires_at > now)
    return _counted(
        select(
            configs.c.panel_id, _flag(is_active).label("active"), _flag(IS_UNCONFIRMED).label("unconfirmed")
        ).where(IS_ALIVE)
    )


def _counted(boxed: Select[Any]) -> Select[Any]:
    # Grouped from outside: PostgreSQL doesn't see that two CASEs with parameters are the same one.
    boxes = boxed.subquery("boxed").c
    return select(*boxes, func.count().label("count")).group_by(*boxes)


def _age(moment: ColumnElement[Any], windows: Windows) -> Box:
    return case(
        (moment >= windows.today, _literal(Age.TODAY)),
        (moment >= windows.week, _literal(Age.WEEK)),
        (moment >= windows.month, _literal(Age.MONTH)),
        else_=_literal(Age.OLDER),
    )


def _flag(condition: ColumnElement[bool]) -> Box:
    return case((condition, literal_column("1")), else_=literal_column("0"))


def _literal(box: IntEnum) -> ColumnElement[int]:
    return literal_column(str(int(box)))


def _users(boxes: Sequence[Row]) -> UserStats:
    return UserStats(
        total=_count(boxes),
        new_today=_count(_within(boxes, Age.TODAY)),
        new_week=_count(_within(boxes, Age.WEEK)),
        new_month=_count(_within(boxes, Age.MONTH)),
        subscribed=_count(box for box in boxes if box["time"] == Time.PAID),
        on_trial=_count(box for box in boxes if box["time"] == Time.TRIAL),
        unreachable=_count(box for box in boxes if box["unreachable"]),
    )


def _payments(boxes: Sequence[Row]) -> PaymentStats:
    confirmed = [box for box in boxes if box["status"] == PaymentStatus.CONFIRMED]
    methods = {str(box["method"]) for box in confirmed}
    return PaymentStats(
        today=_takings(_within(confirmed, Age.TODAY)),
        week=_takings(_within(confirmed, Age.WEEK)),
        month=_takings(_within(confirmed, Age.MONTH)),
        ever=_takings(confirmed),
        pending=_count(box for box in boxes if box["status"] == PaymentStatus.PENDING),
        expired=_count(box for box in boxes if box["status"] == PaymentStatus.EXPIRED),
        by_method={method: _takings(box for box in confirmed if box["method"] == method) for method in methods},
    )


def _keys(boxes: Sequence[Row]) -> KeyStats:
    panels = {box["panel_id"] for box in boxes}
    return KeyStats(
        total=_count(boxes),
        active=_count(box for box in boxes if box["active"]),
        unconfirmed=_count(box for box in boxes if box["unconfirmed"]),
        by_panel={
            None if panel is None else PanelId(panel): _count(box for box in boxes if box["panel_id"] == panel)
            for panel in panels
        },
    )


def _within(boxes: Iterable[Row], age: Age) -> list[Row]:
    return [box for box in boxes if box["age"] <= age]


def _count(boxes: Iterable[Row]) -> int:
    return sum(int(box["count"]) for box in boxes)


def _takings(boxes: Iterable[Row]) -> Takings:
    kept = list(boxes)
    # PostgreSQL answers a sum of BIGINTs as a decimal, which is whole.
    return Takings(_count(kept), rub(sum(int(box["total"]) for box in kept)))
