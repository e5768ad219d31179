"""A card that a provider keeps for a customer who wants the subscription to renew by itself.

The provider's credential for it never leaves the gateway: a kept card is known by the payment that it was kept with.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import CardUse, Payment
from orbit_domain.payment.ports import PaymentGateway

CHARGED = "kept card"
"""What stands in place of an address where a payment asks a kept card and nobody else."""


class ChargeOutcome(StrEnum):
    """What the provider says of a charge. TAKEN is no money yet: the source says what arrived. WAITING: ask again."""

    TAKEN = "taken"
    WAITING = "waiting"
    DECLINED = "declined"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of a kept card. `external_id` is the provider's name of it; None: there is none."""

    outcome: ChargeOutcome
    external_id: str | None


@runtime_checkable
class CardGateway(PaymentGateway, Protocol):
    """A way to pay that can keep a card, if the customer wants it, and charge it without the customer.

    Its terms say whether the owner has switched that on. `open` keeps the card of a payment whose `card` is KEEP.
    """

    async def kept_card(self, payment: Payment) -> str | None:
        """What people call the card that *payment*, which is paid, has kept; None: none. Raises GatewayUnavailable."""

    async def charge(self, payment: Payment, kept: Payment) -> Charge:
        """Take what is due for *payment* from the card that *kept* has kept; once, however often it is called.

        Raises GatewayUnavailable: nobody knows whether it was taken.
        """


class KeptCards(Protocol):
    """What the payments say about cards. Contract: `orbit_testing.contracts.storage`."""

    async def mark(self, payment_id: PaymentId, card: CardUse, title: str = "") -> None:
        """Record what the payment has to do with a card, and what people call it."""

    async def of_user(self, tg_id: TelegramId) -> Payment | None:
        """The payment that has kept the user's card, the newest one."""

    async def forget(self, tg_id: TelegramId) -> None:
        """Every card of the user is forgotten, and none is kept by what is still to be paid."""

    async def to_keep(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Confirmed payments that may have kept a card, which isn't known yet, oldest first, behind *after*."""

    async def charges(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Charges that are pending or have expired, oldest first, from the one behind *after* on."""

    async def renewable(self, now: datetime, after: TelegramId | None, limit: int) -> tuple[TelegramId, ...]:
        """Users with a kept card whose period ends within RENEWED_BEFORE, and that wasn't charged as lately as that.

        By id, from the one behind *after* on.
        """
