"""The public web server gives a client a few connections and some seconds, and never more."""

import contextlib
import http.client
import os
import resource
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import anyio.to_thread
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orbit_entry.web.limits import ServerLimits
from orbit_entry.web.server import serving

ROOT = Path(__file__).resolve().parents[3]
MANY = 9_000
NEVER = 3600.0
SPARE = 500


def connect(address: str) -> socket.socket:
    """A connection that has said nothing yet; a test that waits for ever on it fails."""
    parts = urlsplit(address)
    one = socket.create_connection((parts.hostname, parts.port), timeout=30)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return one


def read_all(connection: socket.socket) -> bytes:
    """Everything the server says until it closes the connection, politely or not."""
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            said += part
    return said


def health(address: str) -> int:
    """The status of the health of the process."""
    client = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        client.request("GET", "/health/live")
        return client.getresponse().status
    finally:
        client.close()


async def body_size(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


async def live(_: Request) -> Response:
    return JSONResponse({"status": "healthy"})


APP = Starlette(routes=[Route("/health/live", live), Route("/echo", body_size, methods=["POST"])])


@pytest.fixture
def limits() -> ServerLimits:
    """Limits that a test may change while the server runs: the server waits for ever, and has four places."""
    return cast(ServerLimits, SimpleNamespace(headers_s=NEVER, body_s=NEVER, connections=4))


@pytest.fixture
async def narrow(limits: ServerLimits) -> AsyncIterator[str]:
    """A server in this process with these limits."""
    async with serving(APP, "127.0.0.1", 0, limits) as address:
        yield address


@pytest.fixture
def flooded() -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The server with its usual limits in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.entry.flooded_server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        yield process.stdout.readline().strip(), process
        process.kill()


@pytest.mark.parametrize("said", [b"", b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_headers_that_do_not_come_end_the_connection(narrow: str, limits: Any, said: bytes) -> None:
    """A client that says nothing, or half of its headers, is hung up on."""
    limits.headers_s = 0

    def wait() -> bytes:
        with connect(narrow) as client:
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                client.sendall(said)
            return read_all(client)

    assert await anyio.to_thread.run_sync(wait) == b""


async def test_half_a_second_request_ends_the_connection(narrow: str, limits: Any) -> None:
    """The deadline counts for every request of a connection, not only for the first."""

    def wait() -> bytes:
        with connect(narrow) as client:
            client.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            said = b""
            while not said.endswith(b"}"):
                said += client.recv(65536)
            limits.headers_s = 0
            client.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            return said[:12] + read_all(client)

    assert await anyio.to_thread.run_sync(wait) == b"HTTP/1.1 200"


async def test_headers_without_end_end_the_connection(narrow: str) -> None:
    """Headers may not grow until the memory is full: at 64 KiB the client is hung up on."""

    def flood() -> bytes:
        with connect(narrow) as client:
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                client.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n")
                for number in range(100_000):
                    client.sendall(b"X-More-%d: %s\r\n" % (number, b"x" * 1000))
            return read_all(client)

    assert await anyio.to_thread.run_sync(flood) == b""


async def test_a_body_that_does_not_come_is_answered_with_408() -> None:
    """Half a body gets 408, one answer and no more, and the connection is closed."""

    def wait(address: str) -> bytes:
        with connect(address) as client:
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
            return read_all(client)

    async with serving(APP, "127.0.0.1", 0, ServerLimits(NEVER, body_s=0.05)) as address:
        answer = await anyio.to_thread.run_sync(wait, address)
    assert answer.startswith(b"HTTP/1.1 408")
    assert answer.count(b"HTTP/1.1") == 1


async def test_a_client_that_leaves_in_its_body_is_no_error(narrow: str, caplog: pytest.LogCaptureFixture) -> None:
    """Hanging up in the middle of a body is caught: no traceback, and the server goes on."""

    def leave() -> int:
        for _ in range(20):
            with connect(narrow) as client:
                client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        return health(narrow)

    assert await anyio.to_thread.run_sync(leave) == 200
    assert caplog.records == []


@pytest.mark.parametrize("said", [b"", b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"])
async def test_a_newcomer_displaces_the_oldest_that_is_waited_for(narrow: str, said: bytes) -> None:
    """With all places taken by silent clients, somebody who asks is served, and the oldest of them hung up on."""

    def crowd() -> tuple[int, bytes]:
        with contextlib.ExitStack() as open_:
            clients = [open_.enter_context(connect(narrow)) for _ in range(5)]
            for client in clients:
                with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                    client.sendall(said)
            return health(narrow), read_all(clients[0])

    assert await anyio.to_thread.run_sync(crowd) == (200, b"")


async def test_a_whole_request_is_served_as_before(narrow: str) -> None:
    """A body in several parts, two requests on one connection: the limits are in nobody's way."""

    def talk() -> list[bytes]:
        client = http.client.HTTPConnection(urlsplit(narrow).netloc, timeout=30)
        said = []
        for _ in range(2):
            client.request(
                "POST",
                "/echo",
                body=iter([b"a" * 70_000, b"b" * 30_000]),
                encode_chunked=True,
                headers={"Transfer-Encoding": "chunked"},
            )
            said.append(client.getresponse().read())
        client.close()
        return said

    assert await anyio.to_thread.run_sync(talk) == [b'{"bytes":100000}'] * 2


def test_nine_thousand_idle_connections_change_nothing(flooded: tuple[str, "subprocess.Popen[str]"]) -> None:
    """Under 9 000 idle connections health answers, with < 300 descriptors and < 100 lines of log."""
    address, process = flooded
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    maximum = 0
    try:
        with contextlib.ExitStack() as open_:
            for number in range(min(MANY, hard - SPARE)):
                open_.enter_context(connect(address))
                if number % 100 == 0:
                    maximum = max(maximum, len(os.listdir(f"/proc/{process.pid}/fd")))
            assert health(address) == 200
            assert maximum < 300
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert health(address) == 200
    _, log = process.communicate()
    assert len(log.splitlines()) < 100
