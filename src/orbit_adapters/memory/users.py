"""Users, subscriptions and grants in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import Session
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.notice.renewal_notices import NotRenewed
from orbit_domain.notice_settings.notice_settings import NoticeSettings
from orbit_domain.payment.payment import CardUse
from orbit_domain.subscription.reminders import FIRST_REMINDER_BEFORE, first_reminder, renews_soon
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.user.repository import NoSuchPayer, Registered
from orbit_domain.user.user import LANGUAGES, NewUser, NoSuchUser, Role, User


class MemoryUsers:
    """The port `Users`. Setters ignore an unknown user."""

    def __init__(self, session: Session, base: Currency) -> None:
        self._session = session
        self._base = base

    async def add_if_absent(self, new: NewUser) -> Registered:
        """Record a first /start."""
        users = self._session.tables.users
        known = users.get(new.tg_id)
        if known is not None:
            return Registered(known, is_new=False)
        new = sanitized(new)
        user = User(
            tg_id=new.tg_id,
            username=new.username,
            language=new.language,
            balance=Money(0, self._base),
            role=Role.CUSTOMER,
            referrer_id=new.referrer_id if new.referrer_id and _can_invite(users.get(new.referrer_id)) else None,
            trial_used_at=None,
            unreachable_at=None,
            created_at=new.created_at,
        )
        users[user.tg_id] = user
        self._session.tables.user_ids.add(user.tg_id)
        self._session.changes.customers.add(user.tg_id)
        return Registered(user, is_new=True)

    async def get(self, tg_id: TelegramId) -> User | None:
        """The user, if known."""
        return self._session.tables.users.get(tg_id)

    async def lock(self, tg_id: TelegramId) -> User:
        """The user; the whole storage is locked anyway."""
        user = self._session.tables.users.get(tg_id)
        if user is None:
            raise NoSuchUser(tg_id)
        return user

    async def lock_payer(self, payment_id: PaymentId) -> User:
        """The user whose payment it is. Raises NoSuchPayer."""
        payment = self._session.tables.payments.get(payment_id)
        if payment is None:
            raise NoSuchPayer(payment_id)
        return self._session.tables.users[payment.tg_id]

    async def set_language(self, tg_id: TelegramId, language: str) -> None:
        """Set the user's language."""
        self._set(tg_id, language=language)

    async def set_notices(self, tg_id: TelegramId, notices: NoticeSettings) -> None:
        """Set what the user wants to be told, and when."""
        self._set(tg_id, notices=notices)

    async def set_trial_used(self, tg_id: TelegramId, at: datetime) -> None:
        """Mark the trial as used."""
        self._set(tg_id, trial_used_at=at)

    async def set_unreachable(self, tg_id: TelegramId, at: datetime | None) -> None:
        """Record since when the user can't be reached."""
        self._set(tg_id, unreachable_at=at)

    async def set_role(self, tg_id: TelegramId, role: Role) -> None:
        """Set the user's role."""
        self._set(tg_id, role=role)

    async def set_banned(self, tg_id: TelegramId, at: datetime | None) -> None:
        """Record since when the user is banned."""
        self._set(tg_id, banned_at=at)

    async def erase(self, tg_id: TelegramId, at: datetime) -> None:
        """Forget who it was."""
        self._set(tg_id, username=None, language=LANGUAGES[0], deleted_at=at)

    async def bring_back(self, tg_id: TelegramId, username: str | None, language: str) -> None:
        """The account isn't deleted any more."""
        self._set(tg_id, username=username, language=language, deleted_at=None)

    async def staff(self) -> tuple[User, ...]:
        """Everyone with a role, by id."""
        return self._sorted(one for one in self._session.tables.users.values() if one.role is not Role.CUSTOMER)

    async def named(self, username: str, limit: int) -> tuple[User, ...]:
        """The users of that name, by id."""
        name = storable(username).casefold()
        everyone = self._session.tables.users.values()
        return self._sorted(one for one in everyone if one.username and one.username.casefold() == name)[:limit]

    def _sorted(self, found: Iterable[User]) -> tuple[User, ...]:
        return tuple(sorted(found, key=lambda user: user.tg_id))

    def _set(self, tg_id: TelegramId, **values: Any) -> None:
        self._session.changes.customers.add(tg_id)
        users = self._session.tables.users
        if tg_id in users:
            users[tg_id] = sanitized(replace(users[tg_id], **values))


