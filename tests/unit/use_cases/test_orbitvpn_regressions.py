"""Each fault of OrbitVPN v2, replayed through the use cases."""

import asyncio
from datetime import UTC, timedelta

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.source_record import Meaning
from orbit_domain.user.referral import referral_code
from tests.support.buyer import ALICE, Buyer
from tests.support.clock import NOON
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World


async def test_a_batch_isn_t_lost_on_one_known_row(alice: Buyer, bob: Buyer, world: World) -> None:
    """It rolled back a whole batch on one duplicate hash; here a batch with known rows brings its new ones."""
    hers, his = await alice.start_purchase(), await bob.start_purchase()
    async with world.storage.transaction() as tx:
        before = await tx.cursors.get(world.chain.name)
        assert before is not None
    alice.send(hers)
    await alice.shop.work()
    async with world.storage.transaction() as tx:
        await tx.cursors.move(await tx.cursors.get(world.chain.name), before)
    bob.send(his)
    await alice.shop.work()
    assert (await bob.order_of(his)).state is OrderState.DELIVERED
    assert await alice.balance() == 0
    await check_ledger(world)


@pytest.mark.parametrize("page", [2, 50, 1_000])
async def test_more_than_fifty_transfers_between_two_looks_are_all_credited(
    alice: Buyer, world: World, page: int
) -> None:
    """It read the newest fifty and nothing else; here every row since the last scan is read, page by page."""
    world.chain.page_limit = page
    view = await alice.start_purchase()
    for _ in range(120):
        alice.send(view, COIN)
    await alice.shop.work()
    assert ((await alice.order_of(view)).state, await alice.balance()) == (OrderState.DELIVERED, 119 * PRICE)
    await check_ledger(world)


async def test_an_outage_of_more_than_twenty_minutes_loses_nothing(alice: Buyer, world: World) -> None:
    """It read back twenty minutes only; here reading goes on from where it stopped, however long ago."""
    view = await alice.start_purchase()
    world.chain.silent = True
    alice.send(view)
    world.clock.advance(days=9)
    world.chain.silent = False
    await alice.shop.work()
    assert await alice.ends_at() == NOON + timedelta(days=39)
    await check_ledger(world)


async def test_a_late_payer_needs_no_button(alice: Buyer, world: World) -> None:
    """It credited a late payer only if he pressed "I have paid"; here the jobs do it by themselves."""
    view = await alice.start_purchase()
    world.clock.advance(minutes=40)
    await alice.shop.work()
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


async def test_the_older_qr_code_still_pays(alice: Buyer, world: World) -> None:
    """It cancelled the previous request and never matched it again; here the older comment is as good as the newer."""
    older, newer = await alice.top_up(20_000), await alice.top_up(30_000)
    alice.send(older, older.payment.quote.due.units)
    await alice.shop.work()
    assert await alice.balance() == 20_000
    assert (await alice.refreshed(older)).payment.status is PaymentStatus.CONFIRMED
    assert (await alice.refreshed(newer)).payment.is_open


async def test_requests_are_never_deleted(alice: Buyer, world: World) -> None:
    """It deleted old requests after a week, and their money had no owner; here a year later it finds its owner."""
    view = await alice.start_purchase()
    world.clock.advance(days=365)
    await alice.shop.work()
    alice.send(view)
    await alice.shop.work()
    assert await alice.balance() == PRICE
    assert await alice.shop.list_unmatched() == ()


async def test_two_transfers_with_one_comment_don_t_break_the_loop(alice: Buyer, bob: Buyer, world: World) -> None:
    """It raised for ever on the second transfer with a comment; here it is credited and the job goes on."""
    hers, his = await alice.start_purchase(), await bob.start_purchase()
    alice.send(hers)
    alice.send(hers)
    bob.send(his)
    await alice.shop.work()
    assert (await alice.balance(), (await bob.order_of(his)).state) == (PRICE, OrderState.DELIVERED)


