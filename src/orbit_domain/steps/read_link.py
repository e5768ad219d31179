"""Whom a link belongs to, and what our own records say of that customer."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import GRACE, Subscription, SubscriptionState
from orbit_domain.subscription_link.link import token_hash
from orbit_domain.user.user import User

_OVER = (SubscriptionState.NONE, SubscriptionState.EXPIRED)


@dataclass(frozen=True, slots=True)
class LinkView:
    """A customer as the link shows him: the time, and all keys, also those that don't work."""

    user: User
    subscription: Subscription
    keys: tuple[Key, ...]
    now: datetime

    @property
    def state(self) -> SubscriptionState:
        """What the time says."""
        return self.subscription.state(self.now)

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be had: the time is over, or was taken back. No panel is asked about that."""
        return self.state in _OVER or (bool(self.keys) and not any(key.enabled for key in self.keys))

    @property
    def working(self) -> tuple[Key, ...]:
        """The keys that their panels have and that haven't ended."""
        return tuple(key for key in self.keys if key.enabled and key.expires_at > self.now and key.subscription_url)

    @property
    def ends_at(self) -> datetime | None:
        """Until when the keys work: in the grace time until that is over."""
        end = self.subscription.ends_at
        return end + GRACE if end is not None and self.state is SubscriptionState.GRACE else end

    @property
    def traffic_bytes(self) -> int:
        """What all keys have together in this period; 0 means unlimited."""
        limits = [key.traffic_bytes for key in self.working]
        return sum(limits) if all(limits) else 0


async def read_link(tx: Transaction, token: str, now: datetime) -> LinkView | None:
    """The customer whose link has this *token*, which may be any text; None when there is none."""
    link = await tx.subscription_links.by_hash(token_hash(token))
    customer = await tx.subscriptions.customer(link.tg_id) if link is not None else None
    if link is None or customer is None:
        return None
    return LinkView(customer.user, customer.subscription, await tx.keys.of_user(link.tg_id), now)
