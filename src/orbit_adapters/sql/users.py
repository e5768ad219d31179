"""Users, subscriptions and grants in SQL."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_STAFF
from orbit_adapters.sql.notice_settings import notice_settings_columns, notice_settings_from
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one, insert_of, rowcount
from orbit_adapters.sql.renewals import renewable
from orbit_adapters.sql.tables import grants, payments, users
from orbit_domain.ids import PaymentId, PlanCode, TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.notice_settings.notice_settings import AS_NEW, NoticeSettings
from orbit_domain.storage import ChangeSet
from orbit_domain.subscription.reminders import first_reminder
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.user.repository import NoSuchPayer, Registered
from orbit_domain.user.user import LANGUAGES, NewUser, NoSuchUser, Role, User, UserLocked

_NO_PRIVILEGE = "42501"


def user_from(row: Row, base: Currency) -> User:
    """A row of `users`, whose balance is in *base*."""
    return User(
        tg_id=TelegramId(row["tg_id"]),
        username=row["username"],
        language=row["lang"],
        balance=Money(row["balance"], base),
        role=Role(row["role"]),
        referrer_id=None if row["referrer_id"] is None else TelegramId(row["referrer_id"]),
        trial_used_at=row["trial_used_at"],
        unreachable_at=row["unreachable_at"],
        created_at=row["created_at"],
        banned_at=row["banned_at"],
        deleted_at=row["deleted_at"],
        notices=notice_settings_from(row),
    )


def subscription_from(row: Row) -> Subscription:
    """The subscription in a row of `users`."""
    plan_code = row["plan_code"]
    return Subscription(
        tg_id=TelegramId(row["tg_id"]),
        ends_at=row["subscription_end"],
        plan_code=None if plan_code is None else PlanCode(plan_code),
        auto_renew=row["auto_renew"],
    )


def customer_from(row: Row, base: Currency) -> Customer:
    """Both of them."""
    return Customer(user_from(row, base), subscription_from(row))


@cache
def _insert_user(dialect: str) -> Any:
    """The INSERT of a new user, made once: to make it anew takes longer than to send it."""
    insert = insert_of(dialect, users)
    referrer = select(users.c.tg_id).where(users.c.tg_id == bindparam("referrer"), users.c.deleted_at.is_(None))
    values = insert.values(
        **{name: bindparam(f"new_{name}") for name in ("tg_id", "username", "username_folded", "lang", "created_at")},
        referrer_id=referrer.scalar_subquery(),
        balance=0,
        auto_renew=False,
        role=Role.CUSTOMER,
        **notice_settings_columns(AS_NEW),
    )
    return values.on_conflict_do_nothing(index_elements=["tg_id"]).returning(users)


def _facts(new: NewUser) -> dict[str, object]:
    return {
        "new_tg_id": new.tg_id,
        "new_username": new.username,
        "new_username_folded": _folded(new.username),
        "new_lang": new.language,
        "new_created_at": new.created_at,
        "referrer": new.referrer_id,
    }


class SqlUsers:
    """The port `Users`. Setters ignore an unknown user."""

    def __init__(self, connection: AsyncConnection, changes: ChangeSet, base: Currency) -> None:
        self._connection = connection
        self._changes = changes
        self._base = base

    async def add_if_absent(self, new: NewUser) -> Registered:
        """One statement for a new user, and two for a known one, who is looked for before this."""
        added = await fetch_all(self._connection, _insert_user(self._connection.dialect.name), [_facts(new)])
        if added:
            self._changes.customers.add(new.tg_id)
            return Registered(user_from(added[0], self._base), is_new=True)
        known = await self.get(new.tg_id)
        if known is None:
            raise NoSuchUser(new.tg_id)
        return Registered(known, is_new=False)

    async def get(self, tg_id: TelegramId) -> User | None:
        """The user, if known."""
        row = await fetch_one(self._connection, select(users).where(users.c.tg_id == tg_id))
        return user_from(row, self._base) if row is not None else None

    async def lock(self, tg_id: TelegramId) -> User:
        """The user, held until the transaction ends. Raises NoSuchUser."""
        row = await fetch_one(self._connection, select(users).where(users.c.tg_id == tg_id).with_for_update())
        if row is None:
            raise NoSuchUser(tg_id)
        return user_from(row, self._base)

    async def lock_payer(self, payment_id: PaymentId) -> User:
        """The user whose payment it is, held until the transaction ends. Raises NoSuchPayer."""
        payer = select(payments.c.tg_id).where(payments.c.id == payment_id).scalar_subquery()
        row = await fetch_one(self._connection, select(users).where(users.c.tg_id == payer).with_for_update())
        if row is None:
            raise NoSuchPayer(payment_id)
        return user_from(row, self._base)

    async def set_language(self, tg_id: TelegramId, language: str) -> None:
        """Set the user's language."""
        await self._set(tg_id, lang=language)

    async def set_notices(self, tg_id: TelegramId, notices: NoticeSettings) -> None:
        """Set what the user wants to be told, and when."""
        await self._set(tg_id, **notice_settings_columns(notices))

    async def set_trial_used(self, tg_id: TelegramId, at: datetime) -> None:
        """Mark the trial as used."""
        await self._set(tg_id, trial_used_at=at)

    async def set_unreachable(self, tg_id: TelegramId, at: datetime | None) -> None:
        """Record since when the user can't be reached."""
        await self._set(tg_id, unreachable_at=at)

    async def set_role(self, tg_id: TelegramId, role: Role) -> None:
        """Set the user's role."""
        await self._set_if_allowed(tg_id, role=role)

    async def set_banned(self, tg_id: TelegramId, at: datetime | None) -> None:
        """Record since when the user is banned."""
        await self._set_if_allowed(tg_id, banned_at=at)

    async def erase(self, tg_id: TelegramId, at: datetime) -> None:
        """Forget who it was."""
        await self._set(tg_id, username=None, username_folded=None, lang=LANGUAGES[0], deleted_at=at)

    async def bring_back(self, tg_id: TelegramId, username: str | None, language: str) -> None:
        """The account isn't deleted any more."""
        names = {"username": username, "username_folded": _folded(username)}
        await self._set(tg_id, lang=language, deleted_at=None, **names)

    async def staff(self) -> tuple[User, ...]:
        """Everyone with a role, by id."""
        rows = await fetch_all(self._connection, select(users).where(IS_STAFF).order_by(users.c.tg_id))
        return tuple(user_from(row, self._base) for row in rows)

    async def named(self, username: str, limit: int) -> tuple[User, ...]:
        """The users of that name, by id."""
        same = select(users).where(users.c.username_folded == username.casefold()).order_by(users.c.tg_id)
        return tuple(user_from(row, self._base) for row in await fetch_all(self._connection, same.limit(limit)))

    async def _set_if_allowed(self, tg_id: TelegramId, **values: object) -> None:
        """As `_set`, for what a trigger keeps from a restricted role in PostgreSQL. Raises UserLocked."""
        try:
            await self._set(tg_id, **values)
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != _NO_PRIVILEGE:
                raise
            raise UserLocked(tg_id) from None

    async def _set(self, tg_id: TelegramId, **values: object) -> None:
        self._changes.customers.add(tg_id)
        await execute(self._connection, update(users).where(users.c.tg_id == tg_id).values(values))


