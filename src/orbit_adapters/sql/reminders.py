"""Whose reminder is due and not in the outbox yet: one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, and_, case, cast, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from orbit_adapters.sql.tables import outbox, users
from orbit_domain.subscription.reminders import ReminderWindow

_ENDS_AT = users.c.subscription_end


class iso_format(GenericFunction[str]):  # noqa: N801 - named as the SQL function is
    """A column of `UtcDateTime` as Python's `datetime.isoformat` writes it in UTC."""

    type = Text()
    name = "iso_format"
    inherit_cache = True


@compiles(iso_format, "postgresql")
def _postgres_iso_format(element: iso_format, compiler: Any, **rest: Any) -> str:
    moment = compiler.process(element.clauses, **rest)
    text = f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    return f"(replace({text}, '.000000', '') || '+00:00')"


@compiles(iso_format, "sqlite")
def _sqlite_iso_format(element: iso_format, compiler: Any, **rest: Any) -> str:
    moment = compiler.process(element.clauses, **rest)
    seconds = f"strftime('%Y-%m-%dT%H:%M:%S', {moment} / 1000000, 'unixepoch')"
    text = f"{seconds} || printf('.%06d', {moment} % 1000000)"
    return f"(replace({text}, '.000000', '') || '+00:00')"


def unreminded(windows: Sequence[ReminderWindow], limit: int) -> Select[Any]:
    """The users in one of *windows* without a message of that reminder's dedupe key, by (end, user)."""
    kind = case(*((_is_in(window), literal(str(window.kind))) for window in windows))
    # Written as `PeriodEnding.dedupe_key` writes it; the contract of the storage holds the two together.
    reminder = message_of_period(literal("reminder:") + kind)
    return (
        select(users)
        .where(
            min(window.ends_after for window in windows) < _ENDS_AT,
            max(window.ends_until for window in windows) >= _ENDS_AT,
            kind.is_not(None),
            reminder.is_(None),
        )
        .order_by(_ENDS_AT, users.c.tg_id)
        .limit(limit)
    )


def message_of_period(kind: ColumnElement[str]) -> ScalarSelect[Any]:
    """The id of the message whose dedupe key is *kind*, the user and the period's end; null without one."""
    dedupe = kind + literal(":") + cast(users.c.tg_id, Text) + literal(":") + iso_format(_ENDS_AT)
    # A scalar, not EXISTS: PostgreSQL would rather read the whole outbox than look up each key.
    return select(outbox.c.id).where(outbox.c.dedupe == dedupe).scalar_subquery()


def _is_in(window: ReminderWindow) -> ColumnElement[bool]:
    is_in = and_(window.ends_after < _ENDS_AT, window.ends_until >= _ENDS_AT)
    if window.except_plan is None:
        return is_in
    return and_(is_in, or_(users.c.plan_code.is_(None), users.c.plan_code != window.except_plan))
