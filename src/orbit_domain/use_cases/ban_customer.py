"""An admin bans a customer, or lets a banned one back in."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.steps.already_done import already_done
from orbit_domain.steps.current_terms import terms_for_keys
from orbit_domain.steps.request_keys import request_keys
from orbit_domain.steps.require_permission import Actor, StaffMember, permitted_actor
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import Role, User

_BAN, _UNBAN = "ban_customer", "unban_customer"


@dataclass(eq=False)
class StaffNotBanned(Refusal):
    """Whoever works for the shop isn't banned: the role is taken away first."""

    tg_id: TelegramId


@dataclass(frozen=True, slots=True)
class BanCustomer:
    """Nothing is sold to the user any more, and the keys stop working. Money that still arrives is booked.

    Raises NotPermitted, NoSuchUser, StaffNotBanned, AlreadyDone.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, actor: Actor, reason: str) -> None:
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            name = await permitted_actor(tx, actor, Permission.BAN_CUSTOMERS)
            if user.banned_at is not None:
                raise await already_done(tx, subject_of(tg_id), _BAN)
            if _works_here(user, actor):
                raise StaffNotBanned(tg_id)
            now = self.clock.now()
            # The row comes first: a restricted database role changes nothing without it.
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, _BAN, subject_of(tg_id), reason, now))
            await tx.users.set_banned(tg_id, now)
            await _disable_keys(tx, tg_id, now)


@dataclass(frozen=True, slots=True)
class UnbanCustomer:
    """The user may buy again, and the keys work for the time that is left.

    Raises NotPermitted, NoSuchUser, AlreadyDone.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, actor: Actor, reason: str) -> None:
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            name = await permitted_actor(tx, actor, Permission.BAN_CUSTOMERS)
            if user.banned_at is None:
                raise await already_done(tx, subject_of(tg_id), _UNBAN)
            now = self.clock.now()
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, _UNBAN, subject_of(tg_id), reason, now))
            await tx.users.set_banned(tg_id, None)
            subscription = await tx.subscriptions.get(tg_id)
            terms = await terms_for_keys(tx, subscription)
            if subscription.ends_at is not None and subscription.ends_at > now and terms is not None:
                await request_keys(tx, subscription, terms, now, self.ids)


def _works_here(user: User, actor: Actor) -> bool:
    """Whether the user has a role, by the records or by the settings."""
    role = actor.with_role(user).role if isinstance(actor, StaffMember) else user.role
    return role is not Role.CUSTOMER


async def _disable_keys(tx: Transaction, tg_id: TelegramId, now: datetime) -> None:
    for listed in await tx.keys.of_user(tg_id):
        # A worker may be placing or postponing it just now: what it recorded is kept.
        key = await tx.keys.lock(listed.id)
        if key is not None and key.enabled:
            await tx.keys.save(key.revoke(key.expires_at, now))
