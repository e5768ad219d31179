"""The webhook: checks the secret, the size and the form of an update, and answers after it was handled."""

import hmac
import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from orbit_entry.bot.parsed_update import MalformedUpdate
from orbit_entry.bot.update_processor import RetryUpdate, UpdateProcessor

PATH = "/telegram/webhook"
BODY_MAX_BYTES = 256 * 1024
_SECRET_HEADER = b"x-telegram-bot-api-secret-token"


class _TooLarge(Exception):
    """The body is larger than any update is."""


def webhook_endpoint(processor: UpdateProcessor, secret: str) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint: 401 without the secret, 413 or 400 for no update, 200 for done, 503 for "send again"."""
    expected = secret.encode()

    async def receive(request: Request) -> Response:
        if not _is_telegram(request, expected):
            return Response(status_code=401)
        try:
            raw = json.loads(await _body(request))
            if not isinstance(raw, dict):
                raise MalformedUpdate
            await processor.process(raw)
        except _TooLarge:
            return Response(status_code=413)
        except (MalformedUpdate, ValueError, RecursionError):
            return Response(status_code=400)
        except RetryUpdate:
            return Response(status_code=503)  # Telegram sends it again.
        return Response(status_code=200)

    return receive


def _is_telegram(request: Request, expected: bytes) -> bool:
    """Compared as bytes, in constant time: a header may hold any byte."""
    given = [value for name, value in request.scope["headers"] if name == _SECRET_HEADER]
    return len(given) == 1 and hmac.compare_digest(given[0], expected)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX_BYTES:
            raise _TooLarge
    return bytes(body)
