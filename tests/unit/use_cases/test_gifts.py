"""One pays, another gets the time: once, whoever taps how often."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.gift.gift import GiftTaken, NoSuchGift, NotAGiftMessage
from orbit_domain.ids import Nonce, PlanCode, TelegramId
from orbit_domain.notice.notice import OrderPaid
from orbit_domain.order.order import OrderState
from orbit_domain.payment.ports import PaymentTerms
from orbit_domain.steps.method_availability import amount_asked
from orbit_domain.user.user import CustomerBanned
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER
from tests.support.world import PRICE, World
from tests.unit.use_cases.gift_taps import check_sums, code_of, give, given, take

MONTH = timedelta(days=30)


async def test_a_gift_is_paid_by_one_and_given_to_the_other(alice: Buyer, bob: Buyer, world: World) -> None:
    """Paid by a transfer like any order; then nobody has time until Bob takes it, and each hears of it once."""
    order_id = await give(alice)
    view = await alice.request_payment(order_id)
    alice.send(view)
    await alice.shop.work()
    (paid,) = alice.notices("order_paid")
    assert isinstance(paid, OrderPaid)
    assert (paid.is_gift, paid.payment_kopecks) == (True, PRICE)
    assert ((await alice.order(order_id)).state, await alice.balance()) == (OrderState.PAID, 0)
    assert await alice.ends_at() is await bob.ends_at() is None
    order = await take(bob, await code_of(alice, order_id))
    assert (await alice.order(order_id)).state is OrderState.DELIVERED
    assert await bob.ends_at() == world.clock.now() + MONTH
    assert (await alice.ends_at(), await alice.balance(), await bob.balance()) == (None, 0, 0)
    assert (await bob.key()).is_confirmed
    assert len(alice.notices("gift_accepted")) == len(bob.notices("key_ready")) == 1
    assert (bob.notices("gift_accepted"), alice.notices("key_ready")) == ([], [])
    assert (order.holder, order.tg_id) == (BOB, ALICE)
    (listed,) = (await alice.shop.list_gifts(ALICE)).gifts
    assert (listed.order.holder, listed.gift.taker_name) == (BOB, "Боб")
    told = [event for event in await bob.shop.show_timeline(BOB) if event.topic == "order"]
    assert [event.what for event in told] == [(f"sub_1m taken, a gift of {ALICE}",), ("delivered",)]
    assert (f"taken by {BOB}",) in [event.what for event in await alice.shop.show_timeline(ALICE)]
    await check_sums(world, alice.shop)


async def test_a_gift_that_nobody_takes_alarms_nobody(alice: Buyer, world: World) -> None:
    """For a year it waits: no alert, nothing undelivered, sums that agree, and then it can still be taken."""
    order_id, code = await given(alice)
    world.clock.advance(days=365)
    assert await alice.shop.alert_delayed_orders() == 0
    await alice.shop.work()
    assert (await alice.shop.show_waiting(OWNER)).deliveries == ()
    assert alice.notices("key_delayed") == world.notices(OWNER) == []
    await check_sums(world, alice.shop)
    await take(alice, code)
    assert await alice.ends_at() == world.clock.now() + MONTH
    assert ((await alice.order(order_id)).state, alice.notices("gift_accepted")) == (OrderState.DELIVERED, [])


async def test_a_late_key_of_a_gift_is_told_to_its_taker(alice: Buyer, bob: Buyer, world: World) -> None:
    """Ten minutes after it was taken, not after it was paid, the taker and the owner hear that it is late."""
    order_id, code = await given(alice)
    world.clock.advance(days=3)
    world.panel.unavailable = True
    await take(bob, code)
    assert bob.notices("key_delayed") == []
    world.clock.advance(minutes=11)
    await bob.shop.work()
    assert (len(bob.notices("key_delayed")), alice.notices("key_delayed")) == (1, [])
    (waiting,) = (await bob.shop.show_waiting(OWNER)).deliveries
    assert (waiting.order.id, waiting.customer and waiting.customer.tg_id) == (order_id, BOB)


async def test_of_many_takers_one_has_it(alice: Buyer, bob: Buyer, world: World) -> None:
    """Ten people and ten taps of each at once: one has the month once, the others hear that it is taken."""
    _, code = await given(alice)
    takers = [bob, *(Buyer(alice.shop, world, TelegramId(600 + number)) for number in range(9))]
    for taker in takers[1:]:
        await taker.start()
    taps = [taker.shop.take_gift(taker.tg_id, "x", code) for taker in takers for _ in range(10)]
    answers = await asyncio.gather(*taps, return_exceptions=True)
    assert sum(isinstance(one, GiftTaken) for one in answers) == 90
    await alice.shop.work()
    ends = [await taker.ends_at() for taker in takers]
    assert [end for end in ends if end is not None] == [world.clock.now() + MONTH]
    assert len(alice.notices("gift_accepted")) == 1
    await check_sums(world, alice.shop)


async def test_a_taker_of_another_plan_loses_no_paid_time(alice: Buyer, bob: Buyer, world: World) -> None:
    """The screen says what will be, and so it is: another plan's time is converted by value, the same is extended."""
    await bob.buy()
    for nonce, plan in (("a1", "sub_1m"), ("a2", "sub_12m")):
        _, code = await given(alice, plan, nonce)
        shown = await bob.shop.look_at_gift(BOB, code)
        before = await bob.ends_at()
        assert before is not None
        await take(bob, code)
        assert await bob.ends_at() == shown.new_end >= before + shown.order.terms.duration
        assert (await bob.key()).expires_at >= shown.new_end
    await check_sums(world, alice.shop)


