"""A customer as text for a cache, and back."""

import json
from datetime import datetime
from typing import TypeVar

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.money import BASE_CURRENCIES, Money
from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings, QuietHours, UtcOffset
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.user import Role, User

_VERSION = 5

Kind = TypeVar("Kind")


def encode_customer(customer: Customer) -> str:
    """*customer* as JSON: whole numbers, words and times with their zone."""
    user, subscription = customer.user, customer.subscription
    return json.dumps(
        [
            _VERSION,
            user.tg_id,
            user.username,
            user.language,
            user.balance.units,
            user.balance.currency.code,
            user.role,
            user.referrer_id,
            _written(user.trial_used_at),
            _written(user.unreachable_at),
            _written(user.created_at),
            _written(subscription.ends_at),
            subscription.plan_code,
            subscription.auto_renew,
            _written(user.banned_at),
            _written(user.deleted_at),
            sorted(user.notices.off),
            *(None if one is None else str(one) for one in (user.notices.quiet_hours, user.notices.offset)),
        ]
    )


def decode_customer(text: str) -> Customer:
    """The customer that `encode_customer` wrote. Raises ValueError for anything else, RecursionError for a deep one."""
    held = json.loads(text)
    if not isinstance(held, list) or len(held) != 19 or held[0] != _VERSION:
        raise ValueError("no customer of ours")
    _, tg_id, username, language, balance, currency, role, referrer, trial, unreachable, created = held[:11]
    ends, plan, renews, banned, deleted, *notices = held[11:]
    tg_id = TelegramId(_of(int, tg_id))
    created_at = _time(created)
    if created_at is None:
        raise ValueError("a customer without a time of creation")
    user = User(
        tg_id=tg_id,
        username=None if username is None else _of(str, username),
        language=_of(str, language),
        balance=_money(_of(int, balance), _of(str, currency)),
        role=Role(role),
        referrer_id=None if referrer is None else TelegramId(_of(int, referrer)),
        trial_used_at=_time(trial),
        unreachable_at=_time(unreachable),
        created_at=created_at,
        banned_at=_time(banned),
        deleted_at=_time(deleted),
        notices=_notices(*notices),
    )
    plan_code = None if plan is None else PlanCode(_of(str, plan))
    return Customer(user, Subscription(tg_id, _time(ends), plan_code, _of(bool, renews)))


def _notices(off: object, hours: object, offset: object) -> NoticeSettings:
    return NoticeSettings(
        off=frozenset(NoticeGroup(_of(str, group)) for group in _of(list, off)),
        quiet_hours=None if hours is None else QuietHours.read(_of(str, hours)),
        offset=None if offset is None else UtcOffset.read(_of(str, offset)),
    )


def _of(kind: type[Kind], value: object) -> Kind:
    # Exactly this type: for Python a bool would be a number too.
    if type(value) is not kind:
        raise ValueError("a value of another type")
    return value


def _money(units: int, code: str) -> Money:
    if code not in BASE_CURRENCIES:
        raise ValueError("a currency that no balance is kept in")
    return Money(units, BASE_CURRENCIES[code])


def _time(value: object) -> datetime | None:
    if value is None:
        return None
    at = datetime.fromisoformat(_of(str, value))
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
