"""What a customer should know before deleting the account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NewType

from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import Payment
from orbit_domain.steps.leaving import require_free_to_leave
from orbit_domain.storage import Storage
from orbit_domain.subscription.repository import Customer
from orbit_domain.user.user import NoSuchUser

DeletionStamp = NewType("DeletionStamp", str)
"""What the customer was shown, in twelve hexadecimal digits."""

_LOOKED_THROUGH = 100
_VALID_FOR = timedelta(minutes=15)


@dataclass(eq=False)
class DeletionOutdated(Refusal):
    """What the customer agreed to isn't so any more, or was shown too long ago."""

    tg_id: TelegramId


@dataclass(frozen=True, slots=True)
class Consent:
    """The customer's yes: to give up what was shown at *shown_at*, in seconds since 1970."""

    shown_at: int
    stamp: DeletionStamp

    def require(self, customer: Customer, now: datetime) -> None:
        """Raises DeletionOutdated. Buttons stay on phones for years, and money may come at any time."""
        is_fresh = 0 <= now.timestamp() - self.shown_at < _VALID_FOR.total_seconds()
        if not is_fresh or consent_of(customer, self.shown_at) != self:
            raise DeletionOutdated(customer.user.tg_id)


def consent_of(customer: Customer, shown_at: int) -> Consent:
    """The yes to what *customer* has."""
    facts = f"{shown_at} {customer.user.tg_id} {customer.user.balance.units} {customer.subscription.ends_at}"
    return Consent(shown_at, DeletionStamp(sha256(facts.encode()).hexdigest()[:12]))


@dataclass(frozen=True, slots=True)
class Deletion:
    """Whose account it is, and what is still open: the newest *pending* payment, and *claims* on transfers."""

    customer: Customer
    pending: Payment | None
    claims: int
    now: datetime

    @property
    def consent(self) -> Consent:
        """The yes to this."""
        return consent_of(self.customer, int(self.now.timestamp()))


@dataclass(frozen=True, slots=True)
class ShowDeletion:
    """Read it; nothing is changed. Raises NoSuchUser, StaffStays, OrderUnderway, CustomerBanned, AccountDeleted."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> Deletion:
        async with self.storage.transaction() as tx:
            customer = await tx.subscriptions.customer(tg_id)
            if customer is None:
                raise NoSuchUser(tg_id)
            await require_free_to_leave(tx, customer.user, self.owner)
            payments = await tx.payments.of_user(tg_id, _LOOKED_THROUGH)
            claims = await tx.receipt_claims.open_of_user(tg_id)
        pending = next((one for one in payments if one.is_open), None)
        return Deletion(customer, pending, len(claims), self.clock.now())
