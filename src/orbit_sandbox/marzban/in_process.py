"""The stand-in without sockets: an httpx transport that also knows how connections die."""

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from orbit_sandbox.marzban.fault_injection import HungUp


class InProcess(httpx.AsyncBaseTransport):
    """Carries requests straight into *app* and shows its hanging up as the errors that httpx has for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._inner = httpx.ASGITransport(self._serve)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange. Raises httpx.ReadTimeout and httpx.ReadError as a socket would."""
        try:
            return await self._inner.handle_async_request(request)
        except HungUp as hung_up:
            if hung_up.silent:
                raise httpx.ReadTimeout("the panel says nothing", request=request) from None
            raise httpx.ReadError("the panel closed the connection", request=request) from None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except HungUp as hung_up:
            if not hung_up.answered:
                raise
