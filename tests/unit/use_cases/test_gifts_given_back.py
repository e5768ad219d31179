"""The price of a gift goes back, or its time is somebody's: never both, and from nobody else."""

import asyncio
from datetime import timedelta

import pytest

from orbit_domain.gift.gift import GiftTaken, GiftWithdrawn, NoSuchGift
from orbit_domain.notice.notice import OrderRefunded
from orbit_domain.order.order import OrderNotRefundable, OrderState
from orbit_testing import samples
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.world import PRICE, World
from tests.unit.use_cases.gift_taps import check_sums, code_of, give, given, pay, take
from tests.unit.use_cases.test_reversals import Provider

MONTH = timedelta(days=30)


async def test_a_gift_is_given_up_once_and_never_after_it_was_taken(alice: Buyer, bob: Buyer, world: World) -> None:
    """The price goes back to the balance, the link is dead, and for a taken gift nothing goes back."""
    first, dead = await given(alice)
    for _ in range(2):
        await alice.shop.give_up_gift(ALICE, first)
    assert (await alice.balance(), (await alice.order(first)).state) == (PRICE, OrderState.REFUNDED)
    for use_case in (bob.shop.look_at_gift, lambda *tap: bob.shop.take_gift(BOB, "x", tap[1])):
        with pytest.raises(GiftWithdrawn):
            await use_case(BOB, dead)
    second = await give(alice, nonce="a2")
    with pytest.raises(NoSuchGift):
        await alice.shop.give_up_gift(ALICE, second)
    await alice.pay_from_balance(second)
    await take(bob, await code_of(alice, second))
    with pytest.raises(GiftTaken):
        await alice.shop.give_up_gift(ALICE, second)
    assert (await alice.balance(), await bob.ends_at()) == (0, world.clock.now() + MONTH)
    await check_sums(world, alice.shop)


async def test_taking_and_giving_up_at_once_never_do_both(alice: Buyer, bob: Buyer, world: World) -> None:
    """Either Bob has the month or Alice has the price."""
    for number in range(4):
        order_id, code = await given(alice, nonce=f"a{number}")
        taps = [bob.shop.take_gift(BOB, "x", code), alice.shop.give_up_gift(ALICE, order_id)]
        await asyncio.gather(*(taps if number % 2 else taps[::-1]), return_exceptions=True)
        order = await alice.order(order_id)
        assert (order.taken is not None) != (order.state is OrderState.REFUNDED)
    await alice.shop.work()
    await check_sums(world, alice.shop)


async def test_a_refund_gives_the_giver_the_price_and_takes_the_taker_s_time(
    alice: Buyer, bob: Buyer, world: World
) -> None:
    """By the owner, of a gift that was taken: each hears of their own part, and Bob's own month stays whole."""
    await bob.buy()
    own_end = await bob.ends_at()
    order_id, code = await given(alice)
    await take(bob, code)
    await alice.shop.refund_order(order_id, "cli:owner", "a mistake")
    await alice.shop.work()
    assert (await alice.balance(), await bob.balance()) == (PRICE, 0)
    assert await bob.ends_at() == own_end
    (told,) = alice.notices("order_refunded")
    assert isinstance(told, OrderRefunded)
    assert told.is_gift
    assert (len(bob.notices("gift_taken_back")), bob.notices("order_refunded")) == (1, [])
    await check_sums(world, alice.shop)


async def test_a_refund_of_a_waiting_gift_ends_its_link(alice: Buyer, bob: Buyer, world: World) -> None:
    """The owner refunds it before anybody took it: nobody's time changes, and nobody can take it."""
    order_id, code = await given(alice)
    await alice.buy()
    end = await alice.ends_at()
    await alice.shop.refund_order(order_id, "cli:owner", "asked for")
    assert (await alice.balance(), await alice.ends_at()) == (PRICE, end)
    with pytest.raises(GiftWithdrawn):
        await take(bob, code)
    await check_sums(world, alice.shop)


async def test_a_code_makes_a_gift_cheaper_and_one_that_was_free_has_no_price_to_give_back(
    alice: Buyer, bob: Buyer, world: World
) -> None:
    """The giver's own code counts for the gift; given up, what was paid goes back and the code stays used."""
    for code, value, nonce in (("HALF", 50, "a1"), ("FREE", 100, "a2")):
        await alice.shop.add_promo(samples.promo(code, value=value), "cli:owner")
        await alice.shop.apply_promo(ALICE, code)
        order_id = await give(alice, nonce=nonce)
        price = (await alice.order(order_id)).price.units
        await pay(alice, order_id)
        before = await alice.balance()
        if value == 50:
            await alice.shop.give_up_gift(ALICE, order_id)
            assert (price, await alice.balance()) == (PRICE // 2, before + PRICE // 2)
        else:
            with pytest.raises(OrderNotRefundable):
                await alice.shop.give_up_gift(ALICE, order_id)
            await take(bob, await code_of(alice, order_id))
            assert await bob.ends_at() == world.clock.now() + MONTH
    await check_sums(world, alice.shop)


@pytest.mark.parametrize("is_taken", [False, True])
async def test_money_that_goes_back_takes_the_gift_with_it(world: World, *, is_taken: bool) -> None:
    """The provider gives the money back: the link is dead, or the taker's unused time is gone; nobody owes anything."""
    provider = Provider(world)
    await provider.shop.open()
    bob = Buyer(provider.shop, world, BOB)
    for one, language in ((provider.alice, "ru"), (bob, "en")):
        await one.start(language)
    order_id = await give(provider.alice)
    arrival = provider.alice.send(await provider.alice.request_payment(order_id))
    await provider.shop.work()
    code = await code_of(provider.alice, order_id)
    if is_taken:
        await take(bob, code)
    await provider.take_back(arrival)
    assert (await provider.alice.order(order_id)).state is OrderState.REFUNDED
    assert await provider.accounts() == {"refunds": -PRICE, "revenue": PRICE}
    assert len(bob.notices("gift_taken_back")) == is_taken
    end = await bob.ends_at()
    assert end is None or end <= world.clock.now()
    with pytest.raises(GiftWithdrawn):
        await take(bob, code)
    assert (await provider.shop.audit_ledger()).findings == ()
