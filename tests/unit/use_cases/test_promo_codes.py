"""A promo code is given once, counted when it is used, and no money is lost when it ends."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.promo.promo import (
    NoSuchPromo,
    Promo,
    PromoKind,
    PromoLost,
    PromoProblem,
    PromoUnusable,
    TooManyCodes,
)
from orbit_domain.storage import promo_subject
from orbit_testing import samples
from tests.support.buyer import ALICE, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World

HALF = PRICE // 2
WEEK = timedelta(days=7)


async def offer(shop: Shop, code: str = "SPRING", **changes: Any) -> Promo:
    """The owner adds a code; a half off unless *changes* say otherwise."""
    return await shop.add_promo(samples.promo(code, **{"value": 50, **changes}), "cli:owner")


async def uses(world: World, code: str = "SPRING") -> int:
    """How often the code was used."""
    async with world.storage.transaction() as tx:
        promo = await tx.promos.get(samples.promo(code).code)
    return promo.uses if promo else 0


async def why(refused: Any) -> Refusal:
    """The refusal that awaiting *refused* raises."""
    with pytest.raises(Refusal) as raised:
        await refused
    return raised.value


async def test_a_discount_is_a_line_of_the_order_and_is_used_when_it_is_paid(alice: Buyer, world: World) -> None:
    """The plans and the order show half the price; the code counts with the payment; revenue is what was paid."""
    await offer(alice.shop)
    await alice.shop.apply_promo(ALICE, " spring ")
    month = (await alice.shop.list_plans(ALICE)).offers[0]
    assert (month.price, month.plan.price) == (rub(HALF), rub(PRICE))
    view = await alice.start_purchase()
    assert (await alice.order_of(view)).discount is not None
    assert (view.payment.amount, await uses(world)) == (rub(HALF), 0)
    alice.send(view, COIN // 2)
    await alice.shop.work()
    order = await alice.order_of(view)
    assert (order.state, order.price, order.full_price) == (OrderState.DELIVERED, rub(HALF), rub(PRICE))
    assert (await alice.balance(), await uses(world)) == (0, 1)
    refused = await why(alice.shop.apply_promo(ALICE, "SPRING"))
    assert isinstance(refused, PromoUnusable)
    assert refused.reason is PromoProblem.USED
    assert (await alice.choose()).order.price == rub(PRICE)
    refunded = await alice.shop.refund_order(order.id, "cli:owner", "test")
    assert (refunded.amount, await alice.balance(), await uses(world)) == (rub(HALF), HALF, 1)
    await check_ledger(world)


async def test_a_code_entered_later_changes_the_price_of_an_open_order(alice: Buyer, world: World) -> None:
    """The invoice was for the full price and it was sent: the order costs half, the other half is on the balance."""
    view = await alice.start_purchase()
    await offer(alice.shop)
    await alice.shop.apply_promo(ALICE, "SPRING")
    assert (await alice.order_of(view)).price == rub(HALF)
    alice.send(view, COIN)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert await alice.balance() == HALF
    await check_ledger(world)


async def test_money_for_a_code_that_was_used_up_meanwhile_is_kept(alice: Buyer, bob: Buyer, world: World) -> None:
    """Two see the last use; whoever pays second has the money on the balance, hears why, and sees the full price."""
    await offer(alice.shop, total_uses=1)
    for one in (alice, bob):
        await one.shop.apply_promo(one.tg_id, "SPRING")
    first, second = await alice.start_purchase(), await bob.start_purchase()
    alice.send(first, COIN // 2)
    await alice.shop.work()
    bob.send(second, COIN // 2)
    await bob.shop.work()
    assert (await alice.order_of(first)).state is OrderState.DELIVERED
    order = await bob.order_of(second)
    assert (order.state, order.price, order.discount) == (OrderState.OPEN, rub(PRICE), None)
    assert (await bob.balance(), await uses(world)) == (HALF, 1)
    assert len(bob.notices("promo_withdrawn")) == 1
    rest = await bob.request_payment(order.id)
    assert rest.payment.amount == rub(PRICE - HALF)
    bob.send(rest, COIN // 2)
    await bob.shop.work()
    assert (await bob.order_of(second)).state is OrderState.DELIVERED
    await check_ledger(world)


async def test_a_tap_never_costs_more_than_was_shown(alice: Buyer, world: World) -> None:
    """With the code stopped since, paying from the balance is refused with the price; the order then shows it."""
    await offer(alice.shop)
    await alice.shop.apply_promo(ALICE, "SPRING")
    await alice.add_balance(45_000)
    order = (await alice.choose()).order
    await alice.shop.stop_promo(samples.promo().code, "cli:owner", "leaked")
    refused = await why(alice.pay_from_balance(order.id))
    assert isinstance(refused, PromoLost)
    assert (refused.reason, refused.price, await alice.balance()) == (PromoProblem.STOPPED, rub(PRICE), 45_000)
    shown = await alice.shop.show_checkout(ALICE, order.id)
    assert (shown.order.price, shown.lost) == (rub(PRICE), "SPRING")
    await alice.pay_from_balance(order.id)
    assert (await alice.balance(), await uses(world)) == (45_000 - PRICE, 0)


async def test_an_order_shown_before_the_end_is_honoured_for_a_day(alice: Buyer, world: World) -> None:
    """The code has expired between checkout and payment: the price stays as it was shown."""
    now = world.clock.now()
    await offer(alice.shop, valid_until=now + timedelta(minutes=5))
    await alice.shop.apply_promo(ALICE, "SPRING")
    view = await alice.start_purchase()
    world.clock.advance(minutes=10)
    assert (await alice.choose()).order.price == rub(PRICE)
    alice.send(view, COIN // 2)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


async def test_an_order_that_costs_nothing_is_delivered_without_a_payment(alice: Buyer, world: World) -> None:
    """A hundred percent off: no method is offered, one tap delivers, no entry of nothing is posted."""
    await offer(alice.shop, value=100)
    await alice.shop.apply_promo(ALICE, "SPRING")
    checkout = await alice.choose()
    assert (checkout.missing, checkout.offers) == (rub(0), ())
    await alice.pay_from_balance(checkout.order.id)
    await alice.shop.work()
    assert (await alice.order(checkout.order.id)).state is OrderState.DELIVERED
    assert (await alice.balance(), await uses(world)) == (0, 1)
    await check_ledger(world)


async def test_the_last_use_is_one_customer_s(shop: Shop, world: World) -> None:
    """64 customers enter the last use of a code for money at the same time: one gets it, the others read why."""
    await offer(shop, kind=PromoKind.BALANCE, value=10_000, total_uses=1)
    people = [Buyer(shop, world, TelegramId(500 + number)) for number in range(64)]
    for one in people:
        await one.start()
    answers = await asyncio.gather(*(shop.apply_promo(one.tg_id, "SPRING") for one in people), return_exceptions=True)
    refused = [one for one in answers if isinstance(one, PromoUnusable)]
    assert {one.reason for one in refused} == {PromoProblem.USED_UP}
    assert len(refused) == 63
    assert sum([await one.balance() for one in people]) == 10_000
    await check_ledger(world)


async def test_money_is_given_once_to_each_customer(alice: Buyer, bob: Buyer, world: World) -> None:
    """Eight taps at once are one gift; it stands in the statement with its code."""
    await offer(alice.shop, kind=PromoKind.BALANCE, value=10_000)
    taps = (alice.shop.apply_promo(ALICE, "SPRING") for _ in range(8))
    answers = await asyncio.gather(*taps, return_exceptions=True)
    assert sum(not isinstance(one, Refusal) for one in answers) == 1
    await bob.shop.apply_promo(bob.tg_id, "spring")
    assert (await alice.balance(), await bob.balance(), await uses(world)) == (10_000, 10_000, 2)
    (line,) = (await alice.shop.show_statement(ALICE)).statement_lines
    assert (line.units, line.ref) == (10_000, f"promo:SPRING:{ALICE}")
    await check_ledger(world)


async def test_days_lengthen_what_a_customer_has(alice: Buyer, world: World) -> None:
    """A week more, once, under the same plan; the key follows; a refund of the month leaves the week."""
    order = await alice.buy()
    ends_at = await alice.ends_at()
    assert ends_at is not None
    await offer(alice.shop, kind=PromoKind.DAYS, value=7)
    await alice.shop.apply_promo(ALICE, "SPRING")
    await why(alice.shop.apply_promo(ALICE, "SPRING"))
    assert await alice.ends_at() == ends_at + WEEK
    await alice.shop.work()
    assert (await alice.key()).is_confirmed
    await alice.shop.refund_order(order.id, "cli:owner", "test")
    left = await alice.ends_at()
    assert left is not None
    assert left == world.clock.now() + WEEK


async def test_days_give_a_key_to_whoever_has_none(alice: Buyer) -> None:
    """A newcomer gets a week of the month's plan and hears of the key."""
    await offer(alice.shop, kind=PromoKind.DAYS, value=7)
    applied = await alice.shop.apply_promo(ALICE, "SPRING")
    assert applied.customer.subscription.ends_at == applied.now + WEEK
    await alice.shop.work()
    assert len(alice.notices("key_ready")) == 1


