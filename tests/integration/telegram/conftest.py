"""An open shop with a counter in the little Telegram, and one visitor at it."""

import pytest

from tests.integration.telegram.counter import Counter, Phone
from tests.unit.use_cases.shop import Shop
from tests.unit.use_cases.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def shop(world: World) -> Shop:
    shop = Shop(world.ports())
    await shop.open_doors()
    return shop


@pytest.fixture
def counter(shop: Shop, world: World) -> Counter:
    return Counter(shop, world)


@pytest.fixture
async def vera(counter: Counter) -> Phone:
    vera = counter.visitor()
    await vera.write("/start")
    return vera
