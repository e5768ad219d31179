"""Two workers, two replicas, sixty-four taps: the second call finds what the first has done."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.ids import PlanCode
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.use_cases.assign_receipt import ReceiptAlreadyAssigned
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.clock import NOON
from tests.support.invariants import check_ledger
from tests.support.port_hooks import RandomYield, with_hook
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, MAIN, PRICE, World

TAPS = 64


@pytest.fixture(params=range(6))
def random_yield(request: pytest.FixtureRequest) -> RandomYield:
    """Six different orders in which tasks overtake each other."""
    return RandomYield(request.param)


@pytest.fixture
def worker(world: World, random_yield: RandomYield) -> Callable[[], Shop]:
    """Starts one more process over the same world."""
    return lambda: Shop(with_hook(world.ports(), random_yield))


@pytest.fixture
async def shop(worker: Callable[[], Shop]) -> Shop:
    """The first process."""
    shop = worker()
    await shop.open()
    return shop


async def at_once(*calls: Awaitable[object]) -> list[object]:
    """The answer or the refusal of each, all started together; anything else that is raised fails the test."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refusal):
            raise answer
    return answers


async def test_sixty_four_taps_on_a_plan_make_one_order(alice: Buyer, world: World, worker: Callable[[], Shop]) -> None:
    """One nonce is one order, over two replicas."""
    other = worker()
    nonce = (await alice.shop.list_plans(ALICE)).nonce
    plan = PlanCode("sub_1m")
    taps = [shop.open_checkout(ALICE, plan, nonce) for shop in (alice.shop, other) for _ in range(TAPS // 2)]
    checkouts = await asyncio.gather(*taps)
    assert len({checkout.order.id for checkout in checkouts}) == 1
    assert [event.topic for event in await alice.shop.show_timeline(ALICE)].count("order") == 1


async def test_sixty_four_taps_on_pay_make_one_request(alice: Buyer) -> None:
    """All of them show the same comment, so that it doesn't matter which of the screens is used."""
    order = (await alice.choose()).order
    views = await asyncio.gather(*(alice.request_payment(order.id) for _ in range(TAPS)))
    assert len({view.payment.comment for view in views}) == 1
    assert [event.topic for event in await alice.shop.show_timeline(ALICE)].count("payment") == 1


async def test_different_requests_at_once_leave_one_open(alice: Buyer, world: World) -> None:
    """Of many amounts requested together one stays open; every comment that was shown is good."""
    views = await asyncio.gather(*(alice.top_up(20_000 + number) for number in range(20)))
    open_now = [view for view in views if (await alice.refreshed(view)).payment.is_open]
    assert len(open_now) == 1
    for view in views:
        alice.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    assert await alice.balance() == sum(20_000 + number for number in range(20))
    await check_ledger(world)


async def test_sixty_four_payments_from_the_balance_debit_once(alice: Buyer, world: World) -> None:
    """The balance would pay several times, and pays once: one debit, one month, one key."""
    await alice.add_balance(100_000)
    order = (await alice.choose()).order
    await at_once(*(alice.shop.pay_from_balance(ALICE, order.id) for _ in range(TAPS)))
    await alice.shop.work()
    assert (await alice.balance(), await alice.ends_at()) == (100_000 - PRICE, NOON + timedelta(days=30))
    assert (await alice.key()).home.desired_revision == 1
    await check_ledger(world)


async def test_one_balance_pays_one_of_two_orders(alice: Buyer, world: World) -> None:
    """Two orders that the balance covers one by one are not both paid: the second is refused."""
    await alice.add_balance(20_000)
    orders = [(await alice.choose()).order for _ in range(2)]
    answers = await at_once(*(alice.shop.pay_from_balance(ALICE, order.id) for order in orders))
    assert sorted(isinstance(answer, InsufficientBalance) for answer in answers) == [False, True]
    assert await alice.balance() == 20_000 - PRICE
    await check_ledger(world)


async def test_sixty_four_trials_are_one(alice: Buyer, world: World) -> None:
    """However often the trial is tapped at once, it is three days."""
    await at_once(*(alice.shop.start_trial(ALICE) for _ in range(TAPS)))
    assert await alice.ends_at() == NOON + timedelta(days=3)
    await check_ledger(world)


async def test_two_scanners_book_every_arrival_once(alice: Buyer, world: World, worker: Callable[[], Shop]) -> None:
    """Several workers read the same rows, and every row has one receipt and one entry."""
    world.chain.page_limit = 3
    view = await alice.start_purchase()
    for _ in range(10):
        alice.send(view, COIN // 10)
    shops = [worker() for _ in range(4)]
    for _ in range(4):
        await at_once(*(shop.read_receipts() for shop in shops))
        await check_ledger(world)
    assert (await alice.refreshed(view)).received.units == COIN


async def test_two_settlers_credit_every_receipt_once(
    alice: Buyer, bob: Buyer, world: World, worker: Callable[[], Shop]
) -> None:
    """Several workers settle the same receipts, and each is credited once, with one notice."""
    hers, his = await alice.start_purchase(), await bob.top_up(20_000)
    alice.send(hers, 2 * COIN)
    bob.send(his, his.payment.quote.due.units)
    await alice.shop.read_receipts()
    other = worker()
    await at_once(*(shop.settle_receipts() for shop in (alice.shop, other) for _ in range(8)))
    await alice.shop.work()
    assert (await alice.balance(), await bob.balance()) == (PRICE, 20_000)
    assert (len(alice.notices("order_paid")), len(bob.notices("money_credited"))) == (1, 1)
    await check_ledger(world)


async def test_settling_and_expiring_at_once_agree(alice: Buyer, world: World) -> None:
    """A half that is settled while its request expires is credited once."""
    view = await alice.start_purchase()
    alice.send(view, COIN // 2)
    world.clock.advance(minutes=16)
    await alice.shop.read_receipts()
    await at_once(*(use_case() for use_case in (alice.shop.settle_receipts, alice.shop.expire_payments) * 8))
    assert await alice.balance() == PRICE // 2
    await check_ledger(world)


async def test_cancelling_and_settling_at_once_lose_nothing(alice: Buyer, world: World) -> None:
    """Whichever is first, the customer has what came in full: the plan, or all of it on the balance as promised."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.read_receipts()
    await at_once(alice.cancel(view.payment.id), alice.shop.settle_receipts())
    await alice.shop.work()
    cancelled_first = (await alice.refreshed(view)).payment.cancelled_at is not None
    expected = (OrderState.OPEN, PRICE) if cancelled_first else (OrderState.DELIVERED, 0)
    assert ((await alice.order_of(view)).state, await alice.balance()) == expected
    await check_ledger(world)


async def test_two_admins_assign_a_receipt_to_one_customer(alice: Buyer, bob: Buyer, world: World) -> None:
    """One of many simultaneous decisions counts, the others are refused."""
    transfer = world.chain.deposit(COIN)
    await alice.shop.scan_and_settle()
    ref = (world.chain.name, transfer.external_id)
    people = [ALICE, BOB] * 16
    answers = await at_once(*(alice.shop.assign_receipt(*ref, one, "owner", "hers") for one in people))
    assert sum(isinstance(answer, ReceiptAlreadyAssigned) for answer in answers) == len(people) - 1
    assert await alice.balance() + await bob.balance() == PRICE
    await check_ledger(world)


async def test_two_provisioners_make_one_account_and_notify_once(
    alice: Buyer, world: World, worker: Callable[[], Shop]
) -> None:
    """Keys are claimed: of many workers one brings a key to the panel."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    confirmed = await at_once(*(worker().provision_keys() for _ in range(8)))
    assert sum(count for count in confirmed if isinstance(count, int)) == 1
    await alice.shop.work()
    assert list(world.panel.accounts) == ["orbit_42"]
    assert len(alice.notices("key_ready")) == 1


async def test_two_notifiers_send_once(alice: Buyer, world: World, worker: Callable[[], Shop]) -> None:
    """Notices are claimed: of many workers one sends each."""
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.scan_and_settle()
    await alice.shop.provision_keys()
    await at_once(*(worker().deliver_notices() for _ in range(8)))
    assert (len(alice.notices("order_paid")), len(alice.notices("key_ready"))) == (1, 1)


async def test_two_reminders_and_two_alerts_are_recorded_once(
    alice: Buyer, world: World, worker: Callable[[], Shop]
) -> None:
    """A reminder of a period and an alert about a late delivery are each recorded once, whichever worker is first."""
    await alice.buy()
    world.panel.unavailable = True
    await alice.add_balance(20_000)
    await alice.shop.pay_from_balance(ALICE, (await alice.choose()).order.id)
    world.clock.advance(days=58)
    await at_once(*(worker().remind_expiring() for _ in range(8)))
    await at_once(*(worker().alert_delayed_orders() for _ in range(8)))
    await alice.shop.work()
    assert len(alice.notices("period_ending")) == 1
    assert len(world.notices(OWNER, "delivery_delayed")) == 1


@pytest.mark.parametrize("people", [2, 30])
async def test_many_customers_at_once_get_what_each_has_paid(
    shop: Shop, world: World, people: int, worker: Callable[[], Shop]
) -> None:
    """Sales that overlap in time don't mix: each customer has one key, one month, and an empty balance."""
    buyers = [Buyer(shop, world, type(ALICE)(100 + number)) for number in range(people)]
    await asyncio.gather(*(buyer.start() for buyer in buyers))
    views = await asyncio.gather(*(buyer.start_purchase() for buyer in buyers))
    for buyer, view in zip(buyers, views, strict=True):
        buyer.send(view)
    await asyncio.gather(shop.work(), worker().work(), worker().work())
    await shop.work(people // 20 + 1)
    for buyer, view in zip(buyers, views, strict=True):
        assert (await buyer.order_of(view)).state is OrderState.DELIVERED
        assert await buyer.balance() == rub(0).units
    assert len(world.panels[MAIN].accounts) == people
    await check_ledger(world)


async def test_one_method_is_requested_for_two_orders_at_once(alice: Buyer, world: World) -> None:
    """Two orders whose payment is requested at the same time each show a good comment, and both are paid."""
    orders = [(await alice.choose()).order, (await alice.choose("sub_3m")).order]
    views = await asyncio.gather(*(alice.shop.request_payment(ALICE, order.id, TON_METHOD) for order in orders))
    for view in views:
        alice.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    assert [(await alice.order(order.id)).state for order in orders] == [OrderState.DELIVERED] * 2
    assert await alice.balance() == 0
    await check_ledger(world)
