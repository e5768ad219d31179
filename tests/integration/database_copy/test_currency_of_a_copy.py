"""A copy holds the same ledger, so it is in the same currency."""

import shutil
from pathlib import Path

from orbit_adapters.database_copy.database_copy import DatabaseCopy
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import USD, Money
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency, RecordedCurrency
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import World

CENTS_PER_COIN = 250


async def test_a_shop_in_dollars_goes_on_in_its_copy(empty_file: Path, tmp_path: Path, sqlite_target: str) -> None:
    """What was bought and put on the balance in one file is there in the other, and pays the next month there."""
    file = tmp_path / "dollars.db"
    shutil.copy(empty_file, file)
    storage = SqlStorage(open_engine(f"sqlite+aiosqlite:///{file}", durability="OFF"), base=USD)
    world = World(storage=storage, base=USD)
    world.rates.kopecks_per_coin = CENTS_PER_COIN
    shop = Shop(world.ports())
    await shop.open()
    alice = Buyer(shop, world)
    await alice.start("en")
    assert (await alice.buy()).state is OrderState.DELIVERED
    await alice.add_balance(5_00)
    await storage.close()

    assert (await DatabaseCopy(file, sqlite_target).run(lambda tables: None, lambda table, rows: None)).is_complete
    engine = open_engine(sqlite_target, durability="OFF")
    copied = SqlStorage(engine, base=USD)
    world.storage = copied
    shop = Shop(world.ports())
    assert await ReadBaseCurrency(copied)() == RecordedCurrency(USD, (USD,))
    alice = Buyer(shop, world)
    await alice.pay_from_balance((await alice.choose()).order.id)
    await shop.work()
    assert (await shop.show_statement(ALICE)).user.balance == Money(5_00 - 1_99, USD)
    assert (await SqlStats(engine, base=USD).read(world.clock.now())).payments.ever.total == Money(6_99, USD)
    assert (await AuditLedger(copied)()).findings == ()
    await copied.close()
