"""The simulator without sockets: an httpx transport that also raises the errors of dropped connections."""

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from orbit_sandbox.marzban.fault_injection import ConnectionClosedError


class InProcess(httpx.AsyncBaseTransport):
    """Sends requests directly to *app*. A closed connection becomes the matching error of httpx."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._inner = httpx.ASGITransport(self._serve)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange. Raises httpx.ReadTimeout and httpx.ReadError as a socket would."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionClosedError as closed:
            if closed.silent:
                raise httpx.ReadTimeout("the panel does not respond", request=request) from None
            raise httpx.ReadError("the panel closed the connection", request=request) from None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except ConnectionClosedError as closed:
            if not closed.answered:
                raise
