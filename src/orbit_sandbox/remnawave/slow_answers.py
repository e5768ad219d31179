"""A panel that answers a page in drops: each of them comes in time, and the whole never does."""

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.fault_injection import FAULTS as FAULTS_OF_ANY_PANEL

SLOW = "panel.slow"
FAULTS = FAULTS_OF_ANY_PANEL | {SLOW}
DROP_BYTES = 64
BETWEEN_DROPS_S = 1.0


class SlowAnswers:
    """Middleware that sends a body in drops while `panel.slow` is on. *sleep* waits for so many seconds."""

    def __init__(self, app: ASGIApp, faults: Faults, sleep: Callable[[float], Awaitable[object]]) -> None:
        self._app = app
        self._faults = faults
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, slowly or not."""
        is_slow = scope["type"] == "http" and self._faults.consume(SLOW)

        async def drip(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] != "http.response.body" or not body:
                await send(message)
                return
            for start in range(0, len(body), DROP_BYTES):
                await self._sleep(BETWEEN_DROPS_S)
                is_last = start + DROP_BYTES >= len(body)
                more = message.get("more_body", False) or not is_last
                await send({**message, "body": body[start : start + DROP_BYTES], "more_body": more})

        await self._app(scope, receive, drip if is_slow else send)
