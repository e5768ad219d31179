"""Crypto Pay's webhook: which requests are really its own, and which event each one tells of."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timedelta

from orbit_adapters.cryptopay.invoices import MAX_ID, code_of
from orbit_adapters.cryptopay.settings import CryptoPaySettings
from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, part, read_object, time_of, whole
from orbit_domain.clock import Clock
from orbit_domain.payment.webhook import WebhookEvent, WebhookRefusal, WebhookRefused

PATH = "/pay/cryptopay"
SIGNATURE_HEADER = "crypto-pay-api-signature"
MAX_BODY_BYTES = 64 * 1024
MAX_AGE = timedelta(hours=1)
"""Older than that, or as much ahead, a request is taken for a recording of an earlier one."""
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)


class CryptoPayWebhook:
    """The port `PaymentWebhook`. A request has `crypto-pay-api-signature: <hex>`.

    The hex digits are an HMAC-SHA256 over the raw body; its key is the SHA-256 of the app's token. The same invoice in
    the same status is the same event, whatever the number of the update.
    """

    def __init__(self, settings: CryptoPaySettings, clock: Clock) -> None:
        self.path = PATH
        self.source = settings.source
        self.max_body_bytes = MAX_BODY_BYTES
        self._key = hashlib.sha256(settings.token.get_secret_value().encode()).digest()
        self._clock = clock

    def read(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """The event in *body*, whose bytes must be those that were signed. Raises WebhookRefused."""
        if len(body) > self.max_body_bytes:
            raise WebhookRefused(WebhookRefusal.TOO_LARGE)
        signature = headers.get(SIGNATURE_HEADER, "")
        expected = hmac.new(self._key, body, hashlib.sha256).hexdigest()
        if _SIGNATURE.fullmatch(signature) is None or not hmac.compare_digest(expected, signature):
            raise WebhookRefused(WebhookRefusal.FORGED)
        try:
            update = read_object(body)
            requested_at, kind = time_of(update, "request_date"), code_of(update, "update_type")
            invoice = part(update, "payload")
            event_id = f"{kind}:{whole(invoice, 'invoice_id', MAX_ID)}:{code_of(invoice, 'status')}"
        except MalformedAnswerError:
            raise WebhookRefused(WebhookRefusal.MALFORMED) from None
        if abs(self._clock.now() - requested_at) > MAX_AGE:
            raise WebhookRefused(WebhookRefusal.EXPIRED)
        return WebhookEvent(self.source, event_id, body.decode())
