"""A server inside a process stops when the process says so: not for a signal, and not later for a busy client."""

import asyncio
import os
import signal

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orbit_entry.web.server import serving

CLIENTS = 8
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


async def test_a_connection_has_one_answer_more_when_the_server_leaves() -> None:
    """From the stop on each answer closes its connection, also of one that was accepted too late."""
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as open_, serving(_app(), "127.0.0.1", 0) as address:
        served = [asyncio.Event() for _ in range(CLIENTS)]
        clients = [open_.create_task(_request_on(httpx.URL(address).port, one, stopping)) for one in served]
        await asyncio.gather(*(one.wait() for one in served))
        stopping.set()
    # One may have been on its way.
    assert all(client.result() <= 2 for client in clients)


async def test_signals_are_for_the_process_alone() -> None:
    """SIGTERM reaches the process once, which may have work to finish; meanwhile the server serves on."""
    received: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, received.put_nowait, None)
    try:
        async with serving(_app(), "127.0.0.1", 0) as address, httpx.AsyncClient(trust_env=False) as http:
            os.kill(os.getpid(), signal.SIGTERM)
            await received.get()
            for _ in range(CLIENTS):
                assert (await http.get(address, headers={"Connection": "close"})).status_code == 204
        # Signals come in order: a second one would be there before this one.
        os.kill(os.getpid(), signal.SIGTERM)
        await received.get()
        assert received.empty()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


def _app() -> Starlette:
    async def here(_: Request) -> Response:
        return Response(status_code=204)

    return Starlette(routes=[Route("/", here)])


async def _request_on(port: int | None, served: asyncio.Event, stopping: asyncio.Event) -> int:
    """Send requests on one connection until it is closed: how many answers came after the server began to stop."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    late = 0
    try:
        while True:
            writer.write(REQUEST)
            await reader.readuntil(b"\r\n\r\n")
            served.set()
            late += stopping.is_set()
    except (asyncio.IncompleteReadError, ConnectionError):
        return late
    finally:
        writer.close()
