"""An open shop with a bot_harness in the little Telegram, and one visitor at it."""

import pytest

from tests.integration.telegram.bot_harness import BotHarness, Phone
from tests.support.shop import Shop
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def shop(world: World) -> Shop:
    shop = Shop(world.ports())
    await shop.open_doors()
    return shop


@pytest.fixture
def bot_harness(shop: Shop, world: World) -> BotHarness:
    return BotHarness(shop, world)


@pytest.fixture
async def vera(bot_harness: BotHarness) -> Phone:
    vera = bot_harness.visitor()
    await vera.write("/start")
    return vera
