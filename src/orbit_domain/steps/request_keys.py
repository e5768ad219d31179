"""Keys follow what was bought: how long they work, how many of them, and how much traffic each has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.access.key import Key, name_for, new_number, unplaced
from orbit_domain.ids import Ids, KeyId, Nonce
from orbit_domain.plan.plan import PlanTerms
from orbit_domain.steps.current_terms import keys_allowed
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import GRACE, Subscription


@dataclass(frozen=True, slots=True)
class KeyWish:
    """Where a new key is wanted (None: anywhere), and the nonce of the button that asks for it, if one does."""

    region: str | None = None
    nonce: Nonce | None = None


ANY_KEY = KeyWish()


async def request_keys(tx: Transaction, subscription: Subscription, terms: PlanTerms, now: datetime, ids: Ids) -> None:
    """Let every key of the customer end with the subscription, and make one if there is none.

    The oldest keys work, as many as *terms* give. Those beyond are off until a plan has room for them, or until one of
    the others is deleted: so nothing is lost by a change of plan, and the customer can choose which ones stay.
    """
    ever = await tx.keys.all_of_user(subscription.tg_id)
    living = [key for key in ever if not key.deleted]
    expires_at, allowed = _end(subscription, now), keys_allowed(terms)
    for position, listed in enumerate(living):
        # A worker may be placing or postponing it just now: what it recorded is kept.
        key = await tx.keys.lock(listed.id)
        if key is not None:
            on = position < allowed
            changed = key.request_change(expires_at, terms.traffic_bytes, now) if on else key.revoke(expires_at, now)
            await tx.keys.save(changed)
    if not living:
        await make_key(tx, subscription, terms, ever, ANY_KEY, now, ids)


async def make_key(
    tx: Transaction,
    subscription: Subscription,
    terms: PlanTerms,
    ever: Sequence[Key],
    wish: KeyWish,
    now: datetime,
    ids: Ids,
) -> None:
    """Record a key beside *ever*, all that the user has had. The caller has locked the user."""
    # Deleted keys have their numbers too: the account of one may still be on its panel.
    number, tg_id = new_number(ever), subscription.tg_id
    key = Key(
        id=KeyId(ids.uuid()),
        tg_id=tg_id,
        name=name_for(number),
        number=number,
        credential=ids.secret(),
        expires_at=_end(subscription, now),
        traffic_bytes=terms.traffic_bytes,
        created_at=now,
        placements=unplaced(tg_id, number, now),
        region=wish.region,
        nonce=wish.nonce,
    )
    await tx.keys.add(key)


def _end(subscription: Subscription, now: datetime) -> datetime:
    return (subscription.ends_at or now) + GRACE