async def test_days_of_another_plan_are_refused_and_stay(alice: Buyer, world: World) -> None:
    """A customer of the month enters a code for three months: nothing changes, and the code isn't used."""
    await alice.buy()
    await offer(alice.shop, kind=PromoKind.DAYS, value=7, plans=(PlanCode("sub_3m"),))
    refused = await why(alice.shop.apply_promo(ALICE, "SPRING"))
    assert isinstance(refused, PromoUnusable)
    assert (refused.reason, [one["en"] for one in refused.plans]) == (PromoProblem.OTHER_PLAN, ["3 months"])
    assert await uses(world) == 0


async def test_a_discount_counts_for_its_plans_alone(alice: Buyer) -> None:
    """The other plans keep their prices; of two codes the better one counts."""
    await offer(alice.shop, plans=(PlanCode("sub_3m"),))
    await offer(alice.shop, "TENTH", value=10)
    applied = await alice.shop.apply_promo(ALICE, "SPRING")
    assert [one["en"] for one in applied.plans] == ["3 months"]
    await alice.shop.apply_promo(ALICE, "TENTH")
    month, quarter = (await alice.choose()).order, (await alice.choose("sub_3m")).order
    assert (month.price, quarter.price) == (rub(11_610), rub(17_450))


async def test_guessing_has_to_wait_and_learns_nothing(alice: Buyer, world: World) -> None:
    """After ten tries a right code is refused like a wrong one, until the time that is told has come."""
    await offer(alice.shop)
    for number in range(10):
        assert isinstance(await why(alice.shop.apply_promo(ALICE, f"GUESS{number}")), NoSuchPromo)
    for code in ("SPRING", "GUESS"):
        refused = await why(alice.shop.apply_promo(ALICE, code))
        assert isinstance(refused, TooManyCodes)
    world.clock.advance(seconds=(refused.until - world.clock.now()).total_seconds() + 1)
    await alice.shop.apply_promo(ALICE, "SPRING")


async def test_the_owner_s_acts_are_recorded(shop: Shop, world: World) -> None:
    """Who added and who stopped it, each once; a second code of the name is refused for ever."""
    await offer(shop)
    for _ in range(2):
        await shop.stop_promo(samples.promo().code, "cli:owner", "leaked")
    assert type(await why(offer(shop))).__name__ == "PromoExists"
    async with world.storage.transaction() as tx:
        actions = await tx.admin_log.of_subject(promo_subject(samples.promo().code), 9)
    assert sorted((one.action, one.actor) for one in actions) == [
        ("add_promo", "cli:owner"),
        ("stop_promo", "cli:owner"),
    ]
