"""A shop over two simulated Marzbans and a simulated Remnawave, with links of its own and a worker that runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields, replace
from random import Random

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.marzban.subscription import MarzbanSubscriptions
from orbit_adapters.memory.panel import MemoryPanels
from orbit_adapters.panel_cache.spared_source import SparedSource
from orbit_adapters.remnawave.panel import RemnawavePanel
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_adapters.remnawave.subscription import RemnawaveSubscriptions
from orbit_adapters.vpn_clients.offer import DEFAULT_OFFER
from orbit_domain.access.ports import VpnPanel
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.subscription_link.ports import SubscriptionSource
from orbit_entry.runtime.periodic_job import Intervals, PeriodicJob, run_periodically
from orbit_entry.web.link_answers import LinkProfile
from orbit_entry.web.link_limits import LinkLimits
from orbit_entry.web.link_pages import LinkPages
from orbit_entry.web.subscription_links import SubscriptionRoutes
from orbit_entry.worker.job_runner import JobRunner
from orbit_entry.worker.jobs import Jobs
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.marzban.fault_injection import FAULTS
from orbit_sandbox.marzban.in_process import InProcess
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME, SimMarzban, demo_panel
from orbit_sandbox.remnawave.app import remnawave_app
from orbit_sandbox.remnawave.sim_remnawave import TOKEN, SimRemnawave, demo_remnawave
from orbit_sandbox.remnawave.slow_answers import FAULTS as REMNAWAVE_FAULTS
from tests.integration.panels.panel_line import PanelLine
from tests.support.shop import Shop
from tests.support.world import Ports, World

A, B, C = PanelId("a"), PanelId("b"), PanelId("c")
KINDS = {A: "marzban", B: "marzban", C: "remnawave"}
ADDRESS = "https://keys.shop.test"
PROXIED = {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https"}


class PanelWorld(World):
    """A world whose panels are simulators, each behind a line of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.marzbans = {panel_id: demo_panel(self.clock, Random(panel_id)) for panel_id in (A, B)}
        self.remnawave: SimRemnawave = demo_remnawave(self.clock, Random(7))
        apps = {panel_id: marzban_app(sim, Faults(FAULTS)) for panel_id, sim in self.marzbans.items()}
        apps[C] = remnawave_app(self.remnawave, Faults(REMNAWAVE_FAULTS))
        self.lines = {panel_id: PanelLine(InProcess(app)) for panel_id, app in apps.items()}
        self.adapters: dict[PanelId, VpnPanel] = {}
        self.sources: dict[PanelId, SubscriptionSource] = {}

    def connect(self, http: dict[PanelId, httpx.AsyncClient]) -> None:
        """Speak to the panels through *http*."""
        for panel_id in (A, B):
            settings = marzban_settings(panel_id)
            self.adapters[panel_id] = MarzbanPanel(settings, http[panel_id], self.clock)
            self.sources[panel_id] = MarzbanSubscriptions(settings, http[panel_id])
        self.adapters[C] = RemnawavePanel(remnawave_settings(), http[C], self.clock)
        self.sources[C] = RemnawaveSubscriptions(remnawave_settings(), http[C])

    def ports(self) -> Ports:
        """The world as use cases see it."""
        return replace(
            super().ports(),
            panels=MemoryPanels(*self.adapters.values()),
            records=tuple(PanelRecord(panel_id, kind, panel_id) for panel_id, kind in KINDS.items()),
            address=PublicAddress(ADDRESS),
            subscriptions={one: SparedSource(one, source, self.clock) for one, source in self.sources.items()},
        )

    def accounts(self, panel_id: PanelId) -> set[str]:
        """The names of all accounts that the panel holds, whoever made them."""
        sim: SimMarzban | SimRemnawave = self.remnawave if panel_id == C else self.marzbans[panel_id]
        return set(sim.users)


@dataclass(frozen=True, slots=True)
class ThreePanels:
    """One process of the shop, and the way to its web server."""

    world: PanelWorld
    shop: Shop
    web: httpx.AsyncClient


def marzban_settings(panel_id: PanelId) -> MarzbanSettings:
    return MarzbanSettings(
        panel_id=panel_id,
        base_url=f"http://{panel_id}.test",
        username=USERNAME,
        password=SecretStr(PASSWORD),
        attempts=1,
    )


def remnawave_settings() -> RemnawaveSettings:
    return RemnawaveSettings(
        panel_id=C, base_url="http://c.test", token=SecretStr(TOKEN), secret=SecretStr("s" * 40), attempts=1
    )


@asynccontextmanager
async def three_panels(world: PanelWorld) -> AsyncIterator[ThreePanels]:
    """A shop that is open, whose worker runs all its jobs until the end."""
    async with AsyncExitStack() as stack:
        clients = {one: httpx.AsyncClient(transport=line) for one, line in world.lines.items()}
        for client in clients.values():
            await stack.enter_async_context(client)
        world.connect(clients)
        ports = world.ports()
        shop = Shop(ports)
        await shop.open()
        routes = SubscriptionRoutes(
            shop.serve_subscription,
            shop.read_link,
            ports.address,
            LinkProfile("VPN", lambda: "https://t.me/orbit_help"),
            LinkPages("VPN", DEFAULT_OFFER),
            LinkLimits(world.clock),
        )
        transport = httpx.ASGITransport(Starlette(routes=routes.routes()))
        web = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=ADDRESS))
        await stack.enter_async_context(working(shop))
        yield ThreePanels(world, shop, web)


@asynccontextmanager
async def working(shop: Shop) -> AsyncIterator[None]:
    """The worker's process, with every job at its own interval."""
    jobs = Jobs(**{field.name: getattr(shop, field.name) for field in fields(Jobs)}).jobs(Intervals())
    runner, stop = JobRunner(jobs), asyncio.Event()

    async def sweep(job: PeriodicJob) -> None:
        await runner.run(job.name, urgent=False)

    sweeps = [asyncio.create_task(run_periodically(job, sweep, stop)) for job in jobs]
    try:
        yield
    finally:
        stop.set()
        await runner.stop(0)
        await asyncio.gather(*sweeps)
