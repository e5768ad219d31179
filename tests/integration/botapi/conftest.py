"""The simulated Telegram over real HTTP, and aiogram's own bot as its client."""

import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import uvicorn
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.app import FAULTS, bot_api_app
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.sim_telegram import SimTelegram

TOKEN = "424242:sandbox-token"


class AppServer:
    """An HTTP server in a thread that serves the current `app`."""

    def __init__(self) -> None:
        self.app: FastAPI | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        # Longer than aiohttp keeps an idle connection, as the shop's own server does: no call meets one that closes.
        config = uvicorn.Config(
            self.handle,
            lifespan="off",
            ws="none",
            log_level="critical",
            interface="asgi3",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


async def until(telegram: SimTelegram, condition: Callable[[], object]) -> None:
    """Wait for *condition*; it is checked again after every change of *telegram*."""
    while True:
        seen = telegram.signal.version
        if condition():
            return
        await telegram.signal.wait(seen, 5)


@pytest.fixture(scope="session")
def app_server() -> Iterator[AppServer]:
    one = AppServer()
    yield one
    one.close()


@pytest.fixture(scope="session")
async def wire(app_server: AppServer) -> AsyncIterator[AiohttpSession]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(app_server.url))
    yield session
    await session.close()


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock()


@pytest.fixture
def telegram(clock: SandboxClock) -> SimTelegram:
    return SimTelegram(clock, TOKEN, "orbit_sandbox_bot", seed=7)


@pytest.fixture
def faults() -> Faults:
    return Faults(FAULTS)


@pytest.fixture
def base(app_server: AppServer, telegram: SimTelegram, faults: Faults) -> str:
    """The address of the Bot API that serves this test's telegram."""
    app_server.app = bot_api_app(telegram, faults)
    return app_server.url


@pytest.fixture
def bot(base: str, wire: AiohttpSession) -> Bot:
    return Bot(TOKEN, session=wire)


@pytest.fixture
def anna(telegram: SimTelegram) -> Customer:
    """A customer who has pressed Start; the update of that is already dropped."""
    customer = telegram.add_customer("Анна", "ru", "anna")
    telegram.press_start(customer.id)
    telegram.updates.clear()
    return customer
