"""Scenarios of payment from `docs/scenarios.md` that no other test shows; each is named after its number there."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from orbit_adapters.memory.chain import MemoryChain, MemorySources
from orbit_domain.ids import PaymentId, PlanCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import Method, PaymentStatus
from orbit_domain.plan.plan import PlanTerms
from orbit_domain.use_cases.audit_ledger import AuditLedger
from tests.support.buyer import Buyer
from tests.support.clock import NOON
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World
from tests.unit.use_cases.test_plan_change import MAX, days_left, pay_for

MONTH = timedelta(days=30)
MONTHLY = PlanCode("sub_1m")
ONE_TRACE = '{"trace_id": "' + "A" * 43 + '="}'


async def test_t8_paid_again_months_after_the_key_came(alice: Buyer, world: World) -> None:
    """T8: a second transfer three months later is on the balance at the rate of that day, and buys no time."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    world.rates.kopecks_per_coin = PRICE * 2
    world.clock.advance(days=90)
    await alice.shop.work()
    alice.send(view)
    await alice.shop.work()
    assert (await alice.balance(), await alice.ends_at()) == (PRICE * 2, NOON + MONTH)
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    await check_ledger(world)


@pytest.mark.parametrize(("seconds", "meanwhile"), [(0, PaymentStatus.PENDING), (1, PaymentStatus.EXPIRED)])
async def test_t9_paid_at_the_deadline_and_a_second_later(
    alice: Buyer, world: World, seconds: int, meanwhile: PaymentStatus
) -> None:
    """T9: in the last second the request is still open, a second later it has expired; both transfers buy."""
    view = await alice.start_purchase()
    world.clock.advance(minutes=15, seconds=seconds)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.status is meanwhile
    alice.send(view)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.CONFIRMED
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_t45_ten_withdrawals_of_an_exchange_in_one_trace(alice: Buyer, world: World) -> None:
    """T45: ten transfers of one sender, one moment and one trace are ten payments of ten customers."""
    buyers = [Buyer(alice.shop, world, TelegramId(100 + number)) for number in range(10)]
    views = []
    for buyer in buyers:
        await buyer.start()
        views.append(await buyer.start_purchase())
        buyer.send(views[-1])
        world.chain.records[-1] = replace(world.chain.records[-1], raw=ONE_TRACE)
    await alice.shop.work()
    for buyer, view in zip(buyers, views, strict=True):
        assert ((await buyer.order_of(view)).state, await buyer.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_t46_the_same_logical_time_on_two_accounts(alice: Buyer, bob: Buyer, world: World) -> None:
    """T46: transfers with the same number on two accounts of the shop are two receipts, and both buy."""
    other = MemoryChain(world.clock, "ton:testnet:0:" + "D" * 64)
    shop = Shop(replace(world.ports(), sources=MemorySources(world.chain, other)))
    await shop.scan_and_settle()
    hers, his = await alice.start_purchase(), await bob.start_purchase()
    assert alice.send(hers).external_id == other.deposit(COIN, his.payment.comment).external_id
    await shop.work()
    assert (await alice.order_of(hers)).state is OrderState.DELIVERED
    assert (await bob.order_of(his)).state is OrderState.DELIVERED
    assert (await AuditLedger(world.storage)()).findings == ()


async def test_t55_a_clock_that_is_an_hour_fast(alice: Buyer, world: World) -> None:
    """T55: by our clock the transfer was made before it was asked for; it buys at the locked rate all the same."""
    view = await alice.start_purchase()
    world.chain.deposit(COIN, view.payment.comment, at=world.clock.now() - timedelta(hours=1))
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    await check_ledger(world)


async def test_t58_everything_is_restored_from_a_backup_of_two_hours_ago(alice: Buyer, world: World) -> None:
    """T58: what was paid since is read and credited anew, once, and the panel keeps its one account."""
    await alice.buy()
    view = await alice.start_purchase()
    backup = deepcopy(world.storage._tables)
    alice.send(view)
    await alice.shop.work()
    world.clock.advance(hours=2)
    world.storage._tables = backup
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    assert (await alice.ends_at(), list(world.panel.accounts)) == (NOON + 2 * MONTH, ["orbit_42"])
    await check_ledger(world)


@pytest.mark.parametrize(
    "change",
    [{"price": rub(99_900)}, {"terms": PlanTerms(MONTHLY, {"ru": "день", "en": "day"}, 1)}, {"active": False}],
    ids=["T69, another price", "T69, other terms", "T71, sold no more"],
)
async def test_t69_t71_the_plan_changes_while_its_invoice_is_open(
    alice: Buyer, world: World, change: dict[str, Any]
) -> None:
    """T69, T71: an open invoice is kept at its price and for its time, also when the plan isn't sold any more."""
    view = await alice.start_purchase()
    plans = world.storage._tables.plans
    plans[MONTHLY] = replace(plans[MONTHLY], **change)
    alice.send(view)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    assert await alice.ends_at() == NOON + MONTH
    await check_ledger(world)


async def test_x1_both_invoices_of_an_order_are_paid(alice: Buyer, world: World) -> None:
    """X1: requests by two methods are open for one order and both are paid: it is bought once, the rest is kept."""
    view = await alice.start_purchase()
    other = replace(view.payment, id=PaymentId(UUID(int=2**100)), method=Method("other"), comment="ORB00000000150")
    async with world.storage.transaction() as tx:
        await tx.payments.add(other)
    for comment in (view.payment.comment, other.comment):
        alice.send(view, comment=comment)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, PRICE)
    assert (await alice.ends_at(), len(alice.notices("order_paid"))) == (NOON + MONTH, 1)
    await check_ledger(world)


async def test_x4_another_plan_is_bought_while_a_renewal_is_on_its_way(alice: Buyer, world: World) -> None:
    """X4: the renewal is paid after the change of plan: all three orders count, to the value that was paid."""
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(MAX)
    await alice.buy()
    renewal = await alice.start_purchase()
    await pay_for(alice, world, "max")
    alice.send(renewal)
    await alice.shop.work()
    assert ((await alice.order_of(renewal)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
    exact = MONTH * (PRICE + MAX.price.units + PRICE) / PRICE
    # Each change of plan rounds down to a second; one of the dear plan is worth four of the cheap one.
    assert timedelta(0) <= exact - await days_left(alice, world) < timedelta(seconds=5)
    await check_ledger(world)
