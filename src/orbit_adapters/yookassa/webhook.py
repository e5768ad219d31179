"""YooKassa's notifications: an unsigned hint at an address that only YooKassa is told.

Whoever sends one can make the lists be read sooner, and nothing else: what is booked is read from YooKassa itself.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping

from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, name_of, part, read_object, text_of
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_domain.payment.webhook import WebhookEvent, WebhookRefusal, WebhookRefused

MAX_BODY_BYTES = 64 * 1024
_EVENT = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}", re.ASCII)
_SECRET_DIGITS = 32


class YooKassaWebhook:
    """The port `PaymentWebhook`. The same event of the same object is the same news, however often it comes."""

    def __init__(self, settings: YooKassaSettings) -> None:
        self.path = webhook_path(settings)
        self.source = f"yookassa:{settings.shop_id}"
        self.max_body_bytes = MAX_BODY_BYTES

    def read(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """The event in *body*, in which nothing is believed. Raises WebhookRefused."""
        if len(body) > self.max_body_bytes:
            raise WebhookRefused(WebhookRefusal.TOO_LARGE)
        try:
            notification = read_object(body)
            event, name = text_of(notification, "event", 81), name_of(part(notification, "object"), "id")
        except MalformedAnswerError:
            raise WebhookRefused(WebhookRefusal.MALFORMED) from None
        if notification.get("type") != "notification" or _EVENT.fullmatch(event) is None:
            raise WebhookRefused(WebhookRefusal.MALFORMED)
        return WebhookEvent(self.source, f"{event}:{name}", body.decode())


def webhook_path(settings: YooKassaSettings) -> str:
    """The path that YooKassa is told. It follows from the secret key, so it needs no setting and can't be guessed."""
    key = settings.secret_key.get_secret_value().encode()
    digest = hmac.new(key, f"webhook of {settings.shop_id}".encode(), hashlib.sha256).hexdigest()
    return f"/pay/yookassa/{digest[:_SECRET_DIGITS]}"
