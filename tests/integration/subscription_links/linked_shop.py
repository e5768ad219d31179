"""A shop with a public address: its own links over HTTP, its use cases in memory, and a simulated Marzban behind it."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from random import Random

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.marzban.subscription import MarzbanSubscriptions
from orbit_adapters.memory.panel import MemoryPanels
from orbit_adapters.panel_cache.spared_source import SparedSource
from orbit_adapters.vpn_clients.offer import DEFAULT_OFFER
from orbit_domain.access.repository import PanelRecord
from orbit_domain.subscription_link.device import DeviceLimit
from orbit_domain.subscription_link.link import PublicAddress
from orbit_entry.web.link_answers import LinkProfile
from orbit_entry.web.link_limits import LinkLimits
from orbit_entry.web.link_pages import LinkPages
from orbit_entry.web.subscription_links import SubscriptionRoutes
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.marzban.fault_injection import FAULTS
from orbit_sandbox.marzban.in_process import InProcess
from orbit_sandbox.marzban.sim_marzban import PASSWORD, USERNAME, SimMarzban, demo_panel
from tests.support.shop import Shop
from tests.support.world import MAIN, World

ADDRESS = "https://keys.shop.test"
PANEL_SETTINGS = MarzbanSettings(
    panel_id=MAIN, base_url="http://panel.test", username=USERNAME, password=SecretStr(PASSWORD), attempts=1
)


@dataclass
class LinkedShop:
    """The shop, its panel, and the way to its web server."""

    world: World
    shop: Shop
    panel: SimMarzban
    faults: Faults
    app: Starlette
    limits: LinkLimits
    web: httpx.AsyncClient
    asked: list[str] = field(default_factory=list)
    """Paths of the subscriptions that the panel was asked for."""

    async def get(self, url: str, agent: str = "v2rayNG/1.9", method: str = "GET", **headers: str) -> httpx.Response:
        """What an app gets at *url*."""
        return await self.web.request(method, url, headers={"user-agent": agent, **headers})


def links_in(response: httpx.Response) -> list[str]:
    """The share links of a list in base64."""
    return base64.b64decode(response.content, validate=True).decode().splitlines()


@asynccontextmanager
async def linked_shop() -> AsyncIterator[LinkedShop]:
    """Open one."""
    world = World()
    panel, faults = demo_panel(world.clock, Random(7)), Faults(FAULTS)
    asked: list[str] = []

    async def note(request: httpx.Request) -> None:
        if request.url.path.startswith("/sub/"):
            asked.append(request.url.path)

    transport, hooks = InProcess(marzban_app(panel, faults)), {"request": [note]}
    async with httpx.AsyncClient(transport=transport, event_hooks=hooks) as http:
        source = MarzbanSubscriptions(PANEL_SETTINGS, http)
        ports = replace(
            world.ports(),
            panels=MemoryPanels(MarzbanPanel(PANEL_SETTINGS, http, world.clock)),
            records=(PanelRecord(MAIN, "marzban", "main"),),
            address=PublicAddress(ADDRESS),
            device_limit=DeviceLimit(2),
            subscriptions={MAIN: SparedSource(MAIN, source, world.clock)},
        )
        shop = Shop(ports)
        await shop.open()
        limits = LinkLimits(world.clock)
        routes = SubscriptionRoutes(
            shop.serve_subscription,
            shop.read_link,
            ports.address,
            LinkProfile("Мой VPN", lambda: "https://t.me/orbit_help"),
            LinkPages("Мой VPN", DEFAULT_OFFER),
            limits,
        )
        app = Starlette(routes=routes.routes())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as web:
            yield LinkedShop(world, shop, panel, faults, app, limits, web, asked)
