"""A Redis that a test holds by the hand: it answers when it is told to, and as it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class LateServer:
    """Every command is in `asked` when it has come, with the connection that it came over; the test answers."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[tuple[list[bytes], asyncio.StreamWriter]] = asyncio.Queue()
        self.url = ""

    async def next(self, *words: bytes) -> asyncio.StreamWriter:
        """The connection over which the next command has come, which must be *words*."""
        came, connection = await self.asked.get()
        assert came == list(words)
        return connection

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the commands of one connection, until the client closes it."""
        while head := await reader.readline():
            words = []
            for _ in range(int(head[1:])):
                length = int((await reader.readline())[1:])
                words.append((await reader.readexactly(length + 2))[:-2])
            self.asked.put_nowait((words, writer))
        writer.close()


@asynccontextmanager
async def late_server() -> AsyncIterator[LateServer]:
    """One on a port of the kernel's choice."""
    late = LateServer()
    server = await asyncio.start_server(late.serve, "127.0.0.1", 0)
    late.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield late


def bulk(value: bytes) -> bytes:
    """*value* as the server writes it."""
    return b"$%d\r\n%s\r\n" % (len(value), value)
