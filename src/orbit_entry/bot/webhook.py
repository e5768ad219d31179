"""The webhook: checks the secret, the size and the form of an update, and answers after it was handled."""

import hmac
import json

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from orbit_adapters.telegram.webhook_reply import WEBHOOK_REPLY, WebhookReply
from orbit_entry.bot.parsed_update import MalformedUpdate
from orbit_entry.bot.update_processor import RetryUpdate, UpdateProcessor
from orbit_entry.runtime.direct_route import DirectRoute

PATH = "/telegram/webhook"
BODY_MAX_BYTES = 256 * 1024
_SECRET_HEADER = b"x-telegram-bot-api-secret-token"
_JSON = (b"content-type", b"application/json")


class _TooLarge(Exception):
    """The body is larger than any update is."""


def webhook_route(processor: UpdateProcessor, secret: str) -> DirectRoute:
    """Where Telegram posts updates that *processor* handles."""
    return DirectRoute(PATH, Webhook(processor, secret), methods=["POST"])


class Webhook:
    """The endpoint: 401 without the secret, 413 or 400 for no update, 200 for done, 503 for "send again".

    200 may carry a call that Telegram performs. If the answer is lost, Telegram sends the update again.
    """

    def __init__(self, processor: UpdateProcessor, secret: str) -> None:
        self._processor = processor
        self._secret = secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        reply = WebhookReply()
        status = await self._take(receive, reply) if self._is_telegram(scope) else 401
        carried = reply.body()  # Whatever comes later makes a call of its own, also after a refusal.
        body = carried if status == 200 else b""
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": status, "headers": [length, _JSON] if body else [length]})
        await send({"type": "http.response.body", "body": body})

    async def _take(self, receive: Receive, reply: WebhookReply) -> int:
        """Handle the update that comes; the status of the answer."""
        before = WEBHOOK_REPLY.set(reply)
        try:
            raw = json.loads(await _body(receive))
            if not isinstance(raw, dict):
                raise MalformedUpdate
            await self._processor.process(raw)
        except _TooLarge:
            return 413
        except (MalformedUpdate, ValueError, RecursionError):
            return 400
        except RetryUpdate:
            return 503  # Telegram sends it again.
        finally:
            WEBHOOK_REPLY.reset(before)
        return 200

    def _is_telegram(self, scope: Scope) -> bool:
        """Compared as bytes, in constant time: a header may hold any byte."""
        given = [value for name, value in scope["headers"] if name == _SECRET_HEADER]
        return len(given) == 1 and hmac.compare_digest(given[0], self._secret)


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > BODY_MAX_BYTES:
            raise _TooLarge
        if not message.get("more_body", False):
            return bytes(body)
