"""Serves an ASGI application inside this process, without touching its signals."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from orbit_entry.web.limits import Connections, IgnoreDisconnects, LimitedProtocol, ServerLimits
from orbit_entry.web.traced_requests import TracedRequests

_SHUTDOWN_S = 3
_KEEP_ALIVE_S = 75
"""Longer than nginx (60 s) and aiohttp (15 s) keep an idle connection: a client never writes into a closing one."""
_ACCEPTED_AT_ONCE = 16
"""asyncio accepts so many connections before it does anything else: no more than the descriptors that are to spare."""
_WAITING = 1024
"""How many connections the kernel keeps until they are accepted."""


class _QuietServer(uvicorn.Server):
    """Sets `listening` when it listens, and leaves signals to the process."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture no signal. uvicorn would stop by itself and then send the captured signal to the process again."""
        yield


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int, limits: ServerLimits | None = None) -> AsyncIterator[str]:
    """Serve *app* while the block runs; yields its address. Port 0 takes a free one. Raises OSError if taken."""
    limits = limits or ServerLimits()
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    connections = Connections(limits)
    config = uvicorn.Config(
        IgnoreDisconnects(TracedRequests(app)),
        # uvicorn calls it as it calls a class.
        http=cast(Any, partial(LimitedProtocol, connections)),
        ws="none",
        log_config=None,
        access_log=False,
        backlog=_ACCEPTED_AT_ONCE,
        timeout_graceful_shutdown=_SHUTDOWN_S,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    listening = asyncio.create_task(server.listening.wait())
    await asyncio.wait({task, listening}, return_when=asyncio.FIRST_COMPLETED)
    listening.cancel()
    if server.listening.is_set():
        listener.listen(_WAITING)  # asyncio has set the kernel's queue to what it accepts at once.
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        connections.stop()
        server.should_exit = True
        await task
        listener.close()
