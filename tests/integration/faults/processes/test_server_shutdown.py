"""A server inside a process leaves when the process says so: not for a signal, and not later for a busy guest."""

import asyncio
import os
import signal

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orbit_entry.web.server import serving

GUESTS = 8
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


async def test_a_connection_has_one_answer_more_when_the_server_leaves() -> None:
    """From that moment on each answer closes its connection, also one that was accepted too late to be told."""
    leaving = asyncio.Event()
    async with asyncio.TaskGroup() as open_, serving(_app(), "127.0.0.1", 0) as address:
        at_work = [asyncio.Event() for _ in range(GUESTS)]
        guests = [open_.create_task(_ask_on(httpx.URL(address).port, one, leaving)) for one in at_work]
        await asyncio.gather(*(one.wait() for one in at_work))
        leaving.set()
    # One may have been on its way.
    assert all(guest.result() <= 2 for guest in guests)


async def test_signals_are_for_the_process_alone() -> None:
    """SIGTERM is heard once by the process, which may have work to finish; meanwhile the server serves on."""
    heard: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, heard.put_nowait, None)
    try:
        async with serving(_app(), "127.0.0.1", 0) as address, httpx.AsyncClient(trust_env=False) as http:
            os.kill(os.getpid(), signal.SIGTERM)
            await heard.get()
            for _ in range(GUESTS):
                assert (await http.get(address, headers={"Connection": "close"})).status_code == 204
        # Signals come in order: a second one, if anybody had sent it, would be there before this one.
        os.kill(os.getpid(), signal.SIGTERM)
        await heard.get()
        assert heard.empty()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


def _app() -> Starlette:
    async def here(_: Request) -> Response:
        return Response(status_code=204)

    return Starlette(routes=[Route("/", here)])


async def _ask_on(port: int | None, at_work: asyncio.Event, leaving: asyncio.Event) -> int:
    """Ask on one connection till it is closed: how many answers came after the server had begun to leave."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    late = 0
    try:
        while True:
            writer.write(REQUEST)
            await reader.readuntil(b"\r\n\r\n")
            at_work.set()
            late += leaving.is_set()
    except (asyncio.IncompleteReadError, ConnectionError):
        return late
    finally:
        writer.close()
