"""Whether the messenger renews a customer's subscription, when next and for how much."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.recurrence import PERIOD, Recurrence, RenewalWish
from orbit_domain.steps.recurring_payment import current_renewal
from orbit_domain.storage import Storage
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class RenewalView:
    """The payment that repeats, how it stands, and when the customer's time ends. Without a *payment* none does."""

    user: User
    ends_at: datetime | None
    now: datetime
    payment: Payment | None = None

    @property
    def recurrence(self) -> Recurrence:
        """How the charges stand."""
        return (self.payment.recurrence if self.payment else None) or Recurrence()

    @property
    def next_at(self) -> datetime | None:
        """When the next charge is due."""
        charged_at = self.recurrence.charged_at
        return None if charged_at is None else charged_at + PERIOD

    def offers(self, wish: RenewalWish) -> bool:
        """Whether the customer may wish that now."""
        return self.recurrence.wish is None and self.recurrence.admits(wish, self.now)


@dataclass(frozen=True, slots=True)
class ShowRenewal:
    """Read how the newest repeating payment stands. Raises NoSuchUser."""

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId) -> RenewalView:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            payment = await current_renewal(tx, tg_id, now)
            ends_at = (await tx.subscriptions.get(tg_id)).ends_at
        return RenewalView(user, ends_at, now, payment)
