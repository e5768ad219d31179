"""What a customer sees first."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Nonce, TelegramId
from orbit_domain.order.order import trial_nonce
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Subscription, SubscriptionState
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.use_cases.register_user import RegisteredCustomer
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
    """Show the state of the customer, from the cache or one row."""

    get_cached_customer: GetCachedCustomer
    clock: Clock
    settings: CurrentSettings
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> Home:
        """The customer's home. Raises NoSuchUser."""
        return self._home_of(await self.get_cached_customer(tg_id))

    async def after_start(self, registered: RegisteredCustomer) -> Home:
        """The home of who has just pressed /start, whose row isn't read a second time."""
        if not registered.is_new:  # What was just written isn't cached.
            await self.get_cached_customer.remember(registered.customer)
        return self._home_of(registered.customer)

    def _home_of(self, customer: Customer) -> Home:
        now, shop, user = self.clock.now(), self.settings.now, customer.user
        state = customer.subscription.state(now)
        return Home(
            user=user,
            subscription=customer.subscription,
            state=state,
            trial_available=user.trial_used_at is None and state is SubscriptionState.NONE and self.settings.has_trial,
            nonce=trial_nonce(user.tg_id),
            now=now,
            has_invitations=shop.referral.is_on,
            is_staff=user.tg_id == self.owner or user.role is not Role.CUSTOMER,
            welcome=shop.welcome.get(user.language, ""),
            terms=shop.terms,
            support=shop.support,
        )
