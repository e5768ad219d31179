"""A shop with links of its own, and a customer with a key."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.subscription_links.linked_shop import LinkedShop, linked_shop
from tests.support.buyer import ALICE, Buyer


@pytest.fixture
async def linked() -> AsyncIterator[LinkedShop]:
    async with linked_shop() as shop:
        yield shop


@pytest.fixture
async def alice(linked: LinkedShop) -> Buyer:
    alice = Buyer(linked.shop, linked.world, ALICE)
    await alice.start()
    return alice
