"""What becomes of a placement between calls to its panel: it is chosen, confirmed, renamed, removed, or tried again.

Each step counts only for the newest claim of the placement: *due* is the placement as it was claimed.
"""

from collections.abc import Sequence
from datetime import datetime

from orbit_domain.access.account import AccountState
from orbit_domain.access.key import Key, next_free_number
from orbit_domain.access.placement import PlacementState
from orbit_domain.access.repository import DuePlacement
from orbit_domain.ids import Ids
from orbit_domain.node.fleet import Place
from orbit_domain.notice.notice import KeyReady
from orbit_domain.order.order import Order
from orbit_domain.steps.notify import notify
from orbit_domain.steps.owe_reward import owe_reward
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.user.user import User


async def begins_period(tx: Transaction, due: DuePlacement) -> bool:
    """Whether a newly paid order waits for a limited key: then its traffic is counted from zero.

    The order is delivered in the transaction that confirms the key. So the traffic is reset until the panel is known
    to have done it, and not by what brings the key to the same state later.
    """
    is_home = due.placement.state is PlacementState.HOME
    return is_home and due.key.traffic_bytes > 0 and bool(await tx.orders.undelivered(due.key.tg_id))


async def place_key(tx: Transaction, due: DuePlacement, place: Place, now: datetime) -> bool:
    """Let the key live at *place* from now on, and be brought there at once."""
    current = await _newest(tx, due)
    if current is None:
        return False
    await tx.keys.save(current.place(place, now))
    return True


async def confirm_key(
    tx: Transaction, ids: Ids, due: DuePlacement, state: AccountState, now: datetime, *, gives_own_links: bool = False
) -> bool:
    """The panel has the account. The paid orders of the user are delivered with the last of the user's keys.

    A customer hears at once of a link that is new: the panel says so when it had to make a lost account again. Whoever
    has a link of the shop's own (*gives_own_links*) hears of the first one alone: that link is never another.
    """
    key = due.key
    user = await tx.users.lock(key.tg_id)
    orders = await tx.orders.undelivered(key.tg_id)
    current = await tx.keys.lock(key.id)
    if current is None:
        return False
    placement = current.placement(due.number)
    if placement.fence != due.placement.fence:
        if placement.desired_revision != due.placement.desired_revision:
            await tx.keys.save(current.reapply(due.number, now))  # Our call may have reached the panel last.
        return False  # A newer claim exists; its result counts.
    confirmed = current.confirm(due.number, due.placement.desired_revision, state, now)
    await tx.keys.save(confirmed)
    if placement.state is not PlacementState.HOME:
        return True
    is_first = not any(one.has_served for one in current.placements)
    if is_first or (_changes_link(current, confirmed, state) and not (gives_own_links and await _has_link(tx, key))):
        await _tell(tx, ids, confirmed, now, is_new=True)
    await deliver_orders(tx, ids, orders, user, now)
    return True


async def deliver_orders(tx: Transaction, ids: Ids, orders: Sequence[Order], user: User, now: datetime) -> None:
    """Paid *orders* of *user* are delivered once every key of the user is as wanted. The caller has locked the user.

    However many keys that are, the customer hears of it once.
    """
    keys = await tx.keys.of_user(user.tg_id)
    if not orders or not keys or not all(one.is_confirmed for one in keys):
        return
    for order in orders:
        await tx.orders.save(order.deliver(now))
    await owe_reward(tx, user, orders, now)
    await _tell(tx, ids, next((one for one in keys if one.enabled), keys[0]), now, is_new=False)


async def confirm_removal(tx: Transaction, due: DuePlacement, now: datetime) -> bool:
    """The panel has no account of the key there any more. What was changed meanwhile is done again."""
    current = await tx.keys.lock(due.key.id)
    if current is None:
        return False
    placement = current.placement(due.number)
    if placement.fence == due.placement.fence and placement.state is PlacementState.REMOVING:
        await tx.keys.save(current.confirm_removal(due.number))
        return True
    if placement.is_wanted:
        await tx.keys.save(current.reapply(due.number, now))  # Our removal may have reached the panel last.
    return False


async def rename_key(tx: Transaction, due: DuePlacement, now: datetime) -> None:
    """A foreign account has the name: take the next one that no other key of the user has."""
    await tx.users.lock(due.key.tg_id)
    current = await _newest(tx, due)
    if current is None:
        return
    if current.placement(due.number).state is PlacementState.HOME:
        number = next_free_number(current, await tx.keys.all_of_user(due.key.tg_id))
        await tx.keys.save(current.rename(number, now))
    else:
        # The account that the key leaves isn't ours any more: there is nothing to remove.
        await tx.keys.save(current.confirm_removal(due.number))


async def refuse_place(tx: Transaction, due: DuePlacement, reason: str, now: datetime) -> bool:
    """The panel can't serve the key at its place. Whether it needs another one."""
    current = await _newest(tx, due)
    if current is None:
        return False
    if current.deleted:
        # It can't be switched off there, so it is removed at once.
        await tx.keys.save(current.remove_at(due.number, now))
        return False
    is_home = current.home.number == due.number
    await tx.keys.save(current.refuse_place(reason, now) if is_home else current.postpone(due.number, reason, now))
    return is_home


async def postpone_key(tx: Transaction, due: DuePlacement, reason: str, now: datetime) -> None:
    """The panel didn't do it, or we don't know: try again later."""
    current = await _newest(tx, due)
    if current is not None and current.placement(due.number).attempts == due.placement.attempts:
        await tx.keys.save(current.postpone(due.number, reason, now))


async def _newest(tx: Transaction, due: DuePlacement) -> Key | None:
    """The key as it is now, None when a newer claim of the placement exists."""
    current = await tx.keys.lock(due.key.id)
    if current is None or current.placement(due.number).fence != due.placement.fence:
        return None
    return current


def _changes_link(before: Key, after: Key, state: AccountState) -> bool:
    """Whether the panel's link that works now isn't the one of before."""
    is_made = state.is_new or not before.home.has_served
    return is_made and after.subscription_url != before.subscription_url


async def _has_link(tx: Transaction, key: Key) -> bool:
    return await tx.subscription_links.get(key.tg_id) is not None


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
        revision=key.home.applied_revision,
    )
    await notify(tx, ids, key.tg_id, notice, now)