async def test_ninety_five_percent_isn_t_everything(alice: Buyer, world: World) -> None:
    """It took 95 % for the whole; here five percent are missing and shown, and what came isn't lost."""
    view = await alice.start_purchase()
    alice.send(view, COIN * 95 // 100)
    await alice.shop.work()
    assert (await alice.refreshed(view)).missing.units == COIN * 5 // 100
    world.clock.advance(minutes=16)
    await alice.shop.work()
    assert ((await alice.order_of(view)).is_open, await alice.balance()) == (True, PRICE * 95 // 100)


async def test_phantom_money_buys_nothing(alice: Buyer, world: World) -> None:
    """It never checked whether a transaction had succeeded; here only value that stayed is a deposit."""
    view = await alice.start_purchase()
    world.chain.deposit(COIN, view.payment.comment, meaning=Meaning.NOTHING)
    await alice.shop.work()
    assert (await alice.refreshed(view)).received.units == 0
    await check_ledger(world)


async def test_amounts_are_exact_to_the_last_nanoton(alice: Buyer, world: World) -> None:
    """It rounded to two decimals of a float; here odd amounts add up to the kopeck."""
    view = await alice.top_up(20_000)
    due = view.payment.quote.due.units
    parts = [1, 7, 333_333_333, 123_456_789]
    for part in (*parts, due - sum(parts)):
        alice.send(view, part)
    await alice.shop.work()
    assert await alice.balance() == 20_000
    await check_ledger(world)


async def test_confirming_twice_credits_once(alice: Buyer, world: World) -> None:
    """Poller and button both confirmed and both credited; here the button only runs the same job sooner."""
    view = await alice.top_up(20_000)
    alice.send(view, view.payment.quote.due.units)
    taps = [alice.shop.check_payment(ALICE, view.payment.id) for _ in range(20)]
    await asyncio.gather(*taps, alice.shop.work(), Shop(world.ports()).work())
    assert (await alice.balance(), len(alice.notices("money_credited"))) == (20_000, 1)
    await check_ledger(world)


async def test_a_click_starts_no_loop_of_its_own(alice: Buyer, world: World) -> None:
    """Each click on "I have paid" started a loop that polled for ever; here a click is one scan."""
    view = await alice.start_purchase()
    for _ in range(20):
        await alice.shop.check_payment(ALICE, view.payment.id)
    assert len(asyncio.all_tasks()) == 1


async def test_a_panel_that_fails_after_the_debit_delivers_later(alice: Buyer, world: World) -> None:
    """It debited first and ignored the panel's error; here the delivery that is due is recorded with the debit."""
    world.panel.unavailable = True
    await alice.add_balance(20_000)
    order = (await alice.choose()).order
    await alice.shop.pay_from_balance(ALICE, order.id)
    await alice.shop.work()
    assert ((await alice.order(order.id)).state, await alice.balance()) == (OrderState.PAID, 20_000 - PRICE)
    world.panel.unavailable = False
    world.clock.advance(minutes=1)
    await Shop(world.ports()).work()
    assert (await alice.order(order.id)).state is OrderState.DELIVERED


async def test_registrations_earn_nothing(alice: Buyer, shop: Shop, world: World) -> None:
    """A hundred invited accounts each brought a bonus; here an invitation alone is a recorded fact and no money."""
    for number in range(100):
        registered = await shop.register_user(TelegramId(10_000 + number), None, "ru", referral_code(ALICE))
        assert registered.user.referrer_id == ALICE
        await shop.start_trial(TelegramId(10_000 + number))
    await shop.work()
    assert await alice.balance() == 0
    assert (await shop.show_statement(ALICE)).statement_lines == ()
    await check_ledger(world)


async def test_every_time_is_utc(alice: Buyer) -> None:
    """Local and UTC times were mixed; here everything recorded says that it is UTC."""
    order = await alice.buy()
    key, ends_at = await alice.key(), await alice.ends_at()
    times = [order.created_at, order.paid_at, order.delivered_at, key.created_at, key.expires_at, ends_at]
    times += [event.at for event in await alice.shop.show_timeline(ALICE)]
    assert {moment.tzinfo for moment in times if moment is not None} == {UTC}
    assert None not in times


async def test_an_old_screen_decides_nothing(alice: Buyer) -> None:
    """A cached balance decided what could be bought; here an old "covered" screen buys nothing uncovered."""
    await alice.add_balance(20_000)
    old_screen = await alice.choose()
    assert old_screen.missing.is_zero
    await alice.shop.pay_from_balance(ALICE, (await alice.choose()).order.id)
    with pytest.raises(InsufficientBalance):
        await alice.shop.pay_from_balance(ALICE, old_screen.order.id)
    assert await alice.balance() == 20_000 - PRICE


async def test_a_double_click_neither_doubles_nor_deletes_a_paid_key(alice: Buyer, world: World) -> None:
    """A second click deleted what the first had bought; here it changes nothing."""
    await alice.add_balance(20_000)
    order = (await alice.choose()).order
    for _ in range(2):
        await alice.shop.pay_from_balance(ALICE, order.id)
        await alice.shop.work()
    assert (list(world.panel.accounts), await alice.balance()) == (["orbit_42"], 20_000 - PRICE)


async def test_already_exists_is_never_answered_by_delete_and_recreate(alice: Buyer, world: World) -> None:
    """It deleted an account of the same name and made its own; here ours is adopted and others' are left alone."""
    world.panel.add_foreign("orbit_42")
    foreign = world.panel.accounts["orbit_42"]
    await alice.buy()
    await alice.shop.work()
    links = world.panel.links("orbit_42_2")
    assert links
    assert world.panel.accounts["orbit_42"] is foreign
    await alice.buy()
    assert world.panel.links("orbit_42_2") == links


async def test_reminders_come_again_in_the_next_period(alice: Buyer, world: World) -> None:
    """A mark without the period suppressed every later reminder; here each period has its own."""
    for _ in range(3):
        await alice.buy()
        world.clock.advance(days=29, hours=12)
        await alice.shop.work()
        world.clock.advance(days=2)
        await alice.shop.read_receipts()
    endings = {repr(notice) for notice in alice.notices("period_ending")}
    assert len(endings) == len(alice.notices("period_ending")) == 3


async def test_a_tap_that_the_process_died_on_is_done_when_it_comes_again(alice: Buyer, world: World) -> None:
    """Updates in work were lost at a restart; here the same tap on the next process finds or finishes the work."""
    nonce = (await alice.shop.list_plans(ALICE)).nonce
    plan = (await alice.shop.list_plans(ALICE)).offers[0].plan.code
    first = await alice.shop.open_checkout(ALICE, plan, nonce)
    second = await Shop(world.ports()).open_checkout(ALICE, plan, nonce)
    assert first.order == second.order
