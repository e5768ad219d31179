"""The HTTP client of the Bot API: no answer ever meets another call, and what became of a call is never guessed."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from orbit_entry.bot.keep_alive_client import Answer, ConnectionBroken, KeepAliveClient

LONG_S = 60.0

Serve = Callable[[int, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def request(reader: asyncio.StreamReader) -> bytes:
    """The body of the next request. Raises IncompleteReadError at the end."""
    head = await reader.readuntil(b"\r\n\r\n")
    return await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))


def answer(body: bytes, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"content-length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@asynccontextmanager
async def served(serve: Serve) -> AsyncIterator[KeepAliveClient]:
    """A client of a server whose connections are numbered."""
    count = 0

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        try:
            await serve(count, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client has hung up.
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = KeepAliveClient(urlsplit(f"http://127.0.0.1:{port}"), ssl.create_default_context())
        yield client
        client.close()


async def echo(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each call with the connection's number and the call."""
    while True:
        writer.write(answer(b"%d:%b" % (number, await request(reader))))


async def test_calls_share_connections_one_after_the_other() -> None:
    """One connection serves many calls in turn; calls at once have one each."""
    async with served(echo) as client:
        assert [(await client.post("/", b"a", LONG_S)).body, (await client.post("/", b"b", LONG_S)).body] == [
            b"1:a",
            b"1:b",
        ]
        both = await asyncio.gather(client.post("/", b"c", LONG_S), client.post("/", b"d", LONG_S))
        assert {one.body for one in both} == {b"1:c", b"2:d"}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", Answer(200, b"abc")),
        (b"HTTP/1.1 429 Too Many\r\ncontent-length: 0\r\n\r\n", Answer(429, b"")),
        (answer(b"bye", b"connection: close"), Answer(200, b"bye")),
    ],
    ids=["chunked", "refused", "closing"],
)
async def test_whole_answers(sent: bytes, expected: Answer) -> None:
    """In whatever parts they come; the next call has its own."""

    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        for byte in sent:
            writer.write(bytes([byte]))
            await writer.drain()
        await echo(0, reader, writer)

    async with served(serve) as client:
        assert await client.post("/", b"x", LONG_S) == expected
        assert (await client.post("/", b"y", LONG_S)).status in (200, expected.status)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab", b"220 mail.example\r\n"])
async def test_what_is_not_a_whole_answer_is_no_answer(sent: bytes) -> None:
    """The server hangs up, in the middle or at once, or speaks something else; nothing is sent a second time."""
    calls = []

    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(await request(reader))
        writer.write(sent)

    async with served(serve) as client:
        with pytest.raises(ConnectionBroken):
            await client.post("/", b"x", LONG_S)
        assert calls == [b"x"]


@pytest.mark.parametrize(("caller_s", "call_s"), [(0.05, LONG_S), (LONG_S, 0.05)], ids=["cancelled", "out of time"])
async def test_a_late_answer_meets_no_later_call(caller_s: float, call_s: float) -> None:
    """A call that was given up takes its connection with it: nobody takes its answer for another one's."""
    go_on = asyncio.Event()

    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = await request(reader)
        if number == 1:
            await go_on.wait()
        writer.write(answer(b"to " + body))
        await echo(number, reader, writer)

    async with served(serve) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(caller_s):
                await client.post("/", b"first", call_s)
        go_on.set()
        assert (await client.post("/", b"second", LONG_S)).body == b"to second"


async def test_a_connection_that_brings_too_much_is_not_used_again() -> None:
    """Two answers to one call: the second belongs to nobody."""

    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if number == 1:
            await request(reader)
            writer.write(answer(b"mine") + answer(b"nobody's"))
            await reader.read()
        await echo(number, reader, writer)

    async with served(serve) as client:
        assert (await client.post("/", b"x", LONG_S)).body == b"mine"
        assert (await client.post("/", b"y", LONG_S)).body == b"2:y"


async def test_a_server_that_is_not_there_is_an_error() -> None:
    """Nothing listens: the caller hears it."""
    client = KeepAliveClient(urlsplit("http://127.0.0.1:1"), ssl.create_default_context())
    with pytest.raises(OSError):
        await client.post("/", b"x", LONG_S)
