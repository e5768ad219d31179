"""A shop is restored from a dump of an hour ago and the journals since, and its providers are read again."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.request_journal import EncryptedRequestJournal
from orbit_adapters.sql.engine import database_url, open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.access.key import username_for
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.order.order import OrderState
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.use_cases.journal_requests import JournalRequests
from orbit_entry.runtime.journal_tools import JournalsApplied, apply_journals
from tests.support.backups import SHOP
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.empty_shop import put_empty_shop
from tests.support.servers.databases import Databases
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World

CAROL = TelegramId(44)


@dataclass(slots=True)
class Premises:
    """A database, the copy of it that a dump would restore, and a folder of journals."""

    address: str
    folder: Path
    key: Identity
    stack: AsyncExitStack
    databases: Databases | None

    async def copy(self) -> str:
        """The address of a database that holds what this one holds now, and nothing that comes later."""
        url = database_url(self.address)
        if self.databases is not None:
            return await self.stack.enter_async_context(self.databases.fresh(str(url.database)))
        with sqlite3.connect(str(url.database)) as connection:
            connection.execute("VACUUM INTO ?", (f"{url.database}.dump",))
        connection.close()
        return f"{self.address}.dump"

    def journal(self) -> EncryptedRequestJournal:
        """The journal of a process that has just started."""
        return EncryptedRequestJournal(BackupFolder(self.folder), SHOP, [self.key.to_public()])

    async def apply(self, address: str, since: datetime, world: World) -> JournalsApplied:
        keys, ids = [self.key], world.ids
        return await apply_journals(
            address, self.folder, keys, since, shop=SHOP, base=world.base, clock=world.clock, ids=ids
        )


@pytest.fixture
async def sqlite(tmp_path: Path, owner_key: Identity) -> AsyncIterator[Premises]:
    """Those of an empty shop in a file."""
    async with AsyncExitStack() as stack:
        address = await put_empty_shop(tmp_path / "orbit.db")
        yield Premises(address, tmp_path / "backups", owner_key, stack, None)


@pytest.fixture
async def postgresql(
    databases: Databases, postgres_url: str, tmp_path: Path, owner_key: Identity
) -> AsyncIterator[Premises]:
    """The same on a server."""
    async with AsyncExitStack() as stack:
        yield Premises(postgres_url, tmp_path / "backups", owner_key, stack, databases)


@pytest.fixture(params=["sqlite", "postgresql"])
def premises(request: pytest.FixtureRequest) -> Premises:
    """Those of an empty shop in each kind of database."""
    premises: Premises = request.getfixturevalue(request.param)
    return premises


@asynccontextmanager
async def opened(world: World, address: str) -> AsyncIterator[Shop]:
    """The shop over the database at *address*; what is outside stays as it is."""
    storage = SqlStorage(open_engine(address, durability="OFF"), base=RUB)
    world.storage = storage
    try:
        yield Shop(replace(world.ports(), address=PublicAddress("https://shop.example.org")))
    finally:
        await storage.close()


async def facts_of(shop: Shop, world: World) -> dict[str, object]:
    """What Alice and Bob have, and where the shop's money stands; its ledger is proved."""
    assert (await shop.audit_ledger()).findings == ()
    found: dict[str, object] = {}
    for tg_id in (ALICE, BOB):
        view = await shop.show_keys(tg_id)
        async with world.storage.transaction() as tx:
            orders = [one for one in await tx.orders.newest(tg_id, 10) if not one.is_open]
        found[f"orders of {tg_id}"] = [(one.id, one.state, one.price) for one in orders]
        found[f"keys of {tg_id}"] = [(one.id, one.account()) for one in view.keys], view.own_link
        found[f"balance of {tg_id}"] = view.user.balance, view.subscription.ends_at
    return found


async def arrived(world: World) -> tuple[int, int]:
    """How many transfers are recorded, and how many of them are nobody's."""
    async with world.storage.transaction() as tx:
        return sum(one.received_units for one in await tx.comparisons.asset_accounts()), len(
            await tx.receipts.unmatched(10)
        )


async def test_what_was_sold_after_the_dump_is_there_again(premises: Premises) -> None:
    """The dump knows neither the customers nor the memos. Yet each transfer finds its order, once, and no customer has
    another link; what the balance has paid is paid again, and what was only looked at isn't.
    """
    world = World()
    async with opened(world, premises.address) as shop:
        await shop.open()
        alice = Buyer(shop, world, ALICE)
        await alice.start()
        await alice.buy()
        dumped_at = world.clock.now()
    restored = await premises.copy()

    world.clock.advance(minutes=20)
    journal = premises.journal()
    async with opened(world, premises.address) as shop:
        await shop.work()
        write = JournalRequests(world.storage, world.clock, journal)
        alice, bob, carol = (Buyer(shop, world, tg_id) for tg_id in (ALICE, BOB, CAROL))
        for buyer in (bob, carol):
            await buyer.start()
        await bob.buy()
        await shop.show_keys(BOB)  # The link is made.
        await alice.add_balance(2 * PRICE)
        await shop.pay_from_balance(ALICE, (await alice.choose()).order.id)
        await shop.work()
        await alice.choose("sub_3m")  # Only looked at.
        waiting = await carol.start_purchase()
        assert await write() > 0
        assert await write() == 0
        before = await facts_of(shop, world)
        carol.send(waiting)  # Nobody has read that when the machine burns down.
        sent = (await arrived(world))[0] + COIN
    accounts = dict(world.panel.accounts)

    async with opened(world, restored) as shop:
        applied = await premises.apply(restored, dumped_at, world)
        assert (applied.damaged, applied.recalled.left_out) == ((), ())
        assert (applied.recalled.users, applied.recalled.keys, applied.recalled.links) == (2, 1, 1)
        again = (await premises.apply(restored, dumped_at, world)).recalled
        assert (again.users, again.orders, again.payments, again.keys, again.links, again.paid) == (0, 0, 0, 0, 0, 0)
        await shop.work(3)
        assert await facts_of(shop, world) == before
        order = await Buyer(shop, world, CAROL).order_of(waiting)
        assert order.state is OrderState.DELIVERED
        assert await arrived(world) == (sent, 0)
        assert world.panel.accounts.keys() == {*accounts, username_for(CAROL, 1)}
        assert (await shop.reconcile()).differences == []
        assert (await shop.audit_panels()).findings == {}