def _can_invite(referrer: User | None) -> bool:
    return referrer is not None and referrer.deleted_at is None


class MemorySubscriptions:
    """The port `Subscriptions`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def customer(self, tg_id: TelegramId) -> Customer | None:
        """The user and the subscription."""
        user = self._session.tables.users.get(tg_id)
        return Customer(user, await self.get(tg_id)) if user else None

    async def get(self, tg_id: TelegramId) -> Subscription:
        """The subscription, empty if there never was any."""
        return self._session.tables.subscriptions.get(tg_id, Subscription(tg_id))

    async def save(self, subscription: Subscription) -> None:
        """Record the end, the plan and the switch. Raises NoSuchUser."""
        tables = self._session.tables
        if subscription.tg_id not in tables.users:
            raise NoSuchUser(subscription.tg_id)
        self._session.changes.customers.add(subscription.tg_id)
        tables.subscriptions[subscription.tg_id] = sanitized(subscription)
        await self.remind_at({subscription.tg_id: first_reminder(subscription)})

    async def renewable(self, now: datetime, after: Subscription | None, limit: int) -> tuple[Subscription, ...]:
        """Those that are to renew from the balance, and end soon."""
        subscriptions = self._session.tables.subscriptions
        last = (after.ends_at, after.tg_id) if after is not None and after.ends_at is not None else None
        found = sorted(
            (one.ends_at, one.tg_id)
            for one in subscriptions.values()
            if one.ends_at is not None and (last is None or (one.ends_at, one.tg_id) > last)
            if one.auto_renew and renews_soon(one, now) and self._is_renewable(one, now)
        )
        return tuple(subscriptions[tg_id] for _, tg_id in found[:limit])

    def _is_renewable(self, subscription: Subscription, now: datetime) -> bool:
        tables, tg_id = self._session.tables, subscription.tg_id
        payments = (tables.payments[payment_id] for payment_id in tables.payments_of.of(tg_id))
        is_banned = tables.users[tg_id].banned_at is not None
        if is_banned or subscription.ends_at is None or any(one.card is CardUse.KEPT for one in payments):
            return False
        plan = tables.plans.get(subscription.plan_code) if subscription.plan_code else None
        if plan is not None and plan.active:
            # A price that was raised since the reminders went out isn't taken yet.
            price = plan.lowest_price_since(now - FIRST_REMINDER_BEFORE)
            if tables.users[tg_id].balance.covers(price):
                return True
        return NotRenewed(subscription.ends_at, None, 0, 0).dedupe_key(tg_id) not in tables.dedupe_keys

    async def to_remind(self, now: datetime, limit: int) -> tuple[Subscription, ...]:
        """Subscriptions whose next reminder is to be looked at now, by that time and user."""
        tables = self._session.tables
        due = sorted((at, tg_id) for tg_id, at in tables.remind_at.items() if at <= now)
        return tuple(tables.subscriptions[tg_id] for _, tg_id in due[:limit])

    async def remind_at(self, times: Mapping[TelegramId, datetime | None]) -> None:
        """Record when the next reminder of each is to be looked at."""
        table = self._session.tables.remind_at
        for tg_id, at in times.items():
            if at is not None:
                table[tg_id] = at
            elif tg_id in table:
                del table[tg_id]


class MemoryGrants:
    """The port `Grants`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, grant: Grant) -> bool:
        """Record *grant* unless its cause is known."""
        grant = sanitized(grant)
        tables = self._session.tables
        if grant.cause in tables.grants:
            return False
        self._session.require_user(grant.tg_id)
        tables.grants[grant.cause] = grant
        tables.grants_of.append(grant.tg_id, grant.cause)
        return True

    async def of_user(self, tg_id: TelegramId) -> tuple[Grant, ...]:
        """Every grant of the user, in the order in which they were recorded."""
        tables = self._session.tables
        return tuple(tables.grants[cause] for cause in tables.grants_of.of(tg_id))
