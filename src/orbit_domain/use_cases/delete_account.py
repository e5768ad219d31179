"""A customer wants to be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId, TelegramId
from orbit_domain.payment.recurrence import RenewalWish
from orbit_domain.steps.leaving import require_free_to_leave
from orbit_domain.steps.recurring_payment import wish_for
from orbit_domain.steps.take_back_order import shorten
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of, telegram_actor, transact
from orbit_domain.subscription.subscription import GRACE, Grant, deletion_cause
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.show_deletion import Consent
from orbit_domain.user.user import NoSuchUser

_LOOKED_THROUGH = 100
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DeleteAccount:
    """Erase who the customer is and what the customer has. Orders, payments and the ledger stay, under a number.

    The balance stays under that number, and so does money that still arrives: whoever comes back with the same Telegram
    account has it. A second call only cancels what a crash has left to be paid. Raises NoSuchUser, StaffStays,
    OrderUnderway, CustomerBanned, DeletionOutdated; nothing is changed then.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    cancel_payment: CancelPayment

    async def __call__(self, tg_id: TelegramId, consent: Consent) -> None:
        pending = await transact(self.storage, lambda tx: self._delete(tx, tg_id, consent))
        # After the commit: what is told of them isn't erased, and the provider is asked outside of it.
        for payment_id in pending:
            await self.cancel_payment(tg_id, payment_id)

    async def _delete(self, tx: Transaction, tg_id: TelegramId, consent: Consent) -> Sequence[PaymentId]:
        """Which payments are still to be cancelled."""
        await tx.users.lock(tg_id)
        customer = await tx.subscriptions.customer(tg_id)
        if customer is None:
            raise NoSuchUser(tg_id)
        if customer.user.deleted_at is None:
            now = self.clock.now()
            await require_free_to_leave(tx, customer.user, self.owner)
            consent.require(customer, now)
            await _stop_charges(tx, tg_id, now)
            await _cancel_orders(tx, tg_id)
            await self._end_time(tx, tg_id, now)
            await _delete_keys(tx, tg_id, now)
            await tx.outbox.erase(tg_id, now)
            await tx.users.erase(tg_id, now)
            actor, subject = telegram_actor(tg_id), subject_of(tg_id)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "delete_account", subject, "", now))
        return [one.id for one in await tx.payments.of_user(tg_id, _LOOKED_THROUGH) if one.is_open]

    async def _end_time(self, tx: Transaction, tg_id: TelegramId, now: datetime) -> None:
        """The time left is given up, with its grace: nothing works any more, and nobody is reminded."""
        before = await tx.subscriptions.get(tg_id)
        left = before.ends_at + GRACE - now if before.ends_at is not None else timedelta(0)
        if left > timedelta(0):
            cause = deletion_cause(self.ids.uuid())
            before = await shorten(tx, Grant(cause, tg_id, -ceil(left / _SECOND), now), now)
        await tx.subscriptions.save(replace(before, plan_code=None, auto_renew=False))


async def _stop_charges(tx: Transaction, tg_id: TelegramId, now: datetime) -> None:
    """Cards are forgotten, and the messenger is asked to charge nothing more."""
    await tx.kept_cards.forget(tg_id)
    for payment in await tx.payments.recurring(tg_id):
        await wish_for(tx, await tx.payments.lock(payment.id), RenewalWish.STOP, now)


async def _cancel_orders(tx: Transaction, tg_id: TelegramId) -> None:
    """Late money pays for none of them: it stays on the balance."""
    for order in await tx.orders.newest(tg_id, _LOOKED_THROUGH):
        if order.is_open:
            await tx.orders.save((await tx.orders.lock(order.id)).cancel())


async def _delete_keys(tx: Transaction, tg_id: TelegramId, now: datetime) -> None:
    """The link opens nothing from now on; panels remove their accounts as those of any deleted key."""
    await tx.subscription_links.remove(tg_id)
    await tx.link_devices.remove_all(tg_id)
    ever = await tx.keys.all_of_user(tg_id)
    await tx.good_copies.drop([key.id for key in ever])
    for listed in ever:
        # A worker may be placing or postponing it just now: what it recorded is kept.
        key = await tx.keys.lock(listed.id)
        if key is not None:
            await tx.keys.save(key.delete(now).erase_name())
