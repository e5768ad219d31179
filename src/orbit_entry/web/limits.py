"""What a client of the web server may take: connections, and seconds for headers and body."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_TOO_SLOW = b"the request took too long\n"
_HEADERS_MAX_BYTES = 64 * 1024
"""httptools itself would collect headers without end."""


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """Enough for Telegram, which opens at most a hundred connections, and a reverse proxy; a flood gets no more."""

    headers_s: float = 10
    body_s: float = 10
    connections: int = 220


@dataclass(eq=False, slots=True)
class Connections:
    """The open connections, the oldest first."""

    limits: ServerLimits
    open: "dict[LimitedProtocol, None]" = field(default_factory=dict)

    def admit(self, newcomer: "LimitedProtocol") -> bool:
        """Whether *newcomer* may stay. When all places are taken, the oldest that the server waits for is closed.

        So that thousands of silent clients displace each other, and not who asks for something.
        """
        if len(self.open) >= self.limits.connections:
            oldest = next((one for one in self.open if one.is_awaited), None)
            if oldest is None:
                return False
            oldest.drop()
        self.open[newcomer] = None
        return True


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a deadline and a size for the headers, and a place among so many connections."""

    def __init__(self, connections: Connections, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._places = connections
        self._deadline: asyncio.TimerHandle | None = None
        self._headers_bytes = 0

    @property
    def is_awaited(self) -> bool:
        """Whether the next move is the client's: the headers or the body of a request."""
        return self._is_between_requests or self.cycle.more_body

    @property
    def _is_between_requests(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, whatever uvicorn declares.
        return cycle is None or cycle.response_complete

    def drop(self) -> None:
        """Close the connection at once, and free its descriptor."""
        self._places.open.pop(self, None)
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place, or hang up."""
        super().connection_made(transport)
        if self._places.admit(self):
            self._expect_headers()
        else:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hand it on. The headers of a request must be complete in time, from its first byte on, and of some size."""
        if self._deadline is None and self._is_between_requests:
            self._expect_headers()
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._forget_deadline()
            self._headers_bytes = 0
        elif self._deadline is not None:
            self._headers_bytes += len(data)
            if self._headers_bytes > _HEADERS_MAX_BYTES:
                self.drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._forget_deadline()
        self._places.open.pop(self, None)
        super().connection_lost(exc)

    def _expect_headers(self) -> None:
        self._deadline = self.loop.call_later(self._places.limits.headers_s, self.drop)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class LimitedRequests:
    """Gives *app* only requests whose body comes in time, and takes a client that left for what it is: no error."""

    def __init__(self, app: ASGIApp, body_s: float) -> None:
        self.app = app
        self.body_s = body_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a body that takes too long is answered with 408, and the connection closes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = _TimedRequest(receive, send, asyncio.get_running_loop().time() + self.body_s)
        # ClientDisconnect: the client left, or was too slow. Nobody waits for the application's answer.
        with suppress(ClientDisconnect):
            await self.app(scope, request.receive, request.send)
        if request.is_late and not request.has_begun:
            headers = [(b"content-length", str(len(_TOO_SLOW)).encode()), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 408, "headers": headers})
            await send({"type": "http.response.body", "body": _TOO_SLOW})


class _TimedRequest:
    """One request: its body must be complete at *deadline*. After that, the application sees a client that left."""

    def __init__(self, receive: Receive, send: Send, deadline: float) -> None:
        self._receive = receive
        self._send = send
        self._deadline: float | None = deadline
        self.is_late = False
        self.has_begun = False

    async def receive(self) -> Message:
        """Return the next part of the body in time, and then wait for the client to leave."""
        if self.is_late:
            return {"type": "http.disconnect"}
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            self.is_late = True
            return {"type": "http.disconnect"}
        if not message.get("more_body", False):
            self._deadline = None
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer, except to a client that was too slow before it began."""
        if self.is_late and not self.has_begun:
            return
        self.has_begun = True
        await self._send(message)
