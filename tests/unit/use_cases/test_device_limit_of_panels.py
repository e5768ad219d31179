"""Who limits devices: the shop on its own links, else a panel that can."""

from dataclasses import replace

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.subscription_link.device import DeviceLimit
from orbit_domain.subscription_link.link import PublicAddress
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import World


class Careless(MemoryPanel):
    """A panel that can't limit devices."""

    limits_devices = False


@pytest.mark.parametrize(
    ("base", "kind", "asked"),
    [(None, MemoryPanel, 3), (None, Careless, None), ("https://shop.example", MemoryPanel, None)],
)
async def test_a_panel_is_asked_only_where_nobody_else_counts(
    base: str | None, kind: type[MemoryPanel], asked: int | None
) -> None:
    """A panel that can is asked for the shop's limit, unless the shop's own links count devices."""
    world = World()
    world.panel.__class__ = kind
    shop = Shop(replace(world.ports(), device_limit=DeviceLimit(3), address=PublicAddress(base)))
    await shop.seed_shop()
    await shop.open()
    buyer = Buyer(shop, world)
    await buyer.start()
    await buyer.buy()
    (account,) = world.panel.accounts.values()
    assert account.wanted is not None
    assert account.wanted.device_limit == asked
