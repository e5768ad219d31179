"""The harness of the Marzban tests: the simulated panel, a recording transport with faults, the contract's hooks."""

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
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME, demo_panel
from orbit_sandbox.marzban.state import PanelUser, Proxy
from orbit_testing.contracts.vpn_panel import VpnPanelContract
from orbit_testing.contracts.vpn_panel_hooks import CallFault
from tests.support.clock import FakeClock

START = datetime(2026, 11, 21, 12, 0, 0, 500_000, tzinfo=UTC)
BASE_URL = "http://panel.test:8000"
PLACES = (("VLESS Frankfurt",), ("VLESS Amsterdam",))


@dataclass
class RecordingTransport(httpx.AsyncBaseTransport):
    """Forwards requests and records them. A function in `fault_hooks` can make single requests fail."""

    inner: httpx.AsyncBaseTransport
    sent: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    fault_hooks: list[Callable[[httpx.Request], CallFault | None]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Forward one request, or make it fail."""
        self.sent.append((request.method, request.url.path))
        if request.headers.get("content-type") == "application/json":
            self.bodies.append(json.loads(await request.aread()))
        # Yield to the other tasks, so that concurrent calls interleave.
        await asyncio.sleep(0)
        kind = next((kind for hook in list(self.fault_hooks) if (kind := hook(request))), None)
        if kind == CallFault.NOTHING_DONE:
            raise httpx.ReadTimeout("cut by the test", request=request)
        response = await self.inner.handle_async_request(request)
        if kind is None:
            return response
        body = await response.aread()
        await response.aclose()
        if kind == CallFault.ANSWER_LOST:
            raise httpx.ReadError("cut by the test", request=request)
        return httpx.Response(response.status_code, content=body[: len(body) // 2], request=request)

    def fail_next(self, kind: CallFault, method: str = "", times: int = 1) -> None:
        """Make the next *times* requests of *method* fail; without a method, the next changing requests."""
        left = [kind] * times

        def hook(request: httpx.Request) -> CallFault | None:
            meant = request.method == method if method else request.method != "GET"
            return left.pop() if left and meant and not request.url.path.endswith("/token") else None

        self.fault_hooks.append(hook)

    def count(self, method: str, ending: str = "") -> int:
        """The number of requests of *method* to a path with that ending."""
        return sum(one == method and path.endswith(ending) for one, path in self.sent)


class PanelHarness:
    """A simulated panel, the transport to it and the adapter."""

    def __init__(self, **settings: object) -> None:
        self.clock = FakeClock(START)
        self.sim = demo_panel(self.clock, Random(7))
        self.faults = Faults(FAULTS)
        self.app = marzban_app(self.sim, self.faults)
        self.transport = RecordingTransport(InProcess(self.app))
        self.http = httpx.AsyncClient(transport=self.transport)
        self.settings = panel_settings(**settings)
        self.panel = self.new_panel()

    def new_panel(self, **settings: object) -> MarzbanPanel:
        """One more adapter on the same transport, like that of another replica."""
        return MarzbanPanel(panel_settings(**settings) if settings else self.settings, self.http, self.clock)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The base URL of *app* behind uvicorn on a free port. The open socket queues early connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
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
    """The contract's hooks over the simulated panel."""

    placements = PLACES
    harness: PanelHarness

    def now(self) -> datetime:
        return self.harness.clock.now()

    def pass_time(self, by: timedelta) -> None:
        self.harness.clock.at += by
        self.harness.sim.settle()

    def exhaust_traffic(self, username: str) -> None:
        self.harness.sim.carry(username, 1, down=self.harness.sim.users[username].data_limit or 0)
        self.pass_time(timedelta(seconds=10))

    def use_traffic(self, username: str, traffic_bytes: int) -> None:
        self.harness.sim.carry(username, 1, down=traffic_bytes)
        self.pass_time(timedelta(seconds=10))

    def disable(self, username: str) -> None:
        self.harness.sim.users[username].status = "disabled"

    def drop_account(self, username: str) -> None:
        del self.harness.sim.users[username]

    def add_foreign(self, username: str) -> None:
        self.harness.sim.users[username] = PanelUser(
            username, self.now(), USERNAME, note="another owner", proxies=_foreign_proxies()
        )

    def snapshot(self, username: str) -> object:
        return deepcopy(self.harness.sim.users.get(username))

    def usernames(self) -> set[str]:
        return set(self.harness.sim.users)

    def inject_fault(self, kind: CallFault) -> None:
        self.harness.transport.fail_next(kind)

    async def subscription_links(self, subscription_url: str) -> tuple[str, ...]:
        response = await self.harness.http.get(
            f"{self.harness.settings.base_url}{urlsplit(subscription_url).path}/info"
        )
        return tuple(response.json()["links"]) if response.status_code == 200 else ()


def _foreign_proxies() -> dict[str, Proxy]:
    return {"vless": Proxy({"id": "5c0ffee0-0000-4000-8000-000000000000", "flow": ""})}
