"""From a limit on, money buys nothing until two readers show it alike; below it nothing waits."""

import pytest

from orbit_domain.notice.reader_notices import MoneyUnconfirmed
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.second_word import AGREED, Verdict, Word
from orbit_domain.use_cases.show_payment import InvoiceState, PaymentView
from tests.support.buyer import Buyer
from tests.support.crash_injection import CrashBudget, CrashHook
from tests.support.invariants import check_ledger
from tests.support.port_hooks import with_hook
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, World

SILENT = Word(Verdict.SILENT, "second.example")
DIFFERS = Word(Verdict.DIFFERS, "second.example", 7)
LIMIT = 3 * COIN // 2


@pytest.fixture
def careful(world: World) -> World:
    """A world whose chain has two readers; a coin and a half, less than three months, need both."""
    world.chain.confirm_from = LIMIT
    return world


async def pay(buyer: Buyer) -> PaymentView:
    """Three months that are requested, paid exactly and read."""
    view = await buyer.start_purchase("sub_3m")
    assert view.payment.quote.due.units >= LIMIT
    buyer.send(view, view.payment.quote.due.units)
    await buyer.shop.work()
    return view


async def test_what_both_readers_show_is_delivered_at_once(alice: Buyer, careful: World) -> None:
    """Asking twice costs the customer nothing, and the owner hears nothing."""
    view = await pay(alice)
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert careful.notices(OWNER) == []


async def test_a_silent_reader_holds_what_is_large_alone_and_delivers_it_when_it_is_back(
    alice: Buyer, bob: Buyer, careful: World
) -> None:
    """It is booked, shown as arrived, and waits past its invoice's end; the owner hears once and has nothing to do."""
    careful.chain.word = SILENT
    view = await pay(alice)
    small = await bob.start_purchase()
    bob.send(small)
    await bob.shop.work()
    assert (await bob.order_of(small)).state is OrderState.DELIVERED
    assert careful.notices(OWNER) == []
    for _ in range(60):
        careful.clock.advance(minutes=1)
        await alice.shop.work(1)
    shown = await alice.refreshed(view)
    assert (shown.state, shown.payment.status) == (InvoiceState.ARRIVED, PaymentStatus.PENDING)
    assert (await alice.order_of(view)).state is OrderState.OPEN
    assert alice.notices("payment_short") == []
    (told,) = careful.notices(OWNER)
    assert isinstance(told, MoneyUnconfirmed)
    assert (told.verdict, told.tg_id, told.reader) == ("silent", alice.tg_id, "second.example")
    careful.chain.word = AGREED
    careful.clock.advance(minutes=10)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert await alice.balance() == 0
    assert len(careful.notices(OWNER)) == 1
    await check_ledger(careful)


async def test_readers_that_disagree_deliver_nothing_whatever_the_customer_taps(alice: Buyer, careful: World) -> None:
    """Replaced or cancelled, it isn't credited. The owner hears both words once; it is credited once they agree."""
    careful.chain.word = DIFFERS
    view = await pay(alice)
    await alice.check_payment(view)
    again = await alice.request_payment((await alice.choose("sub_1m")).order.id)
    await alice.cancel(view.payment.id)
    await alice.cancel(again.payment.id)
    careful.clock.advance(hours=1)
    await alice.shop.work(3)
    assert (await alice.balance(), (await alice.order_of(view)).state) == (0, OrderState.OPEN)
    (told,) = careful.notices(OWNER)
    assert isinstance(told, MoneyUnconfirmed)
    assert (told.verdict, told.units, told.shown_units) == ("differs", view.payment.quote.due.units, 7)
    await check_ledger(careful)
    careful.chain.word = AGREED
    careful.clock.advance(minutes=10)
    await alice.shop.work()
    assert (await alice.balance(), (await alice.order_of(view)).state) == (0, OrderState.DELIVERED)
    await check_ledger(careful)


async def test_a_part_below_the_limit_does_not_free_what_waits(alice: Buyer, careful: World) -> None:
    """Money without a second word stays where it is when a smaller transfer comes for the same payment."""
    careful.chain.word = SILENT
    view = await pay(alice)
    alice.send(view, COIN // 10)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.status is PaymentStatus.PENDING
    careful.chain.word = AGREED
    careful.clock.advance(minutes=10)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 1_290)
    await check_ledger(careful)


async def test_dying_at_any_call_while_readers_are_asked_changes_nothing() -> None:
    """A worker crashes at every second of its calls, the second word's among them; the next one delivers, once."""
    call, crashed = -1, True
    while crashed:
        call += 2
        world = World()
        world.chain.confirm_from = COIN
        shop = Shop(world.ports())
        await shop.open()
        alice = Buyer(shop, world)
        await alice.start()
        view = await alice.start_purchase()
        alice.send(view)
        crashed = await CrashBudget(call).live(Shop(with_hook(world.ports(), CrashHook())).work)
        world.clock.advance(minutes=3)
        await shop.work()
        assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 0)
        assert len(alice.notices("order_paid")) in (1, 2)
        await check_ledger(world)
    assert call > 50
