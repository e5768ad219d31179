"""What refunds, adjustments and assignments by an admin write down: entries, rows of the admin log, keys."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from orbit_domain.ids import OrderId
from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.money import RUB, rub
from orbit_domain.order.order import OrderNotRefundable, RefundProblem
from orbit_domain.steps.collect_debt import missing_for
from orbit_domain.storage import AdminAction
from orbit_domain.subscription.subscription import GRACE, order_cause
from tests.support.buyer import ALICE, Buyer
from tests.support.world import COIN, PRICE, World
from tests.unit.use_cases.test_plan_change import MAX, pay_for
from tests.unit.use_cases.test_reversals import Provider, buy

ID = UUID(int=7)
ANNA, BEN = "cli:anna", "cli:ben"
LIMIT = 100_000
THIRD = PRICE // 3
WHY = "the outage of Friday"


@pytest.fixture
async def debtor(world: World) -> Provider:
    """A shop whose customer owes a third of a month."""
    provider = Provider(world)
    await provider.shop.open()
    await provider.alice.start()
    arrival = await buy(provider)
    world.clock.advance(days=10)
    await provider.take_back(arrival)
    return provider


async def refund_entry(world: World, name: str) -> Entry | None:
    """The entry of that name that gave money back, or paid a debt."""
    async with world.storage.transaction() as tx:
        return await tx.ledger.entry(EntryKind.REFUND, name)


async def logged(world: World) -> list[AdminAction]:
    """The admin log about Alice, newest first, without the names of its rows."""
    async with world.storage.transaction() as tx:
        rows = await tx.admin_log.of_subject(f"user:{ALICE}", 10)
    return [replace(row, id=ID) for row in rows]


async def bought_twice(alice: Buyer) -> OrderId:
    """Two months; the order of the first."""
    first = await alice.buy()
    await alice.buy()
    return first.id


async def test_a_refund_word_for_word(alice: Buyer, world: World) -> None:
    """The entry says who and why; the plan is the same; the key is to end with the month that is left, from now on."""
    first = await bought_twice(alice)
    world.clock.advance(minutes=3)
    await alice.shop.refund_order(first, ANNA, WHY)
    now, end = world.clock.now(), await alice.ends_at()
    lines = (Line("refunds", -PRICE, RUB), Line("user:42", PRICE, RUB))
    cause = order_cause(first)
    assert await refund_entry(world, cause) == Entry(EntryKind.REFUND, cause, lines, now, ANNA, WHY)
    assert await logged(world) == [AdminAction(ID, ANNA, "refund_order", "user:42", WHY, now)]
    assert (await alice.shop.show_home(ALICE)).subscription.plan_code == "sub_1m"
    assert end == now + timedelta(days=30)
    key = await alice.key()
    assert (key.expires_at, key.home.next_attempt_at, key.enabled) == (end + GRACE, now, True)


async def test_a_refund_of_all_ends_the_key_from_now_on(alice: Buyer, world: World) -> None:
    """Nothing is left: the key is to work no more, and the panel is to be told at once."""
    order = await alice.buy()
    world.clock.advance(minutes=3)
    await alice.shop.refund_order(order.id, ANNA, WHY)
    key = await alice.key()
    assert (key.home.next_attempt_at, key.enabled) == (world.clock.now(), False)


async def test_a_refund_at_once_is_no_end_to_be_reminded_of(alice: Buyer, world: World) -> None:
    """Time that ends at the very moment of its refund has not run out: only the refund is told."""
    order = await alice.buy()
    await alice.shop.refund_order(order.id, ANNA, WHY)
    await alice.shop.work()
    assert await alice.ends_at() == world.clock.now()
    assert (alice.notices("period_ending"), len(alice.notices("order_refunded"))) == ([], 1)


async def test_a_refund_that_can_not_be_names_the_order(alice: Buyer, world: World) -> None:
    """After a change of plan the refusal says which order it was, and why."""
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(MAX)
    order = await alice.buy()
    await pay_for(alice, world, "max")
    with pytest.raises(OrderNotRefundable) as refusal:
        await alice.shop.refund_order(order.id, ANNA, WHY)
    assert (refusal.value.order_id, refusal.value.reason) == (order.id, RefundProblem.PLAN_CHANGED)


async def test_an_adjustment_is_logged_word_for_word(alice: Buyer, world: World) -> None:
    """Each step is a row: who did what, to whom, which adjustment of how much, why, and when."""
    await alice.shop.adjust_balance(ID, ALICE, LIMIT, ANNA, WHY)
    other = UUID(int=8)
    await alice.shop.adjust_balance(other, ALICE, -LIMIT - 1, ANNA, WHY)
    await alice.add_balance(20_000)
    world.clock.advance(minutes=3)
    await alice.shop.confirm_adjustment(other, BEN)
    now = world.clock.now()
    before = now - timedelta(minutes=3)
    asked = f"{other}: -100001 RUB: {WHY}"
    assert await logged(world) == [
        AdminAction(ID, BEN, "confirm_adjustment", "user:42", asked, now),
        AdminAction(ID, ANNA, "request_adjustment", "user:42", asked, before),
        AdminAction(ID, ANNA, "adjust_balance", "user:42", f"{ID}: +100000 RUB: {WHY}", before),
    ]


async def test_what_brings_money_to_a_debtor_names_the_payment_of_the_debt(debtor: Provider) -> None:
    """The debt is paid in the same moment, by half of it each: an adjustment, and a receipt that a person assigns."""
    world, half = debtor.world, THIRD // 2
    found = world.chain.deposit(COIN, "no such comment")
    await debtor.shop.work()
    world.clock.advance(minutes=3)
    await debtor.shop.adjust_balance(ID, ALICE, half, ANNA, WHY)
    await debtor.shop.assign_receipt(found.source, found.external_id, ALICE, ANNA, WHY)
    lines = (Line("user:42", -half, RUB), Line("receivable:42", half, RUB))
    for cause in (f"made:{ID}", found.ref):
        paid = Entry(EntryKind.REFUND, f"debt:{cause}", lines, world.clock.now())
        assert await refund_entry(world, f"debt:{cause}") == paid
    assert await debtor.alice.balance() == PRICE - half


async def test_a_debt_is_asked_for_with_what_costs_something(debtor: Provider) -> None:
    """Who owes brings the debt with any price, and nothing for what is free."""
    async with debtor.world.storage.transaction() as tx:
        alice = await tx.users.lock(ALICE)
        assert await missing_for(tx, rub(0), alice) == rub(0)
        assert await missing_for(tx, rub(1), alice) == rub(THIRD + 1)
