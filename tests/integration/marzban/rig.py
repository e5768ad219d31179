"""A clock moved by hand, a line that can be cut, and the panel contract's hooks over the stand-in's world."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.marzban.fault_injection import FAULTS
from orbit_sandbox.marzban.in_process import InProcess
from orbit_sandbox.marzban.seed import PASSWORD, USERNAME, demo_world
from orbit_sandbox.marzban.state import PanelUser, Proxy
from orbit_testing.contracts.vpn_panel import Break, VpnPanelContract

BASE_URL = "http://panel.test:8000"
PLACES = (("VLESS Frankfurt",), ("VLESS Amsterdam",))


@dataclass
class FakeClock:
    """Stands still until moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 12, 0, 0, 500_000, tzinfo=UTC))

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.at += by


@dataclass
class Line(httpx.AsyncBaseTransport):
    """Passes requests on and keeps a list of them; what lies in `traps` decides about single ones."""

    inner: httpx.AsyncBaseTransport
    sent: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    traps: list[Callable[[httpx.Request], Break | None]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one exchange, or break it."""
        self.sent.append((request.method, request.url.path))
        if request.headers.get("content-type") == "application/json":
            self.bodies.append(json.loads(await request.aread()))
        # Let everybody else go first, so that what can interleave does.
        await asyncio.sleep(0)
        kind = next((kind for trap in list(self.traps) if (kind := trap(request))), None)
        if kind == Break.NOTHING_DONE:
            raise httpx.ReadTimeout("cut by the test", request=request)
        response = await self.inner.handle_async_request(request)
        if kind is None:
            return response
        body = await response.aread()
        await response.aclose()
        if kind == Break.ANSWER_LOST:
            raise httpx.ReadError("cut by the test", request=request)
        return httpx.Response(response.status_code, content=body[: len(body) // 2], request=request)

    def break_next(self, kind: Break, method: str = "", times: int = 1) -> None:
        """Break the next *times* requests of *method*, or else that change anything."""
        left = [kind] * times

        def trap(request: httpx.Request) -> Break | None:
            meant = request.method == method if method else request.method != "GET"
            return left.pop() if left and meant and not request.url.path.endswith("/token") else None

        self.traps.append(trap)

    def count(self, method: str, ending: str = "") -> int:
        """How many requests of *method* went to a path with that ending."""
        return sum(one == method and path.endswith(ending) for one, path in self.sent)


class Rig:
    """A panel's world, the line to it and the adapter at the near end."""

    def __init__(self, **settings: object) -> None:
        self.clock = FakeClock()
        self.world = demo_world(self.clock, Random(7))
        self.faults = Faults(FAULTS)
        self.app = marzban_app(self.world, self.faults)
        self.line = Line(InProcess(self.app))
        self.http = httpx.AsyncClient(transport=self.line)
        self.settings = panel_settings(**settings)
        self.panel = self.another()

    def another(self, **settings: object) -> MarzbanPanel:
        """One more adapter on the same line, as another replica has it."""
        return MarzbanPanel(panel_settings(**settings) if settings else self.settings, self.http, self.clock)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The base URL of *app* behind uvicorn on a free port. The open socket queues whoever comes too early."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def panel_settings(**changes: object) -> MarzbanSettings:
    """The settings of the demo's panel with *changes*."""
    plain: dict[str, object] = {
        "panel_id": "fra-ams",
        "base_url": BASE_URL,
        "username": USERNAME,
        "password": SecretStr(PASSWORD),
    }
    return MarzbanSettings.model_validate(plain | changes)


class MarzbanContract(VpnPanelContract):
    """The contract's hooks, played by the stand-in's world."""

    placements = PLACES
    rig: Rig

    def now(self) -> datetime:
        return self.rig.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.rig.clock.advance(by)
        self.rig.world.settle()

    def limit_out(self, username: str) -> None:
        self.rig.world.carry(username, 1, down=self.rig.world.users[username].data_limit or 0)
        self.pass_time(timedelta(seconds=10))

    def disable(self, username: str) -> None:
        self.rig.world.users[username].status = "disabled"

    def lose(self, username: str) -> None:
        del self.rig.world.users[username]

    def add_foreign(self, username: str) -> None:
        self.rig.world.users[username] = PanelUser(
            username, self.now(), USERNAME, note="grandmother", proxies=_somebodys_proxies()
        )

    def portrait(self, username: str) -> object:
        return deepcopy(self.rig.world.users.get(username))

    def usernames(self) -> set[str]:
        return set(self.rig.world.users)

    def break_once(self, kind: Break) -> None:
        self.rig.line.break_next(kind)

    async def opened(self, subscription_url: str) -> tuple[str, ...]:
        response = await self.rig.http.get(f"{self.rig.settings.base_url}{urlsplit(subscription_url).path}/info")
        return tuple(response.json()["links"]) if response.status_code == 200 else ()


def _somebodys_proxies() -> dict[str, Proxy]:
    return {"vless": Proxy({"id": "5c0ffee0-0000-4000-8000-000000000000", "flow": ""})}
