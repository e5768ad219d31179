"""Requests for the shop's own subscription links: from the good copy, and through a panel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from starlette.requests import Request

from benchmarks.counted_panel import SETTINGS, CountedTransport, Meter, counted_marzban
from benchmarks.figures import Figure
from benchmarks.shop_of_keys import FIRST_ID, sqlite_storage
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.marzban.subscription import MarzbanSubscriptions
from orbit_adapters.memory.panel import MemoryPanels
from orbit_adapters.panel_cache.spared_source import SparedSource
from orbit_adapters.vpn_clients.offer import DEFAULT_OFFER
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.link import PublicAddress
from orbit_entry.web.link_answers import LinkProfile
from orbit_entry.web.link_limits import LinkLimits
from orbit_entry.web.link_pages import LinkPages
from orbit_entry.web.subscription_links import SubscriptionRoutes
from tests.support.shop import Shop
from tests.support.world import MAIN, World

TITLE = "Requests for subscription links, one after the other, without the web server"
CUSTOMERS, SMALL_CUSTOMERS = 300, 3
ROUNDS, SMALL_ROUNDS = 5, 1
BASE = "https://keys.shop.test"


@dataclass(frozen=True, slots=True)
class LinkedCustomers:
    """Who answers, the customers' tokens, and what time and panel do meanwhile."""

    routes: SubscriptionRoutes
    tokens: tuple[str, ...]
    world: World
    transport: CountedTransport


async def measure(*, small: bool) -> list[Figure]:
    """Measure a shop in memory and one in SQLite. Raises AssertionError when a customer doesn't get his servers."""
    customers, rounds = (SMALL_CUSTOMERS, SMALL_ROUNDS) if small else (CUSTOMERS, ROUNDS)
    figures = await _measured("memory", None, customers, rounds)
    async with sqlite_storage() as storage:
        figures += await _measured("SQLite", storage, customers, rounds)
    return [Figure("links", customers, ""), *figures]


async def _measured(name: str, storage: Storage | None, customers: int, rounds: int) -> list[Figure]:
    figures = []
    async with _customers(storage, customers) as linked:
        for way, minutes in (("through the panel", 6), ("from the copy", 0)):
            meter = Meter(linked.transport)
            for _ in range(rounds):
                linked.world.clock.advance(minutes=minutes)  # After five minutes a copy isn't as good as asking.
                for token in linked.tokens:
                    await _get(linked.routes, token)
            spent, requests = meter.spent(), rounds * len(linked.tokens)
            if spent.requests != (requests if minutes else 0):
                raise AssertionError(f"{way}, the panel was asked {spent.requests} times in {requests}")
            figures += [
                Figure(f"{name}, {way}: by the clock", requests / spent.clock_s, "a second"),
                Figure(f"{name}, {way}: processor", requests / (spent.cpu_s - spent.panel_s), "a second of it"),
            ]
    return figures


async def _get(routes: SubscriptionRoutes, token: str) -> None:
    """One app asks for its servers."""
    headers = [(b"user-agent", b"v2rayNG/1.9"), (b"accept", b"*/*")]
    scope = {"type": "http", "method": "GET", "path": f"/s/{token}", "query_string": b"", "headers": headers}
    answer = await routes.answer(Request({**scope, "path_params": {"token": token}, "client": ("192.0.2.1", 1)}))
    if answer.status_code != 200 or not answer.body:
        raise AssertionError(f"a link is answered with {answer.status_code}")


@asynccontextmanager
async def _customers(storage: Storage | None, count: int) -> AsyncIterator[LinkedCustomers]:
    """So many customers of a shop over a simulated Marzban, each with a key and a link."""
    world = World(storage=storage)
    async with counted_marzban(world.clock) as (_, transport, http):
        source = SparedSource(MAIN, MarzbanSubscriptions(SETTINGS, http), world.clock)
        ports = replace(
            world.ports(),
            panels=MemoryPanels(MarzbanPanel(SETTINGS, http, world.clock)),
            records=(PanelRecord(MAIN, "marzban", "main"),),
            address=PublicAddress(BASE),
            subscriptions={MAIN: source},
        )
        shop = Shop(ports)
        await shop.open()
        customers = [TelegramId(FIRST_ID + number) for number in range(count)]
        for tg_id in customers:
            await shop.register_user(tg_id, f"user{tg_id}", "en")
            await shop.start_trial(tg_id)
        while await shop.provision_keys():
            pass
        views = [await shop.show_keys(tg_id) for tg_id in customers]
        tokens = tuple(view.url_of(view.keys[0]).rpartition("/")[2] for view in views)
        pages, limits = LinkPages("VPN", DEFAULT_OFFER), LinkLimits(world.clock)
        profile = LinkProfile("VPN", lambda: "https://t.me/orbit_help")
        routes = SubscriptionRoutes(shop.serve_subscription, shop.read_link, ports.address, profile, pages, limits)
        yield LinkedCustomers(routes, tokens, world, transport)
