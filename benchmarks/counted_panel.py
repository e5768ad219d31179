"""The simulated Marzban with a counter in front of it: requests, bytes, and the time it took for itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from time import perf_counter, process_time

import httpx
from pydantic import SecretStr

from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_domain.clock import Clock
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.marzban.fault_injection import FAULTS
from orbit_sandbox.marzban.in_process import InProcess
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME, SimMarzban, demo_panel
from tests.support.world import MAIN

SETTINGS = MarzbanSettings(
    panel_id=MAIN, base_url="http://panel.test", username=USERNAME, password=SecretStr(PASSWORD), attempts=1
)


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent: requests and bytes of their answers, seconds by the clock and of processor time.

    `panel_s` is the part of the processor time that the simulated panel took, which a real one takes elsewhere.
    """

    requests: int
    bytes: int
    clock_s: float
    cpu_s: float
    panel_s: float


class CountedTransport(httpx.AsyncBaseTransport):
    """Counts what passes. Calls that overlap would count each other's time, so compare `panel_s` only without."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.requests = self.bytes = 0
        self.panel_s = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Forward one request."""
        began = process_time()
        response = await self._inner.handle_async_request(request)
        self.bytes += len(await response.aread())
        self.requests += 1
        self.panel_s += process_time() - began
        return response


class Meter:
    """Reads what was spent since it was made."""

    def __init__(self, transport: CountedTransport | None = None) -> None:
        self._transport = transport
        self._began = self._now()

    def spent(self) -> Spent:
        """So far."""
        requests, octets, clock_s, cpu_s, panel_s = (
            now - then for now, then in zip(self._now(), self._began, strict=True)
        )
        return Spent(int(requests), int(octets), clock_s, cpu_s, panel_s)

    def _now(self) -> tuple[float, ...]:
        one = self._transport
        of_panel = (one.requests, one.bytes, one.panel_s) if one is not None else (0, 0, 0.0)
        return of_panel[0], of_panel[1], perf_counter(), process_time(), of_panel[2]


@asynccontextmanager
async def counted_marzban(clock: Clock) -> AsyncIterator[tuple[SimMarzban, CountedTransport, httpx.AsyncClient]]:
    """The demo's panel, what counts in front of it, and the way to it.

    Its administrator is that of its environment: otherwise the simulator adds all users up for each one it shows.
    """
    sim = demo_panel(clock, Random(7))
    sim.admins[USERNAME].in_database = False
    transport = CountedTransport(InProcess(marzban_app(sim, Faults(FAULTS))))
    async with httpx.AsyncClient(transport=transport) as http:
        yield sim, transport, http