def _folded(username: str | None) -> str | None:
    """The name as it is searched for."""
    return username.casefold() if username else None


class SqlSubscriptions:
    """The port `Subscriptions`: columns of `users`, so that the user's lock covers them."""

    def __init__(self, connection: AsyncConnection, changes: ChangeSet, base: Currency) -> None:
        self._connection = connection
        self._changes = changes
        self._base = base

    async def customer(self, tg_id: TelegramId) -> Customer | None:
        """The user and the subscription: one statement."""
        row = await fetch_one(self._connection, select(users).where(users.c.tg_id == tg_id))
        return customer_from(row, self._base) if row is not None else None

    async def get(self, tg_id: TelegramId) -> Subscription:
        """The subscription, empty if there never was any."""
        row = await fetch_one(self._connection, select(users).where(users.c.tg_id == tg_id))
        return subscription_from(row) if row is not None else Subscription(tg_id)

    async def save(self, subscription: Subscription) -> None:
        """Record the end, the plan and the switch. Raises NoSuchUser."""
        self._changes.customers.add(subscription.tg_id)
        saved = await rowcount(
            self._connection,
            update(users)
            .where(users.c.tg_id == subscription.tg_id)
            .values(
                subscription_end=subscription.ends_at,
                remind_at=first_reminder(subscription),
                plan_code=subscription.plan_code,
                auto_renew=subscription.auto_renew,
            ),
        )
        if not saved:
            raise NoSuchUser(subscription.tg_id)

    async def renewable(self, now: datetime, after: Subscription | None, limit: int) -> tuple[Subscription, ...]:
        """Those that are to renew from the balance, and end soon: one statement."""
        rows = await fetch_all(self._connection, renewable(now, after, limit))
        return tuple(subscription_from(row) for row in rows)

    async def to_remind(self, now: datetime, limit: int) -> tuple[Subscription, ...]:
        """Subscriptions whose next reminder is to be looked at now, by that time and user: one statement."""
        due = select(users).where(users.c.remind_at.is_not(None), users.c.remind_at <= now)
        page = due.order_by(users.c.remind_at, users.c.tg_id).limit(limit).with_for_update(skip_locked=True)
        return tuple(subscription_from(row) for row in await fetch_all(self._connection, page))

    async def remind_at(self, times: Mapping[TelegramId, datetime | None]) -> None:
        """Record when the next reminder of each is to be looked at: one statement."""
        if times:
            rows = [{"user": tg_id, "next": at} for tg_id, at in times.items()]
            await execute(self._connection, _REMIND_AT, rows)


_REMIND_AT = update(users).where(users.c.tg_id == bindparam("user")).values(remind_at=bindparam("next"))


class SqlGrants:
    """The port `Grants`. Append-only: the database refuses changes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, grant: Grant) -> bool:
        """Record *grant* unless its cause is known."""
        insert = dialect_insert(self._connection, grants).values(
            cause=grant.cause, tg_id=grant.tg_id, seconds=grant.seconds, at=grant.at
        )
        insert = insert.on_conflict_do_nothing(index_elements=["cause"]).returning(grants.c.id)
        return await fetch_one(self._connection, insert) is not None

    async def of_user(self, tg_id: TelegramId) -> tuple[Grant, ...]:
        """Every grant of the user, in the order in which they were recorded."""
        statement = select(grants).where(grants.c.tg_id == tg_id).order_by(grants.c.id)
        return tuple(grant_from(row) for row in await fetch_all(self._connection, statement))


def grant_from(row: Row) -> Grant:
    """A row of `grants`."""
    return Grant(row["cause"], TelegramId(row["tg_id"]), row["seconds"], row["at"])
