"""Webhooks of providers: a hint that money moved. It is stored as it came and believed in nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class WebhookRefusal(StrEnum):
    """Why a request is not taken for a provider's webhook."""

    FORGED = "forged"
    EXPIRED = "expired"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"


class WebhookRefused(Exception):
    """The request is not a webhook of this provider, or not one of now. The message is the reason alone."""

    def __init__(self, reason: WebhookRefusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """News that a provider has signed, identified by (source, external id). `payload` is its whole body."""

    source: str
    external_id: str
    payload: str


class PaymentWebhook(Protocol):
    """One provider's webhook: where it is sent to, and how its requests are told from others.

    A request with more than `max_body_bytes` need not be read to its end.
    """

    path: str
    source: str
    max_body_bytes: int

    def read(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """The event in the raw *body*. The names of *headers* are in lower case. Raises WebhookRefused."""
