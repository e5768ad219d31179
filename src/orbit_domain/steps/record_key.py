"""What becomes of a key between calls to its panel: it is placed, confirmed, renamed, or tried again later.

Each step counts only for the newest claim of the key: *key* is the key as it was claimed.
"""

from datetime import datetime

from orbit_domain.access.account import AccountState
from orbit_domain.access.key import Key, next_free_number
from orbit_domain.ids import Ids
from orbit_domain.node.fleet import Place
from orbit_domain.notice.notice import KeyReady
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import GRACE


async def begins_period(tx: Transaction, key: Key) -> bool:
    """Whether a newly paid order waits for a limited *key*: then its traffic is counted from zero.

    The order is delivered in the transaction that confirms the key. So the traffic is reset until the panel is known
    to have done it, and not by what brings the key to the same state later.
    """
    return key.traffic_bytes > 0 and bool(await tx.orders.undelivered(key.tg_id))


async def place_key(tx: Transaction, key: Key, place: Place) -> Key | None:
    """The key, which lives at *place* from now on. None when the claim isn't the newest one."""
    current = await tx.keys.lock(key.id)
    if current is None or current.fence != key.fence:
        return None
    placed = current.place(*place)
    await tx.keys.save(placed)
    return placed


async def confirm_key(tx: Transaction, ids: Ids, key: Key, state: AccountState, now: datetime) -> bool:
    """The panel has the account. The paid orders of the user are delivered with the last of the user's keys.

    A customer hears at once of a link that is new: the panel says so when it had to make a lost account again.
    """
    await tx.users.lock(key.tg_id)
    orders = await tx.orders.undelivered(key.tg_id)
    current = await tx.keys.lock(key.id)
    if current is None or current.fence != key.fence:
        if current is not None and current.desired_revision != key.desired_revision:
            await tx.keys.save(current.reapply(now))  # Our call may have reached the panel last.
        return False  # A newer claim exists; its result counts.
    confirmed = current.confirm(key.desired_revision, state)
    await tx.keys.save(confirmed)
    if state.is_new or current.applied_revision == 0:
        await _tell(tx, ids, confirmed, now, is_new=True)
    keys = await tx.keys.of_user(key.tg_id)
    if orders and all(one.is_confirmed for one in keys):
        for order in orders:
            await tx.orders.save(order.deliver(now))
        for one in keys:
            await _tell(tx, ids, one, now, is_new=False)
    return True


async def rename_key(tx: Transaction, key: Key, now: datetime) -> None:
    """A foreign account has the name: take the next one that no other key of the user has."""
    await tx.users.lock(key.tg_id)
    current = await tx.keys.lock(key.id)
    if current is not None and current.fence == key.fence:
        number = next_free_number(current, await tx.keys.of_user(key.tg_id))
        await tx.keys.save(current.rename(number, now))


async def postpone_key(tx: Transaction, key: Key, reason: str, now: datetime) -> None:
    """The panel didn't do it, or we don't know: try again later."""
    current = await tx.keys.lock(key.id)
    if current is not None and (current.fence, current.attempts) == (key.fence, key.attempts):
        await tx.keys.save(current.postpone(reason, now))


async def _tell(tx: Transaction, ids: Ids, key: Key, now: datetime, *, is_new: bool) -> None:
    """One notice for each revision that the panel has confirmed: the first one counts, a revoked key has none."""
    if not key.enabled:
        return
    notice = KeyReady(
        key_id=key.id,
        name=key.name,
        subscription_url=key.subscription_url or "",
        ends_at=key.expires_at - GRACE,
        is_new=is_new,
        revision=key.applied_revision,
    )
    await notify(tx, ids, key.tg_id, notice, now)
