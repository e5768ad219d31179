"""A little Telegram behind real HTTP, and aiogram's own bot in front of it."""

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
from orbit_sandbox.telegram.world import BotApiWorld

TOKEN = "424242:sandbox-token"


class ServedApp:
    """A server in a thread that serves whichever app stands on it."""

    def __init__(self) -> None:
        self.app: FastAPI | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self.play, lifespan="off", ws="none", log_level="critical", interface="asgi3", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()

    async def play(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


async def until(world: BotApiWorld, condition: Callable[[], object]) -> None:
    """Wait for *condition*, looking again whenever something happens in *world*."""
    while True:
        seen = world.work_signal.version
        if condition():
            return
        await world.work_signal.wait(seen, 5)


@pytest.fixture(scope="session")
def served() -> Iterator[ServedApp]:
    one = ServedApp()
    yield one
    one.close()


@pytest.fixture(scope="session")
async def wire(served: ServedApp) -> AsyncIterator[AiohttpSession]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(served.url))
    yield session
    await session.close()


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock()


@pytest.fixture
def world(clock: SandboxClock) -> BotApiWorld:
    return BotApiWorld(clock, TOKEN, "orbit_sandbox_bot", seed=7)


@pytest.fixture
def faults() -> Faults:
    return Faults(FAULTS)


@pytest.fixture
def base(served: ServedApp, world: BotApiWorld, faults: Faults) -> str:
    """The address of the Bot API that serves this test's world."""
    served.app = bot_api_app(world, faults)
    return served.url


@pytest.fixture
def bot(base: str, wire: AiohttpSession) -> Bot:
    return Bot(TOKEN, session=wire)


@pytest.fixture
def anna(world: BotApiWorld) -> Customer:
    """A customer who has pressed Start; the update of that is already forgotten."""
    customer = world.add_customer("Анна", "ru", "anna")
    world.press_start(customer.id)
    world.updates.clear()
    return customer
