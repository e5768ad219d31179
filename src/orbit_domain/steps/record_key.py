"""What becomes of a placement between calls to its panel: it is chosen, confirmed, renamed, removed, or tried again.

Each step counts only for the newest claim of the placement: *due* is the placement as it was claimed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from orbit_domain.access.account import AccountState
from orbit_domain.access.key import Key, next_free_number
from orbit_domain.access.placement import PlacementState
from orbit_domain.access.repository import DuePlacement
from orbit_domain.ids import Ids, KeyId, TelegramId
from orbit_domain.node.fleet import Place
from orbit_domain.notice.notice import KeyReady, Notice
from orbit_domain.order.order import Order
from orbit_domain.steps.notify import notify_all
from orbit_domain.steps.owe_reward import owe_reward
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.user.user import User

Fact = TypeVar("Fact")
_Told = tuple[TelegramId, Notice]


async def begin_periods(tx: Transaction, claimed: Sequence[DuePlacement]) -> tuple[bool, ...]:
    """For each, whether a newly paid order waits for a limited key: then its traffic is counted from zero.

    The order is delivered in the transaction that confirms the key. So the traffic is reset until the panel is known
    to have done it, and not by what brings the key to the same state later.
    """
    limited = [due.placement.state is PlacementState.HOME and due.key.traffic_bytes > 0 for due in claimed]
    owners = {due.key.tg_id for due, is_limited in zip(claimed, limited, strict=True) if is_limited}
    waiting = {order.holder for order in await tx.orders.undelivered_of(owners)} if owners else set()
    return tuple(is_limited and due.key.tg_id in waiting for due, is_limited in zip(claimed, limited, strict=True))


async def place_keys(tx: Transaction, chosen: Sequence[tuple[DuePlacement, Place]], now: datetime) -> tuple[bool, ...]:
    """Let each key live at its place from now on, and be brought there at once. Which of them do."""

    def placed(current: Key, due: DuePlacement, place: Place) -> tuple[Key, bool]:
        return (current.place(place, now), True) if _is_newest(current, due) else (current, False)

    return await _change(tx, chosen, placed)


async def confirm_keys(
    tx: Transaction,
    ids: Ids,
    answers: Sequence[tuple[DuePlacement, AccountState]],
    now: datetime,
    *,
    gives_own_links: bool = False,
) -> tuple[bool, ...]:
    """The panel has these accounts. The paid orders of a user are delivered with the last of the user's keys.

    A customer hears at once of a link that is new: the panel says so when it had to make a lost account again. Whoever
    has a link of the shop's own (*gives_own_links*) hears of the first one alone: that link is never another.
    """
    owners = sorted({due.key.tg_id for due, _ in answers})
    # In the order of their numbers, so that two workers never wait for each other.
    users = [await tx.users.lock(tg_id) for tg_id in owners]
    orders = await tx.orders.undelivered_of(owners)
    before = await tx.keys.lock_of(owners)
    after, counts = dict(before), list[bool]()
    arrived, notices = set[TelegramId](), list[_Told]()
    for due, state in answers:
        current = after.get(due.key.id)
        counts.append(current is not None and _is_newest(current, due))
        if current is None:
            continue
        after[current.id] = confirmed = _confirmed(current, due, state, now)
        if counts[-1] and current.placement(due.number).state is PlacementState.HOME:
            arrived.add(current.tg_id)
            if await _is_news(tx, current, confirmed, state, gives_own_links=gives_own_links):
                notices += _ready(confirmed, is_new=True)
    await _save(tx, before, after)
    for user in users:
        if user.tg_id in arrived:
            mine = [order for order in orders if order.holder == user.tg_id]
            notices += await _deliver(tx, mine, user, _living(after.values(), user), now)
    await notify_all(tx, ids, notices, now)
    return tuple(counts)


async def deliver_orders(tx: Transaction, ids: Ids, orders: Sequence[Order], user: User, now: datetime) -> None:
    """Paid *orders* of *user* are delivered once every key of the user is as wanted. The caller has locked the user.

    However many keys that are, the customer hears of it once.
    """
    await notify_all(tx, ids, await _deliver(tx, orders, user, await tx.keys.of_user(user.tg_id), now), now)


async def _deliver(
    tx: Transaction, orders: Sequence[Order], user: User, keys: Sequence[Key], now: datetime
) -> list[_Told]:
    if not orders or not keys or not all(one.is_confirmed for one in keys):
        return []
    for order in orders:
        await tx.orders.save(order.deliver(now))
    await owe_reward(tx, user, orders, now)
    return _ready(next((one for one in keys if one.enabled), keys[0]), is_new=False)


async def confirm_removals(tx: Transaction, gone: Sequence[DuePlacement], now: datetime) -> tuple[bool, ...]:
    """The panel has none of these accounts any more. What was changed meanwhile is done again."""

    def removed(current: Key, due: DuePlacement, _: None) -> tuple[Key, bool]:
        placement = current.placement(due.number)
        if _is_newest(current, due) and placement.state is PlacementState.REMOVING:
            return current.confirm_removal(due.number), True
        # Our removal may have reached the panel last.
        return current.reapply(due.number, now) if placement.is_wanted else current, False

    return await _change(tx, [(due, None) for due in gone], removed)


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


async def postpone_keys(
    tx: Transaction, failures: Sequence[tuple[DuePlacement, str]], now: datetime
) -> tuple[bool, ...]:
    """The panel didn't do it, or we don't know: try again later. None of them is as wanted."""

    def postponed(current: Key, due: DuePlacement, reason: str) -> tuple[Key, bool]:
        is_new = current.placement(due.number).attempts == due.placement.attempts
        return current.postpone(due.number, reason, now) if _is_newest(current, due) and is_new else current, False

    return await _change(tx, failures, postponed)


async def _change(
    tx: Transaction,
    facts: Sequence[tuple[DuePlacement, Fact]],
    change: Callable[[Key, DuePlacement, Fact], tuple[Key, bool]],
) -> tuple[bool, ...]:
    """Record what *change* makes of the key of each, one fact after the other; what it says of each."""
    before = await tx.keys.lock_of({due.key.tg_id for due, _ in facts})
    after, counts = dict(before), list[bool]()
    for due, fact in facts:
        current = after.get(due.key.id)
        if current is None:
            counts.append(False)
            continue
        after[current.id], is_as_wanted = change(current, due, fact)
        counts.append(is_as_wanted)
    await _save(tx, before, after)
    return tuple(counts)


async def _save(tx: Transaction, before: Mapping[KeyId, Key], after: Mapping[KeyId, Key]) -> None:
    await tx.keys.save_places([key for key_id, key in after.items() if key is not before[key_id]])


def _living(keys: Iterable[Key], user: User) -> list[Key]:
    """The user's keys in the order they were made, without deleted ones."""
    mine = [key for key in keys if key.tg_id == user.tg_id and not key.deleted]
    return sorted(mine, key=lambda key: (key.created_at, key.id))


