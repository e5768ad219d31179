"""A small HTTP client for the many small calls to one server (docs/decisions/0060).

Connections stay open, httptools parses what comes. aiohttp's client takes four times as long for such a call.
"""

import asyncio
from dataclasses import dataclass
from ssl import SSLContext
from typing import cast
from urllib.parse import SplitResult

import httptools

_PLACES = 100
_STAYS_S = 15.0
"""As long as aiohttp keeps an idle connection: shorter than servers do, so that few calls meet one that closes."""
_MAX_BODY_BYTES = 64 * 1024 * 1024


class ConnectionBroken(ConnectionError):
    """It ended, or brought something else than HTTP, before the answer was whole. What the call did is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a call."""

    status: int
    body: bytes


class KeepAliveClient:
    """Posts JSON to one server, at most a hundred calls at once, each alone on its connection.

    A call is sent once, whatever becomes of it.
    """

    def __init__(self, server: SplitResult, tls: SSLContext) -> None:
        if server.hostname is None:
            raise ValueError("the server's address names no host")
        self._host, self._port = server.hostname, server.port or (443 if server.scheme == "https" else 80)
        self._tls = tls if server.scheme == "https" else None
        self._host_header = server.netloc.rpartition("@")[2].encode()
        self._places = asyncio.Semaphore(_PLACES)
        self._idle: list[_Connection] = []

    async def post(self, path: str, body: bytes, timeout_s: float) -> Answer:
        """The answer to *body*. It may take so long to open a connection, and so long again to answer.

        Raises OSError, of which ConnectionBroken and TimeoutError are some.
        """
        async with self._places:
            connection = self._taken() or await self._opened(timeout_s)
            try:
                answer = await connection.ask(self._head(path, body) + body, timeout_s)
            finally:
                connection.end_call()
            if connection.is_open:
                self._idle.append(connection)
            return answer

    def close(self) -> None:
        """Close the connections that wait for a call."""
        while self._idle:
            self._idle.pop().close()

    def _head(self, path: str, body: bytes) -> bytes:
        return (
            b"POST %b HTTP/1.1\r\nhost: %b\r\naccept: application/json\r\ncontent-type: application/json\r\n"
            b"content-length: %d\r\n\r\n" % (path.encode(), self._host_header, len(body))
        )

    def _taken(self) -> "_Connection | None":
        """The connection that was used last, if it is open still. Nothing is awaited until the call is written."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open and now - connection.idle_since < _STAYS_S:
                return connection
            connection.close()
        return None

    async def _opened(self, timeout_s: float) -> "_Connection":
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout_s):
            _, connection = await loop.create_connection(_Connection, self._host, self._port, ssl=self._tls)
        return connection


class _Connection(asyncio.Protocol):
    """One connection, and the call that is under way on it."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body = bytearray()

    @property
    def is_open(self) -> bool:
        """Whether another call may go over it."""
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes, timeout_s: float) -> "asyncio.Future[Answer]":
        """Write *request*; the answer to it. At once: nobody may close the connection in between."""
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        self._body.clear()
        if self._transport is None or self._transport.is_closing():
            self._fail(ConnectionBroken("it closed before the call was written"))
        else:
            # One timer, a third of the price of asyncio.timeout.
            self._deadline = loop.call_later(timeout_s, self._fail, TimeoutError("the call took too long"))
            self._transport.write(request)
        return self._answer

    def end_call(self) -> None:
        """A call without its answer, cancelled for example, closes: what comes late must not meet the next one."""
        if self._answer is None or not self._answer.done() or self._answer.cancelled() or self._answer.exception():
            self.close()
        self._answer = None
        if self._deadline is not None:
            self._deadline.cancel()
        self.idle_since = asyncio.get_running_loop().time()

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass.

    def data_received(self, data: bytes) -> None:
        """Take a part of the answer; what nobody has asked for ends the connection."""
        if self._answer is None:
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(ConnectionBroken("it brought something else than HTTP"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits for an answer hears that none will come."""
        reason = "" if exc is None else f" ({type(exc).__name__})"
        self._fail(ConnectionBroken(f"it ended before the answer was whole{reason}"))

    def on_message_begin(self) -> None:
        """For the parser: an answer begins; a second one to the same call is nobody's."""
        if self._answer is None or self._answer.done():
            self.close()

    def on_body(self, body: bytes) -> None:
        """For the parser: a part of the body."""
        self._body += body
        if len(self._body) > _MAX_BODY_BYTES:
            self._fail(ConnectionBroken("its answer is too large"))

    def on_message_complete(self) -> None:
        """For the parser: the answer is whole."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._parser.get_status_code(), bytes(self._body)))
        if not self._parser.should_keep_alive():
            self.close()

    def _fail(self, error: OSError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.close()
