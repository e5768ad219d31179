"""Serving an ASGI application inside this process, without touching its signals."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

_LEAVE_S = 3


class _QuietServer(uvicorn.Server):
    """Signals belong to the process, not to one of its doors."""

    def install_signal_handlers(self) -> None:
        """Nothing to install."""


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
    """Serve *app* while the block runs; yields its address. Port 0 takes a free one. Raises OSError if taken."""
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=_LEAVE_S)
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not task.done():
        await asyncio.sleep(0.01)
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()
