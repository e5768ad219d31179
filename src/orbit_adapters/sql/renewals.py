"""Whose subscription is to be renewed from the balance now: one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    and_,
    cast,
    exists,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from orbit_adapters.sql.indexes import HAS_CARD, RENEWS
from orbit_adapters.sql.tables import outbox, payments, plans, users
from orbit_domain.payment.payment import CardUse
from orbit_domain.subscription.reminders import FIRST_REMINDER_BEFORE, RENEWED_BEFORE
from orbit_domain.subscription.subscription import Subscription

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


def renewable(now: datetime, after: Subscription | None, limit: int) -> Select[Any]:
    """The users with the switch on whose period ends soon, without a card, by (end, user).

    Of those who were told that it didn't work, only whose balance covers the price now.
    """
    kept = and_(HAS_CARD, payments.c.card == literal_column(f"'{CardUse.KEPT}'"))
    keeps_card = exists().where(payments.c.tg_id == users.c.tg_id, kept)
    # A price that was raised since the reminders went out isn't taken yet.
    was_told = and_(plans.c.raised_at >= now - FIRST_REMINDER_BEFORE, plans.c.price_before <= users.c.balance)
    is_covered = and_(plans.c.active, or_(plans.c.price <= users.c.balance, was_told))
    # Written as `NotRenewed.dedupe_key` writes it; the contract of the storage holds the two together.
    told = _message_of_period(literal("not_renewed"))
    is_next = () if after is None else (tuple_(_ENDS_AT, users.c.tg_id) > (after.ends_at, after.tg_id),)
    return (
        select(users)
        .select_from(users.outerjoin(plans, plans.c.code == users.c.plan_code))
        .where(
            RENEWS,
            users.c.banned_at.is_(None),
            now < _ENDS_AT,
            now + RENEWED_BEFORE >= _ENDS_AT,
            ~keeps_card,
            or_(is_covered, told.is_(None)),
            *is_next,
        )
        .order_by(_ENDS_AT, users.c.tg_id)
        .limit(limit)
    )


def _message_of_period(kind: ColumnElement[str]) -> ScalarSelect[Any]:
    """The id of the message whose dedupe key is *kind*, the user and the period's end; null without one."""
    dedupe = kind + literal(":") + cast(users.c.tg_id, Text) + literal(":") + iso_format(_ENDS_AT)
    # A scalar, not EXISTS: PostgreSQL would rather read the whole outbox than look up each key.
    return select(outbox.c.id).where(outbox.c.dedupe == dedupe).scalar_subquery()
