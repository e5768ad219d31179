"""What a paid order gives to its holder: time, and the keys that go with it."""

from datetime import datetime

from orbit_domain.ids import Ids
from orbit_domain.ledger.ledger import REVENUE, Entry, EntryKind, Line, user_account
from orbit_domain.money import Money
from orbit_domain.order.order import Order, TrialUsed
from orbit_domain.steps.extend_subscription import extension_by
from orbit_domain.steps.request_keys import request_keys
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import Subscription, conversion_cause


async def give_time(tx: Transaction, order: Order, before: Subscription, now: datetime, ids: Ids) -> Subscription:
    """Extend *before*, the subscription of the order's holder, and request keys up to its new end, once.

    The caller has locked the holder. Raises TrialUsed when the time of the order was given before.
    """
    extension = await extension_by(tx, before, order, now)
    for grant in extension.grants:
        if not await tx.grants.add(grant):
            raise TrialUsed(now)
    if extension.units:
        await tx.ledger.post(_unconverted(order, Money(extension.units, order.price.currency), now))
    if order.terms.is_trial:
        await tx.users.set_trial_used(order.holder, now)
    await tx.subscriptions.save(extension.subscription)
    await request_keys(tx, extension.subscription, order.terms, now, ids)
    return extension.subscription


def _unconverted(order: Order, amount: Money, now: datetime) -> Entry:
    """What of the time left bought no second of the new plan goes back to the balance."""
    lines = (
        Line(REVENUE, -amount.units, amount.currency),
        Line(user_account(order.holder), amount.units, amount.currency),
    )
    return Entry(EntryKind.REFUND, conversion_cause(order.id), lines, now, reason="change of plan")
