"""What the ways to pay have in common whose provider is called over HTTP: faults, webhooks, their transport."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from starlette.types import ASGIApp

from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import PaymentGateway
from orbit_domain.payment.source import ReceiptSource
from orbit_domain.payment.webhook import PaymentWebhook
from orbit_sandbox.faults import Faults
from orbit_sandbox.provider_push import ProviderEvent
from tests.integration.all_gateways.watched_transport import WatchedTransport
from tests.integration.all_gateways.way_to_pay import Disturbance
from tests.support.port_hooks import CallHook


class ProviderOverHttp(ABC):
    """A part of a `WayToPay`: *switches* are the simulator's names of what can go wrong."""

    switches: Mapping[Disturbance, str]
    newest_row = 0
    """Where the newest row of an answer stands: 0, or -1 at its end."""
    gateway: PaymentGateway
    sources: tuple[ReceiptSource, ...]
    webhook: PaymentWebhook | None = None
    faults: Faults
    events: Sequence[ProviderEvent] = ()

    def __init__(self, hook: CallHook) -> None:
        self._hook = hook
        self._transport: WatchedTransport | None = None

    def over(self, app: ASGIApp) -> httpx.AsyncBaseTransport:
        """The transport to the simulator *app*."""
        self._transport = WatchedTransport(app, self._hook, self.rows_of, self.newest_row)
        return self._transport

    @abstractmethod
    def rows_of(self, answer: Any) -> list[Any] | None:
        """The rows that *answer* shows; None when it shows no list."""

    @property
    def method(self) -> Method:
        """Its name in the database."""
        return self.gateway.method

    def held(self) -> int | None:
        """Nothing is known besides what arrived and what the shop has sent back."""
        return None

    def news(self) -> Sequence[bytes]:
        """The bodies of all webhooks that were sent so far."""
        return [event.body for event in self.events]

    def headers(self, body: bytes) -> Mapping[str, str]:
        """The headers with which *body* is sent now."""
        return {}

    def disturb(self, what: Disturbance, times: int = 1) -> None:
        """Let *what* happen to the next answers that it can happen to."""
        if what in self.switches:
            self.faults.turn_on(self.switches[what], times)
        elif self._transport is not None:
            self._transport.hides = times

    def disturbed(self) -> Counter[Disturbance]:
        """How often each has happened."""
        consumed = {what: self.faults.consumed.get(name, 0) for what, name in self.switches.items()}
        return Counter(consumed) + (self._transport.happened if self._transport else Counter())

    def heal(self) -> None:
        """End every disturbance."""
        self.faults.clear()
        if self._transport is not None:
            self._transport.hides = 0


def switches(part: str, **named: str) -> dict[Disturbance, str]:
    """The simulator's switches of *part*, where they are *named* otherwise than in most simulators."""
    usual = {"HOLE": "hole", "DUPLICATE": "duplicates", "SHUFFLE": "shuffle", "SILENCE": "timeout", "AHEAD": "future"}
    return {Disturbance[name]: f"{part}.{word}" for name, word in {**usual, "LOST_ANSWER": "cut", **named}.items()}
