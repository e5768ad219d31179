"""After an import from OrbitVPN customers buy again, and money with old comments isn't lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.order.order import OrderState
from orbit_domain.subscription.subscription import GRACE
from tests.integration.orbitvpn_import.orbitvpn_database import VERA, OrbitvpnDatabase, import_of, vless
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import COIN, World


@pytest.fixture
async def vera(orbitvpn: OrbitvpnDatabase, sqlite_target: str):
    """Vera, imported from OrbitVPN with 200 roubles, ten days and an account on the panel."""
    storage = SqlStorage(open_engine(sqlite_target, durability="OFF"), base=RUB)
    world = World(storage=storage)
    world.panel.add_foreign(f"orbit_{VERA}")
    ends = world.clock.now().replace(tzinfo=None) + timedelta(days=10)
    created = world.clock.now().replace(tzinfo=None) - timedelta(days=1)
    await orbitvpn.user(VERA, balance=200, subscription_end=ends)
    await orbitvpn.config(1, VERA)
    await orbitvpn.payment(1, VERA, status="pending", created_at=created, confirmed_at=None)
    job = replace(import_of(orbitvpn, sqlite_target), clock=world.clock)
    assert (await job.run(lambda report: None, lambda table, rows: None)).is_complete
    shop = Shop(world.ports())
    await shop.seed_shop()
    yield Buyer(shop, world, VERA)
    await storage.close()


async def test_the_old_account_is_not_changed(vera: Buyer) -> None:
    """Until she buys, no job changes her key, and her screens show the link that she has."""
    await vera.shop.work()
    key = await vera.key()
    assert (key.subscription_url, key.username, key.home.desired_revision) == (vless(1), f"orbit_{VERA}", 1)


async def test_the_next_purchase_is_delivered(vera: Buyer) -> None:
    """Old money buys new time after the old; the account that isn't marked as ours is left alone, a new one is made."""
    before = await vera.ends_at()
    order = (await vera.choose()).order
    await vera.shop.pay_from_balance(VERA, order.id)
    await vera.shop.work()
    await vera.shop.work()
    key, after = await vera.key(), await vera.ends_at()
    assert before is not None
    assert after == before + timedelta(days=30)
    assert (await vera.order(order.id)).state is OrderState.DELIVERED
    assert (key.username, key.expires_at) == (f"orbit_{VERA}_2", after + GRACE)
    assert key.subscription_url not in (None, vless(1))
    assert (await vera.shop.audit_ledger()).balanced
    assert await vera.balance() == 20_000 - 12_900


async def test_money_with_an_old_comment_is_kept_for_her(vera: Buyer) -> None:
    """Coins with OrbitVPN's comment are unmatched, and the owner sees which user the comment belongs to."""
    await vera.shop.scan_and_settle()
    vera.world.chain.deposit(COIN, f"{1:010x}")
    await vera.shop.scan_and_settle()
    (waiting,) = await vera.shop.list_unmatched()
    assert waiting.receipt.comment == waiting.suggestion == f"{1:010x}"
    receipt = waiting.receipt
    await vera.shop.assign_receipt(receipt.source, receipt.external_id, VERA, "owner", "her comment")
    assert await vera.balance() > 20_000
    assert (await vera.shop.audit_ledger()).balanced
