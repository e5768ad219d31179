"""What a customer sees first."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Nonce, TelegramId
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Subscription, SubscriptionState
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class Home:
    """The customer in one line. `nonce` is for the trial button; `trial_available` says whether to show it."""

    user: User
    subscription: Subscription
    state: SubscriptionState
    trial_available: bool
    nonce: Nonce
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Read one row and say how the customer stands. Raises NoSuchUser."""

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId) -> Home:
        async with self.storage.transaction() as tx:
            customer = await tx.subscriptions.customer(tg_id)
        if customer is None:
            raise NoSuchUser(tg_id)
        now = self.clock.now()
        state = customer.subscription.state(now)
        unused = customer.user.trial_used_at is None
        return Home(
            user=customer.user,
            subscription=customer.subscription,
            state=state,
            trial_available=unused and state is SubscriptionState.NONE,
            nonce=Nonce(f"trial-{tg_id}"),
            now=now,
        )
