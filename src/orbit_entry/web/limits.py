"""What a client of the web server may take: connections, and seconds for headers and body."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_TOO_SLOW = b"the request took too long\n"
_LATE_HEAD = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(_TOO_SLOW)
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
    stopping: bool = False
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

    def stop(self) -> None:
        """From now on each response ends its connection.

        uvicorn closes only those that it knows when it begins to stop. One that is accepted in that moment would stay
        open until the time limit, and its last request would be cut off.
        """
        self.stopping = True
        for one in self.open:
            one.end_with_response()


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with deadlines for headers and body, a size for the headers, and a place among so many.

    A request that comes in one piece, as nearly all do, costs no timer.
    """

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

    def end_with_response(self) -> None:
        """Close the connection after the response to the request that came last, if there is one."""
        if self.cycle is not None:
            self.cycle.keep_alive = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place, or hang up."""
        super().connection_made(transport)
        if self._places.admit(self):
            self._expect_headers()
        else:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Hand it on. What is still to come of the headers or the body has its time, from the first byte on."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._begin_request()
        elif self._is_between_requests:
            self._count_headers(len(data))
        elif not self.cycle.more_body:
            self._forget_deadline()

    def _begin_request(self) -> None:
        """The headers are complete."""
        self._forget_deadline()
        self._headers_bytes = 0
        if self._places.stopping:
            self.end_with_response()
        if self.cycle.more_body:
            self._deadline = self.loop.call_later(self._places.limits.body_s, self._refuse_body)

    def _count_headers(self, size: int) -> None:
        """So many bytes more, of headers that aren't complete."""
        self._headers_bytes += size
        if self._headers_bytes > _HEADERS_MAX_BYTES:
            self.drop()
        elif self._deadline is None:
            self._expect_headers()

    def _refuse_body(self) -> None:
        """It took too long. The application hears of a client that left."""
        if not self.cycle.response_started and not self.pipeline:
            self.transport.write(_LATE_HEAD + _TOO_SLOW)
        self.transport.close()

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


class IgnoreDisconnects:
    """Takes a client of *app* that left, or was too slow, for what it is: no error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Nobody waits for the answer to whoever left."""
        with suppress(ClientDisconnect):
            await self.app(scope, receive, send)