async def test_a_trial_is_extended_by_a_gift(alice: Buyer, bob: Buyer, world: World) -> None:
    """Trial and gift add up, and a gift first leaves the trial as it was."""
    await bob.shop.start_trial(BOB)
    await bob.shop.work()
    _, code = await given(alice)
    await take(bob, code)
    assert await bob.ends_at() == world.clock.now() + timedelta(days=3) + MONTH
    await check_sums(world, alice.shop)


async def test_only_the_giver_sees_and_changes_a_gift(alice: Buyer, bob: Buyer) -> None:
    """For anybody else it isn't there; a code that is wrong opens nothing, whatever it is."""
    order_id, code = await given(alice)
    with pytest.raises(NoSuchGift):
        await bob.shop.show_gift(BOB, order_id)
    with pytest.raises(NoSuchGift):
        await bob.shop.write_gift_message(BOB, order_id, "mine")
    with pytest.raises(NoSuchGift):
        await bob.shop.give_up_gift(BOB, order_id)
    for wrong in ("", code[:-1], code.lower(), f"{code}x", "\ud800", "' OR 1=1", str(order_id)):
        with pytest.raises(NoSuchGift):
            await bob.shop.take_gift(BOB, "x", wrong)
    assert (await bob.shop.list_gifts(BOB)).gifts == ()


async def test_an_unpaid_gift_is_no_gift(alice: Buyer, bob: Buyer) -> None:
    """Its link isn't shown, and who knew it couldn't take it; a banned customer takes none."""
    order_id = await give(alice)
    assert (await alice.shop.show_gift(ALICE, order_id)).code is None
    assert (await alice.shop.list_gifts(ALICE)).gifts == ()
    _, code = await given(alice, nonce="a2")
    await bob.shop.ban_customer(BOB, "cli:owner", "spam")
    for refused in (bob.shop.look_at_gift(BOB, code), bob.shop.take_gift(BOB, "x", code)):
        with pytest.raises(CustomerBanned):
            await refused
    assert await bob.ends_at() is None


async def test_words_are_written_until_the_gift_is_taken(alice: Buyer, bob: Buyer) -> None:
    """Before and after the payment, never too many, and never once they were read."""
    order_id, code = await given(alice)
    await alice.shop.write_gift_message(ALICE, order_id, " С днём\n рождения! ")
    for refused in ("", " \n ", "x" * 201):
        with pytest.raises(NotAGiftMessage):
            await alice.shop.write_gift_message(ALICE, order_id, refused)
    assert (await bob.shop.look_at_gift(BOB, code)).gift.message == "С днём рождения!"
    await take(bob, code)
    with pytest.raises(GiftTaken):
        await alice.shop.write_gift_message(ALICE, order_id, "too late")


async def test_a_gift_earns_no_reward_on_either_side(alice: Buyer, bob: Buyer, world: World) -> None:
    """Neither the friend who gives nor the friend who takes is rewarded; the first own purchase is."""
    code = (await alice.shop.show_invite(ALICE)).code
    friends = [Buyer(alice.shop, world, TelegramId(700 + number)) for number in range(2)]
    for friend in friends:
        await friend.shop.register_user(friend.tg_id, None, "ru", code)
    giver, taker = friends
    order_id = await give(giver)
    giver.send(await giver.request_payment(order_id))
    await giver.shop.work()
    await take(taker, await code_of(giver, order_id))
    assert (await alice.balance(), await giver.balance(), await taker.balance()) == (0, 0, 0)
    await giver.buy()
    await giver.shop.work()
    assert (await alice.balance() > 0, await taker.balance()) == (True, 0)
    await check_ledger(world)


async def test_ten_taps_on_give_are_one_gift(alice: Buyer) -> None:
    """One list gives each plan once, beside an own order of the same plan; a stranger's nonce opens nothing."""
    taps = (alice.shop.open_gift(ALICE, "A", PlanCode("sub_1m"), Nonce("a1")) for _ in range(10))
    gifts = {checkout.order.id for checkout in await asyncio.gather(*taps)}
    own = (await alice.choose(nonce=Nonce("a1"))).order
    assert len(gifts) == 1
    assert own.id not in gifts
    assert not own.is_gift
    with pytest.raises(Refusal):
        await alice.shop.open_gift(BOB, "B", PlanCode("sub_1m"), Nonce("a1"))
    with pytest.raises(Refusal):
        await alice.shop.open_gift(ALICE, "A", PlanCode("trial"), Nonce("a1"))


@pytest.mark.parametrize("is_gift", [False, True])
async def test_no_way_that_repeats_pays_a_gift(alice: Buyer, world: World, *, is_gift: bool) -> None:
    """It would be given again every month; an own order of the same plan may be paid so."""
    order = replace(await alice.order(await give(alice)), is_gift=is_gift)
    terms = replace(PaymentTerms(), policy=replace(PaymentTerms().policy, repeats=True))
    gateway: Any = SimpleNamespace(terms=terms)
    async with world.storage.transaction() as tx:
        asked = await amount_asked(tx, gateway, order, order.price, world.clock.now())
    assert (asked is None) == is_gift
