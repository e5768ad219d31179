"""Webhooks of payment providers: checked, stored raw, answered, and only then a reason to read the sources sooner."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orbit_domain.payment.webhook import PaymentWebhook, WebhookRefusal, WebhookRefused
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_entry.runtime.retry import retry_on_busy

STORING_LIMIT_S = 10
_LOG_EVERY_S = 60.0
_STATUSES = {
    WebhookRefusal.FORGED: 401,
    WebhookRefusal.EXPIRED: 401,
    WebhookRefusal.MALFORMED: 400,
    WebhookRefusal.TOO_LARGE: 413,
}

log = structlog.get_logger()


def webhook_routes(
    webhooks: Sequence[PaymentWebhook], receive: ReceiveWebhook, look_sooner: Callable[[], Awaitable[object]]
) -> tuple[Route, ...]:
    """A route for each of *webhooks*. *look_sooner* is called when news was stored; it is quick and never fails.

    Every answer is empty: 200 for stored, also again; 401, 400 or 413 for what isn't the provider's; 503 for
    "send it again".
    """
    refusals = RefusalLog()
    return tuple(
        Route(webhook.path, _endpoint(webhook, receive, look_sooner, refusals), methods=["POST"])
        for webhook in webhooks
    )


class RefusalLog:
    """Logs refused webhooks: at most one line a minute for each source and reason, however many come.

    *now* is a clock in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._logged_at: dict[tuple[str, WebhookRefusal], float] = {}
        self._left_out: Counter[tuple[str, WebhookRefusal]] = Counter()

    def add(self, source: str, reason: WebhookRefusal) -> None:
        """Log the refusal, or count it for the next line."""
        kind = source, reason
        now = self._now()
        if now - self._logged_at.get(kind, -_LOG_EVERY_S) < _LOG_EVERY_S:
            self._left_out[kind] += 1
            return
        self._logged_at[kind] = now
        log.warning("webhook_refused", source=source, reason=reason.value, left_out=self._left_out.pop(kind, 0))


def _endpoint(
    webhook: PaymentWebhook,
    receive: ReceiveWebhook,
    look_sooner: Callable[[], Awaitable[object]],
    refusals: RefusalLog,
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            event = webhook.read(_headers(request), await _body(request, webhook.max_body_bytes))
        except WebhookRefused as refused:
            refusals.add(webhook.source, refused.reason)
            return Response(status_code=_STATUSES[refused.reason])
        try:
            async with asyncio.timeout(STORING_LIMIT_S):
                is_new = await retry_on_busy(lambda: receive(event))
        except Exception as error:  # No outcome but success acknowledges it: also a bug makes it come again.
            log.warning("webhook_not_stored", source=webhook.source, error=type(error).__name__)
            return Response(status_code=503)
        log.info("webhook_stored", source=webhook.source, is_new=is_new)
        # Also for one that was stored before: it may be here again because its first signal was lost.
        await look_sooner()
        return Response(status_code=200)

    return endpoint


def _headers(request: Request) -> Mapping[str, str]:
    """A header that comes twice has both values, so that neither is taken for the only one."""
    headers = request.headers
    return {name: ", ".join(headers.getlist(name)) for name in headers}


async def _body(request: Request, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise WebhookRefused(WebhookRefusal.TOO_LARGE)
    return bytes(body)
