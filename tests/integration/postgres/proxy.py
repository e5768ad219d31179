"""A proxy to PostgreSQL that cuts the connection at a COMMIT: before the server gets it, or before it is answered.

Messages are raised apart as the manual describes them (chapter 54, "Frontend/Backend Protocol"): a type of one
byte and a length of four that counts itself; the first message of a client has no type.
"""

import asyncio
import contextlib
import socket
import struct
from enum import Enum
from types import TracebackType
from typing import Self

from sqlalchemy import make_url

_SSL_REQUEST = 80877103
_NO_SSL = b"N"
_HEADER = 5


class Cut(Enum):
    """What is lost of the next COMMIT."""

    QUESTION = "the server never receives it"
    ANSWER = "the server has executed it, and the client never gets the answer"


class CommitProxy:
    """Listens on a free port of this machine and passes everything on to the server of *url*, until `cut` is set.

    `spare` COMMITs are passed on before it; `cuts` records what was cut.
    """

    def __init__(self, url: str) -> None:
        self._target = make_url(url)
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self.cut: Cut | None = None
        self.spare = 0
        self.cuts: list[Cut] = []

    @property
    def url(self) -> str:
        """The address of the same database, through the proxy."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return self._target.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, family=socket.AF_INET)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _connected(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        server, to_server = await asyncio.open_connection(self._target.host, self._target.port or 5432)
        try:
            # A connection that either side closed, or the proxy cut, ends both directions.
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                await _greet(client, to_client, to_server)
                async with asyncio.TaskGroup() as both:
                    ways = [
                        both.create_task(self._pass_on(client, to_server, Cut.QUESTION, _message(b"Q", b"COMMIT;\0"))),
                        both.create_task(self._pass_on(server, to_client, Cut.ANSWER, _message(b"C", b"COMMIT\0"))),
                    ]
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                    for way in ways:
                        way.cancel()
        finally:
            for writer in (to_server, to_client):
                writer.transport.abort()
            self._lines.discard(line)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: Cut, commit: bytes
    ) -> None:
        unread = b""
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(1 << 16):
                whole, unread = _whole_messages(unread + chunk)
                for message in whole:
                    if message == commit and self._is_cut(cut):
                        return
                    writer.write(message)
                await writer.drain()

    def _is_cut(self, cut: Cut) -> bool:
        """Whether the current COMMIT is cut."""
        if self.cut is not cut:
            return False
        self.spare -= 1
        if self.spare >= 0:
            return False
        self.cut, self.spare = None, 0
        self.cuts.append(cut)
        return True


async def _greet(
    client: asyncio.StreamReader, to_client: asyncio.StreamWriter, to_server: asyncio.StreamWriter
) -> None:
    """Pass on the client's startup message; encryption is declined, because the proxy must read the messages."""
    while True:
        header = await client.readexactly(4)
        body = await client.readexactly(struct.unpack("!I", header)[0] - 4)
        if body != struct.pack("!I", _SSL_REQUEST):
            to_server.write(header + body)
            return
        to_client.write(_NO_SSL)


def _whole_messages(received: bytes) -> tuple[list[bytes], bytes]:
    """The complete messages at the front of *received*, and the rest."""
    found, begin = [], 0
    while len(received) - begin >= _HEADER:
        end = begin + 1 + struct.unpack_from("!I", received, begin + 1)[0]
        if end > len(received):
            break
        found.append(received[begin:end])
        begin = end
    return found, received[begin:]


def _message(kind: bytes, words: bytes) -> bytes:
    return kind + struct.pack("!I", len(words) + 4) + words
