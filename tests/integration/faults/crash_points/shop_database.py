"""One PostgreSQL database with its customers, and the world around it that outlives every process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.access.key import username_for
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import Storage
from tests.integration.faults.crash_points.seeded_bugs import SeededBug, no_bug
from tests.integration.postgres.patience import patient_engine
from tests.support.crash_injection import CrashHook, watch
from tests.support.facts import Facts, outside_of, read_facts
from tests.support.invariants import check_ledger
from tests.support.port_hooks import with_hook
from tests.support.shop import OWNER, Shop
from tests.support.world import World

_FIRST_CUSTOMER = 1_000
_LOCK_TIMEOUT = "3s"
"""Whoever meets a process that holds a lock is told that the storage is busy, as in a shop, and tries again."""
# Customers come one by one, so the newest entries are those of the last one.
_NEWEST_ENTRIES = 30


class ShopDatabase:
    """PostgreSQL is the storage; chain, panel, rates and notifier are in memory. Customers come one by one.

    *snapshots* is the same storage for reading: each of its transactions sees one snapshot, whatever is committed
    meanwhile. *activity* is a connection that reads what the server's processes do.
    """

    def __init__(self, storage: Storage, snapshots: Storage, activity: "asyncpg.Connection[Any]") -> None:
        self.world = World(storage=storage)
        self.ports = with_hook(self.world.ports(), CrashHook())
        self.customers: list[TelegramId] = []
        self._snapshots = snapshots
        self._activity = activity

    def shop(self) -> Shop:
        """A process that was just started."""
        return Shop(self.ports)

    def new_customer(self) -> TelegramId:
        """The id of a customer who isn't recorded yet."""
        self.customers.append(TelegramId(_FIRST_CUSTOMER + len(self.customers)))
        return self.customers[-1]

    async def facts(self, tg_id: TelegramId, sent: tuple[SourceRecord, ...], crashes: int) -> Facts | None:
        """Everything known about a customer who *sent* coins; None before the first /start."""
        outside = outside_of(self.world, tg_id, sent, crashes)
        return await read_facts(self._snapshots, self.world.chain.name, tg_id, outside, _NEWEST_ENTRIES)

    async def until_ended(self, pids: list[int]) -> None:
        """Wait until the server has ended these of its processes, and so released their locks."""
        while await self._activity.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)", pids):
            """Each read is a round trip, so this is no idle spinning."""

    async def check_all(self) -> None:
        """The whole ledger agrees with the whole chain, and nothing on the panel or in the outbox is left over."""
        await check_ledger(self.world)
        assert set(self.world.panel.accounts) == {username_for(tg_id, 1) for tg_id in self.customers}
        waiting = "SELECT count(*) FROM outbox WHERE (done_at IS NULL OR dead_at IS NOT NULL) AND tg_id <> $1"
        assert await self._activity.fetchval(waiting, OWNER) == 0


@asynccontextmanager
async def open_shop_database(url: str, bug: SeededBug = no_bug) -> AsyncIterator[ShopDatabase]:
    """An open shop on the empty database at *url*; with a *bug*, not the shop that we ship."""
    engine, snapshots = _open_engine(url), _open_engine(url)
    watch(engine)
    activity = await asyncpg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
        # One statement thousands of times: it needn't be planned anew.
        server_settings={"plan_cache_mode": "force_generic_plan"},
    )
    try:
        reading = SqlStorage(snapshots.execution_options(isolation_level="REPEATABLE READ"), base=RUB)
        shop_database = ShopDatabase(bug(SqlStorage(engine, base=RUB)), reading, activity)
        await shop_database.shop().open()
        yield shop_database
    finally:
        await activity.close()
        await snapshots.dispose()
        await engine.dispose()


def _open_engine(url: str) -> AsyncEngine:
    engine = patient_engine(url, lock_timeout=_LOCK_TIMEOUT)
    # Only connections in use are cut here, so a ping before each use costs a third of all messages and finds nothing.
    engine.sync_engine.pool._pre_ping = False
    return engine
