"""A shop with thousands of confirmed keys in an SQLite file, and the accounts that its panel should have of them."""

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from orbit_adapters.marzban.mapping import note_of
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.access.account import AccountState, AccountStatus
from orbit_domain.access.key import Key
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.storage import Storage
from orbit_sandbox.marzban.sim_marzban import SimMarzban
from orbit_sandbox.marzban.state import PanelUser, Proxy
from orbit_testing import samples
from tests.support.shop import Shop
from tests.support.world import MAIN, World

CITY = "Frankfurt"
PLACEMENT = (f"VLESS {CITY}",)
FIRST_ID = 700_000_000


@dataclass(frozen=True, slots=True)
class KeyShop:
    """The world over the file, and the keys that were recorded in it."""

    world: World
    keys: Sequence[Key]


@asynccontextmanager
async def sqlite_storage() -> AsyncIterator[Storage]:
    """An empty shop's storage in a file of its own."""
    with TemporaryDirectory(prefix="orbit-keys-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'shop.db'}"
        await migrate(url)
        engine = open_engine(url)
        try:
            yield SqlStorage(engine, base=RUB)
        finally:
            await engine.dispose()


@asynccontextmanager
async def shop_of_keys(count: int) -> AsyncIterator[KeyShop]:
    """A shop of so many customers with a key each, all confirmed by the panel `main` a day ago."""
    async with sqlite_storage() as storage:
        world = World(storage=storage)
        await Shop(world.ports()).open()
        keys = [_key(world, number) for number in range(count)]
        async with storage.transaction() as tx:
            for key in keys:
                await tx.users.add_if_absent(samples.new_user(key.tg_id))
                await tx.keys.add(key)
        world.clock.advance(days=1)
        yield KeyShop(world, keys)


def fill(sim: SimMarzban, keys: Sequence[Key]) -> None:
    """Give *sim* the account of each key, as it was asked for."""
    for key in keys:
        sim.users[key.username] = PanelUser(
            username=key.username,
            created_at=sim.clock.now(),
            owner=None,
            proxies={"vless": Proxy({"id": str(key.credential), "flow": ""}, set(sim.inbounds) - set(PLACEMENT))},
            expire=math.ceil(key.expires_at.timestamp()),
            note=note_of(key.id),
        )


def _key(world: World, number: int) -> Key:
    now, tg_id = world.clock.now(), TelegramId(FIRST_ID + number)
    made = samples.key(number, tg_id, expires_at=now.replace(month=12), traffic_bytes=0)
    wanted = samples.placed(replace(made, number=1), MAIN, CITY, PLACEMENT)
    url = f"https://panel.test/sub/{number}"
    state = AccountState(wanted.username, AccountStatus.ACTIVE, wanted.expires_at, url, (f"vless://{number}",))
    return wanted.confirm(0, 1, state, now)
