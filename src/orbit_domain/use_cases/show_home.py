"""What a customer sees first."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Nonce, TelegramId
from orbit_domain.order.order import trial_nonce
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.subscription.subscription import Subscription, SubscriptionState
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.user.user import Role, User


@dataclass(frozen=True, slots=True)
class Home:
    """The customer in one line. `nonce` is for the trial button; `trial_available` says whether to show it.

    *has_invitations*: the shop rewards them. `is_staff`: a role lets the customer see the staff's menu. *welcome* is
    what the owner says to newcomers, as Telegram's HTML, *terms* a link, *support* a username; empty: there is none.
    """

    user: User
    subscription: Subscription
    state: SubscriptionState
    trial_available: bool
    nonce: Nonce
    now: datetime
    has_invitations: bool = False
    is_staff: bool = False
    welcome: str = ""
    terms: str = ""
    support: str = ""


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Show the state of the customer, from the cache or one row. Raises NoSuchUser."""

    get_cached_customer: GetCachedCustomer
    clock: Clock
    settings: CurrentSettings
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> Home:
        customer = await self.get_cached_customer(tg_id)
        now, shop = self.clock.now(), self.settings.now
        state = customer.subscription.state(now)
        unused = customer.user.trial_used_at is None
        return Home(
            user=customer.user,
            subscription=customer.subscription,
            state=state,
            trial_available=unused and state is SubscriptionState.NONE and self.settings.has_trial,
            nonce=trial_nonce(tg_id),
            now=now,
            has_invitations=shop.referral.is_on,
            is_staff=tg_id == self.owner or customer.user.role is not Role.CUSTOMER,
            welcome=shop.welcome.get(customer.user.language, ""),
            terms=shop.terms,
            support=shop.support,
        )
