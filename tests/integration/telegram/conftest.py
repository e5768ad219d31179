"""A seeded shop, its bot in the simulated Telegram, and one user."""

from collections.abc import Iterator

import pytest

from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.shop import Shop
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def shop(world: World) -> Shop:
    shop = Shop(world.ports())
    await shop.open()
    return shop


@pytest.fixture
def bot_harness(shop: Shop, world: World) -> Iterator[BotHarness]:
    harness = BotHarness(shop, world)
    yield harness
    harness.give_back()


@pytest.fixture
async def vera(bot_harness: BotHarness) -> ChatUser:
    vera = bot_harness.new_user()
    await vera.write("/start")
    return vera
