"""What a batch of keys costs: as many statements on either database, and few for each key."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import World

KEYS = 20
# Six to place them all and four to claim them; then two a key, and six for each ten of them or fewer.
PLACED, BROUGHT = 10, 2 * KEYS + 4 * 6


class ProvisioningContract:
    """Give it an `engine` on a fresh database."""

    async def test_a_batch_is_placed_and_brought_together(self, engine: AsyncEngine) -> None:
        """Twenty customers have paid: their keys are placed, brought and handed over with little more than two each."""
        world = World(storage=SqlStorage(engine, base=RUB))
        shop = Shop(world.ports())
        await shop.open()
        buyers = [Buyer(shop, world, TelegramId(100 + number)) for number in range(KEYS)]
        for buyer in buyers:
            await buyer.start()
            await shop.start_trial(buyer.tg_id)
        with count_statements(engine) as placing:
            assert await shop.provision_keys.place_keys() == KEYS
        with count_statements(engine) as bringing:
            assert await shop.provision_keys.bring(world.panel) == KEYS
        assert sum(placing.counts) <= PLACED, placing.sent
        assert sum(bringing.counts) <= BROUGHT, bringing.counts
        assert [(await buyer.key()).is_confirmed for buyer in buyers] == [True] * KEYS
        while await shop.deliver_notices():
            pass
        assert [len(buyer.notices("key_ready")) for buyer in buyers] == [1] * KEYS


class TestOnSqlite(ProvisioningContract):
    """In a file."""

    @pytest.fixture
    def engine(self, sqlite_engine: AsyncEngine) -> AsyncEngine:
        return sqlite_engine


class TestOnPostgres(ProvisioningContract):
    """On a server."""

    @pytest.fixture
    async def engine(self, postgres_url: str) -> AsyncIterator[AsyncEngine]:
        await migrate(postgres_url)
        engine = open_engine(postgres_url)
        yield engine
        await engine.dispose()
