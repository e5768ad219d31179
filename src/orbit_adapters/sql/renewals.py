"""Whose subscription is to be renewed from the balance now: one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, literal, literal_column, or_, select

from orbit_adapters.sql.indexes import HAS_CARD
from orbit_adapters.sql.reminders import message_of_period
from orbit_adapters.sql.tables import payments, plans, users
from orbit_domain.payment.payment import CardUse
from orbit_domain.subscription.reminders import FIRST_REMINDER_BEFORE, RENEWED_BEFORE

_ENDS_AT = users.c.subscription_end


def renewable(now: datetime, limit: int) -> Select[Any]:
    """The users with the switch on whose period ends soon, without a card, by (end, user).

    Of those who were told that it didn't work, only whose balance covers the price now.
    """
    kept = and_(HAS_CARD, payments.c.card == literal_column(f"'{CardUse.KEPT}'"))
    keeps_card = exists().where(payments.c.tg_id == users.c.tg_id, kept)
    # A price that was raised since the reminders went out isn't taken yet.
    was_told = and_(plans.c.raised_at >= now - FIRST_REMINDER_BEFORE, plans.c.price_before <= users.c.balance)
    is_covered = and_(plans.c.active, or_(plans.c.price <= users.c.balance, was_told))
    # Written as `NotRenewed.dedupe_key` writes it; the contract of the storage holds the two together.
    told = message_of_period(literal("not_renewed"))
    return (
        select(users.c.tg_id)
        .select_from(users.outerjoin(plans, plans.c.code == users.c.plan_code))
        .where(
            users.c.auto_renew,
            users.c.banned_at.is_(None),
            now < _ENDS_AT,
            now + RENEWED_BEFORE >= _ENDS_AT,
            ~keeps_card,
            or_(is_covered, told.is_(None)),
        )
        .order_by(_ENDS_AT, users.c.tg_id)
        .limit(limit)
    )
