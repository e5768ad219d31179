"""One database with its customers, and the world around it that outlives every process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import make_url

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.access.key import username_for
from orbit_domain.ids import TelegramId
from orbit_domain.payment.transfer import Transfer
from orbit_domain.storage import Storage
from tests.integration.faults.crash_points.crash_injection import Moments, watch
from tests.integration.faults.crash_points.facts import Facts, read_facts
from tests.integration.faults.crash_points.invariants import Outside
from tests.integration.faults.crash_points.seeded_bugs import Sabotage, honest
from tests.support.crash_moments import with_moments
from tests.support.oracle import ledger_violations
from tests.support.shop import OWNER, Shop
from tests.support.world import World

_FIRST_CUSTOMER = 1_000


class ShopDatabase:
    """PostgreSQL keeps the books; chain, panel, rates and people are memory twins. Customers come one by one."""

    def __init__(self, storage: Storage, reader: "asyncpg.Connection[Any]") -> None:
        self.world = World(storage=storage)
        self.ports = with_moments(self.world.ports(), Moments())
        self.customers: list[TelegramId] = []
        self._reader = reader

    def shop(self) -> Shop:
        """A process that was just started."""
        return Shop(self.ports)

    def newcomer(self) -> TelegramId:
        """Somebody whom nobody knows yet."""
        self.customers.append(TelegramId(_FIRST_CUSTOMER + len(self.customers)))
        return self.customers[-1]

    async def facts(self, tg_id: TelegramId, sent: tuple[Transfer, ...]) -> Facts | None:
        """What the tables say of a customer who *sent* transfers."""
        return await read_facts(self._reader, tg_id, [transfer.lt for transfer in sent], self.world.chain.source)

    def outside(self, tg_id: TelegramId, sent: tuple[Transfer, ...], crashes: int) -> Outside:
        """What the world knows of the same customer."""
        name = username_for(tg_id, 1)
        accounts = self.world.panel.accounts
        ours = [stored.wanted for username, stored in accounts.items() if username.split("_")[:2] == name.split("_")]
        heard = [told.notice for told in self.world.notifier.told if told.tg_id == tg_id]
        transfers = tuple((transfer.lt, transfer.amount_units) for transfer in sent)
        return Outside(transfers, tuple(account for account in ours if account), tuple(heard), crashes)

    async def buried(self, pids: list[int]) -> None:
        """Wait until the server has ended these of its processes, and with them what they held."""
        while await self._reader.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)", pids):
            """Each look is a round trip, so this is no idle spinning."""

    async def check_all(self) -> None:
        """The whole books against the whole chain, and nothing on the panel or owed that shouldn't be."""
        await ledger_violations(self.world)
        assert set(self.world.panel.accounts) == {username_for(tg_id, 1) for tg_id in self.customers}
        owed = "SELECT count(*) FROM outbox WHERE (done_at IS NULL OR dead_at IS NOT NULL) AND tg_id <> $1"
        assert await self._reader.fetchval(owed, OWNER) == 0


@asynccontextmanager
async def open_shop_database(url: str, sabotage: Sabotage = honest) -> AsyncIterator[ShopDatabase]:
    """A street on the empty shop's database at *url*, its doors open; with a *sabotage*, not the shop we ship."""
    engine = open_engine(url)
    # Only connections in use are cut here, so a ping before each use costs a third of all messages and finds nothing.
    engine.sync_engine.pool._pre_ping = False
    watch(engine)
    reader = await asyncpg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
        # One question thousands of times: it needn't be planned anew.
        server_settings={"plan_cache_mode": "force_generic_plan"},
    )
    try:
        shop_database = ShopDatabase(sabotage(SqlStorage(engine)), reader)
        await shop_database.shop().open_doors()
        yield shop_database
    finally:
        await reader.close()
        await engine.dispose()
