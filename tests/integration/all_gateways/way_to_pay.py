"""One way to pay with its provider, as the proofs over all of them at once use it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from orbit_domain.ids import PaymentId
from orbit_domain.money import Money
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.ports import PaymentGateway
from orbit_domain.payment.source import ReceiptSource
from orbit_domain.payment.webhook import PaymentWebhook


class Disturbance(StrEnum):
    """What goes wrong between the shop and a provider."""

    HOLE = "hole"
    HIDDEN_TAIL = "hidden tail"
    DUPLICATE = "duplicate"
    SHUFFLE = "shuffle"
    LOST_ANSWER = "lost answer"
    SILENCE = "silence"
    AHEAD = "time ahead"


IN_A_LIST = (Disturbance.HOLE, Disturbance.HIDDEN_TAIL, Disturbance.DUPLICATE, Disturbance.SHUFFLE, Disturbance.AHEAD)
"""Those that a reading of the provider's list meets."""
OF_A_CALL = (Disturbance.LOST_ANSWER, Disturbance.SILENCE)
"""Those that any call meets."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that the provider has taken for the shop, under the name that its record must have."""

    source: str
    external_id: str
    amount: Money
    at: datetime


class WayToPay(Protocol):
    """A gateway over its simulated provider. A list of them is all that the walks and the hostile calls know."""

    gateway: PaymentGateway
    sources: tuple[ReceiptSource, ...]
    webhook: PaymentWebhook | None

    @property
    def method(self) -> Method:
        """Its name in the database."""

    def pay(self, payment: Payment, units: int) -> None:
        """A customer pays *units* for *payment*, which was shown, as far as the provider lets it be paid so."""

    def pay_nameless(self, units: int, words: str) -> None:
        """Money arrives that names no payment of ours, with *words*."""

    def pay_in_another_asset(self, payment: Payment) -> None:
        """Something else than was asked for is paid for *payment*, where the provider allows it."""

    def take_back(self, payment: Payment) -> None:
        """Somebody gives what *payment* has brought back at the provider, past the shop, where that is possible."""

    def arrivals(self) -> Sequence[Arrival]:
        """Every arrival there has been."""

    def sent_back(self) -> Mapping[PaymentId, int]:
        """Units that the shop has sent back, by payment."""

    def held(self) -> int | None:
        """Units that its account really holds, where it has one: all that arrived less all that went, fees too."""

    def news(self) -> Sequence[bytes]:
        """The bodies of all webhooks that the provider has sent so far."""

    def headers(self, body: bytes) -> Mapping[str, str]:
        """The headers with which the provider sends *body* now."""

    def disturb(self, what: Disturbance, times: int = 1) -> None:
        """Let *what* happen to the next so many answers that it can happen to."""

    def disturbed(self) -> Counter[Disturbance]:
        """How often each has happened."""

    def heal(self) -> None:
        """End every disturbance."""
