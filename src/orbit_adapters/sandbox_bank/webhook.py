"""The bank's webhook: which requests are really the bank's, and which event each one tells of."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timedelta

from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, name_of, read_object
from orbit_adapters.sandbox_bank.settings import SandboxBankSettings
from orbit_domain.clock import Clock
from orbit_domain.payment.webhook import WebhookEvent, WebhookRefusal, WebhookRefused

PATH = "/pay/bank"
SIGNATURE_HEADER = "bank-signature"
MAX_BODY_BYTES = 16 * 1024
MAX_AGE = timedelta(minutes=5)
"""Older than that, or as much ahead, a request is taken for a recording of an earlier one."""
_SIGNATURE = re.compile(r"t=([0-9]{1,10}),v1=([0-9a-f]{64})", re.ASCII)


class SandboxBankWebhook:
    """The port `PaymentWebhook`. A request has `Bank-Signature: t=<unix seconds>,v1=<hex>`.

    The hex digits are an HMAC-SHA256 over the seconds, a point and the raw body, so that no recording gets a new time.
    """

    def __init__(self, settings: SandboxBankSettings, clock: Clock) -> None:
        self.path = PATH
        self.source = f"bank:{settings.shop}"
        self.max_body_bytes = MAX_BODY_BYTES
        self._secret = settings.webhook_secret.get_secret_value().encode()
        self._clock = clock

    def read(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """The event in *body*, whose bytes must be those that the bank signed. Raises WebhookRefused."""
        if len(body) > self.max_body_bytes:
            raise WebhookRefused(WebhookRefusal.TOO_LARGE)
        signed = _SIGNATURE.fullmatch(headers.get(SIGNATURE_HEADER, ""))
        if signed is None:
            raise WebhookRefused(WebhookRefusal.FORGED)
        seconds, digest = signed.groups()
        expected = hmac.new(self._secret, seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, digest):
            raise WebhookRefused(WebhookRefusal.FORGED)
        if abs(self._clock.now().timestamp() - int(seconds)) > MAX_AGE.total_seconds():
            raise WebhookRefused(WebhookRefusal.EXPIRED)
        try:
            event_id = name_of(read_object(body), "id")
        except MalformedAnswerError:
            raise WebhookRefused(WebhookRefusal.MALFORMED) from None
        return WebhookEvent(self.source, event_id, body.decode())
