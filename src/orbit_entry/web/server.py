"""Serving an ASGI application inside this process, without touching its signals."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LEAVE_S = 3


class _QuietServer(uvicorn.Server):
    """Says when it listens, and leaves signals to the process, whose they are."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none. uvicorn would leave by itself and then send the process what it caught once more."""
        yield


class _LastAnswers:
    """While the server leaves, each answer of *app* closes its connection.

    uvicorn tells only the connections it knows when it begins to leave. One that is accepted in that very moment would
    be served on and on, until the time for leaving is over and its last request is cut off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.leaving = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if self.leaving and message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        await self.app(scope, receive, answer)


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
    """Serve *app* while the block runs; yields its address. Port 0 takes a free one. Raises OSError if taken."""
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    answers = _LastAnswers(app)
    config = uvicorn.Config(answers, log_config=None, access_log=False, timeout_graceful_shutdown=_LEAVE_S)
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    listening = asyncio.create_task(server.listening.wait())
    await asyncio.wait({task, listening}, return_when=asyncio.FIRST_COMPLETED)
    listening.cancel()
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        answers.leaving = server.should_exit = True
        await task
        listener.close()
