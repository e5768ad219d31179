"""What a restored shop doesn't know any more is recorded again, as something that was asked for.

Each function says whether it has recorded anything. Raises Contradiction, StorageConflict, Refusal.
"""

from dataclasses import replace
from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.ids import Ids
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import BALANCE, Payment
from orbit_domain.request_journal.requests import (
    AskedOrder,
    Contradiction,
    requested_gift,
    requested_key,
    requested_order,
    requested_payment,
    requested_user,
)
from orbit_domain.steps.pay_order import pay_waiting_order
from orbit_domain.storage import Transaction
from orbit_domain.subscription_link.link import SubscriptionLink
from orbit_domain.user.user import User


async def recall_user(tx: Transaction, user: User) -> bool:
    """Somebody who came after the backup. Whoever has deleted the account stays gone."""
    is_new = (await tx.users.add_if_absent(requested_user(user))).is_new
    if is_new and user.deleted_at is not None:
        await tx.users.erase(user.tg_id, user.deleted_at)
    return is_new


async def recall_order(tx: Transaction, asked: AskedOrder) -> bool:
    """An open order, with the code of its gift, and the code that its price depends on, unless that was stopped."""
    order, gift, promo = asked.order, asked.gift, asked.promo
    known = await tx.orders.get(order.id)
    if known is None:
        if promo is not None and promo.stopped_at is None:
            await tx.promos.add_if_absent(promo)
        known = await tx.orders.add_if_absent(requested_order(order))
        is_new = True
    else:
        is_new = False
    if (known.id, known.tg_id, known.nonce) != (order.id, order.tg_id, order.nonce):
        raise Contradiction
    if gift is not None and known.is_gift and await tx.gifts.get(known.id) is None:
        await tx.gifts.add(replace(requested_gift(gift), order_id=known.id))
    return is_new


async def recall_payment(tx: Transaction, payment: Payment) -> bool:
    """A request for money whose memo and provider's name are known again.

    Where another request by the same method is open, it is one whose place was taken: its money pays all the same.
    """
    known = await tx.payments.get(payment.id)
    if known is not None:
        if (known.tg_id, known.comment) != (payment.tg_id, payment.comment):
            raise Contradiction
        return False
    wanted = requested_payment(payment)
    order = await tx.orders.get(wanted.order_id) if wanted.order_id is not None else None
    if order is not None and order.tg_id != wanted.tg_id:
        raise Contradiction
    if order is None:
        wanted = replace(wanted, order_id=None)  # What comes is credited.
    if wanted.is_open and await tx.payments.pending(wanted.tg_id, wanted.method) is not None:
        wanted = wanted.supersede()
    await tx.payments.add(wanted)
    return True


async def recall_key(tx: Transaction, key: Key) -> bool:
    """A key whose account is on its panel, so that time which is paid for goes on with it, under the same link."""
    await tx.users.lock(key.tg_id)
    known = await tx.keys.lock(key.id)
    if known is not None:
        if known.tg_id != key.tg_id:
            raise Contradiction
        return False
    wanted = requested_key(key, (await tx.subscriptions.get(key.tg_id)).ends_at)
    others = await tx.keys.all_of_user(key.tg_id)
    if any(one.number == wanted.number or one.username == wanted.username for one in others):
        raise Contradiction
    await tx.keys.add(wanted)
    return True


async def recall_link(tx: Transaction, link: SubscriptionLink) -> bool:
    """The customer's own link. One that was replaced since the backup opens nothing any more."""
    await tx.users.lock(link.tg_id)
    known = await tx.subscription_links.get(link.tg_id)
    if known is not None and known.issued_at >= link.issued_at:
        return False
    await tx.subscription_links.put(link)
    return True


async def pay_again(tx: Transaction, order: Order, now: datetime, ids: Ids) -> bool:
    """What cost nothing, or was paid from the balance, is bought once more where the balance covers it."""
    await tx.users.lock(order.tg_id)
    known = await tx.orders.get(order.id)
    if known is None or known.tg_id != order.tg_id:
        raise Contradiction
    return (await pay_waiting_order(tx, order.id, BALANCE, now, ids)).paid