def _is_newest(current: Key, due: DuePlacement) -> bool:
    return current.placement(due.number).fence == due.placement.fence


async def _newest(tx: Transaction, due: DuePlacement) -> Key | None:
    """The key as it is now, None when a newer claim of the placement exists."""
    current = await tx.keys.lock(due.key.id)
    return current if current is not None and _is_newest(current, due) else None


def _confirmed(current: Key, due: DuePlacement, state: AccountState, now: datetime) -> Key:
    """The key with what the panel has answered to the claim *due*."""
    placement = current.placement(due.number)
    if _is_newest(current, due):
        return current.confirm(due.number, due.placement.desired_revision, state, now)
    if placement.desired_revision != due.placement.desired_revision:
        return current.reapply(due.number, now)  # Our call may have reached the panel last.
    return current  # A newer claim exists; its result counts.


async def _is_news(tx: Transaction, before: Key, after: Key, state: AccountState, *, gives_own_links: bool) -> bool:
    """Whether the customer hears of this confirmed home by itself."""
    if not any(one.has_served for one in before.placements):
        return True
    return _changes_link(before, after, state) and not (gives_own_links and await _has_link(tx, after))


def _changes_link(before: Key, after: Key, state: AccountState) -> bool:
    """Whether the panel's link that works now isn't the one of before."""
    is_made = state.is_new or not before.home.has_served
    return is_made and after.subscription_url != before.subscription_url


async def _has_link(tx: Transaction, key: Key) -> bool:
    return await tx.subscription_links.get(key.tg_id) is not None


def _ready(key: Key, *, is_new: bool) -> list[_Told]:
    """One notice for each revision that the panel has confirmed: the first one counts, a revoked key has none."""
    if not key.enabled:
        return []
    notice = KeyReady(
        key_id=key.id,
        name=key.name,
        subscription_url=key.subscription_url or "",
        ends_at=key.expires_at - GRACE,
        is_new=is_new,
        revision=key.home.applied_revision,
    )
    return [(key.tg_id, notice)]
