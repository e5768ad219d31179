"""Buying through YooKassa, with everything that goes wrong there (scenarios Y2, Y3, Y4, Y6, Y7 of the reference)."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.ports import Link, MethodUnavailable
from tests.integration.gateways.yookassa_shop import ANNA, PRICE, YooKassaShop, shop_at_yookassa


@pytest.fixture
async def shop() -> AsyncIterator[YooKassaShop]:
    async with shop_at_yookassa() as opened:
        yield opened


def name(payment) -> str:
    return payment.external_id or ""


async def test_a_card_payment_is_delivered(shop: YooKassaShop) -> None:
    """The customer is led to YooKassa's page, pays the price itself there, and gets the key; nothing is left over."""
    payment = await shop.request()
    view = await shop.shop.show_payment(ANNA, payment.id)
    assert view.instructions == Link(payment.quote.due, payment.address)
    assert (payment.quote.due.units, payment.address) == (PRICE, f"https://yookassa.example/pay/{name(payment)}")
    shop.account.sim.pay(name(payment), "sbp")
    assert (await shop.shop.check_payment(ANNA, payment.id)).payment.status is PaymentStatus.CONFIRMED
    await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.DELIVERED, 0)


async def test_taps_and_jobs_at_once_credit_once(shop: YooKassaShop) -> None:
    """Looking the payment up and reading the list at the same moment book it once."""
    payment = await shop.request()
    shop.account.sim.pay(name(payment))
    taps = [shop.shop.check_payment(ANNA, payment.id) for _ in range(3)]
    await asyncio.gather(*taps, shop.shop.scan_and_settle(), shop.shop.scan_and_settle())
    await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.DELIVERED, 0)


async def test_y2_a_notification_is_believed_in_nothing(shop: YooKassaShop) -> None:
    """Y2: it says "succeeded" and YooKassa says "pending": it is stored as it came, and nothing is booked."""
    payment = await shop.request()
    lie = shop.account.sim.payment(name(payment))
    body = json.dumps(
        {"type": "notification", "event": "payment.succeeded", "object": {"id": lie.id, "status": "succeeded"}}
    ).encode()
    assert await shop.notify(body) == 200
    await shop.shop.work()
    assert [entry.payload for entry in await shop.news()] == [body.decode()]
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.OPEN, 0)
    assert (await shop.shop.check_payment(ANNA, payment.id)).payment.status is PaymentStatus.PENDING


async def test_a_true_notification_delivers_at_once_and_a_lost_one_loses_nothing(shop: YooKassaShop) -> None:
    """With the notification the money is booked before anybody taps; without it the job reads the same list."""
    payment = await shop.request()
    shop.account.sim.pay(name(payment))
    body = shop.account.sim.events[0].body
    assert [await shop.notify(body) for _ in range(2)] == [200, 200]
    assert (await shop.order()).state is OrderState.PAID
    assert [entry.external_id for entry in await shop.news()] == [f"payment.succeeded:{name(payment)}"]
    shop.account.sim.pay_again(name(payment))
    await shop.shop.work()
    assert await shop.balance() == PRICE


async def test_y3_a_declined_attempt_and_a_second_one_pay_once(shop: YooKassaShop) -> None:
    """Y3: the first attempt is cancelled and a second one for the same request succeeds: the order is paid."""
    payment = await shop.request()
    shop.account.sim.decline(name(payment))
    await shop.shop.work()
    assert (await shop.order()).state is OrderState.OPEN
    shop.account.sim.pay_again(name(payment))
    await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.DELIVERED, 0)


@pytest.mark.parametrize("looked_up", [True, False])
async def test_y3_two_attempts_that_succeed_are_both_booked(shop: YooKassaShop, looked_up: bool) -> None:
    """Y3: both attempts succeed: the first pays the order, the second is on the balance, and none is booked twice."""
    payment = await shop.request()
    shop.account.sim.pay(name(payment))
    shop.account.sim.pay_again(name(payment))
    for _ in range(2):
        if looked_up:
            await shop.shop.check_payment(ANNA, payment.id)
        await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.DELIVERED, PRICE)
    assert await shop.unmatched() == ()


@pytest.mark.parametrize("fault", ["yookassa.http_500", "yookassa.cut", "yookassa.timeout"])
async def test_y4_a_500_makes_one_payment_in_the_end(shop: YooKassaShop, fault: str) -> None:
    """Y4: after a 500 nobody knows whether it was made; asked again by the customer, the same key gives the one."""
    shop.account.faults.turn_on(fault, 1)
    with pytest.raises(MethodUnavailable):
        await shop.request()
    payment = await shop.request()
    assert list(shop.account.sim.payments) == [name(payment)]
    shop.account.sim.pay(name(payment))
    await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.DELIVERED, 0)


async def test_y6_money_that_was_only_held_is_no_money(shop: YooKassaShop) -> None:
    """Y6: what waits to be taken is not booked; when that expires, still nothing is booked, and nothing was lost."""
    payment = await shop.request()
    shop.account.sim.hold(name(payment))
    await shop.notify(shop.account.sim.events[0].body)
    view = await shop.shop.check_payment(ANNA, payment.id)
    assert (view.received.units, (await shop.order()).state) == (0, OrderState.OPEN)
    shop.account.sim.decline(name(payment))
    await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.OPEN, 0)


async def test_y6_cancelling_gives_back_what_is_held(shop: YooKassaShop) -> None:
    """When the customer cancels, YooKassa gives back what it held; what only waits for its customer it can't cancel."""
    payment = await shop.request()
    shop.account.sim.hold(name(payment))
    await shop.shop.cancel_payment(ANNA, payment.id)
    assert shop.account.sim.payment(name(payment)).status == "canceled"


async def test_paid_after_cancelling_goes_to_the_balance(shop: YooKassaShop) -> None:
    """YooKassa's page can't be closed: what is paid there after all is on the balance."""
    payment = await shop.request()
    await shop.shop.cancel_payment(ANNA, payment.id)
    assert shop.account.sim.payment(name(payment)).status == "pending"
    shop.account.sim.pay(name(payment))
    await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.OPEN, PRICE)


async def test_paid_hours_late_is_still_the_customers(shop: YooKassaShop) -> None:
    """SberPay may be paid hours later: the payment has expired, and its money pays the order that still waits."""
    payment = await shop.request()
    shop.world.clock.advance(hours=7)
    await shop.shop.work()
    assert (await shop.shop.show_payment(ANNA, payment.id)).payment.status is PaymentStatus.EXPIRED
    shop.account.sim.pay(name(payment), "sberbank")
    await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.DELIVERED, 0)


async def test_y7_a_test_payment_is_never_money_on_a_live_shop(shop: YooKassaShop) -> None:
    """Y7: a payment that is marked as a test delivers nothing, whoever says that it succeeded."""
    payment = await shop.request()
    shop.account.sim.payment(name(payment)).is_test = True
    shop.account.sim.pay(name(payment))
    await shop.notify(shop.account.sim.events[0].body)
    await shop.shop.check_payment(ANNA, payment.id)
    await shop.shop.work()
    assert ((await shop.order()).state, await shop.balance(), await shop.unmatched()) == (OrderState.OPEN, 0, ())


async def test_y7_a_test_shop_is_not_shown_to_customers_of_a_live_one(shop: YooKassaShop) -> None:
    """Y7: with the key of a test shop, and without saying so, no customer is led to its page."""
    shop.account.sim.is_test = True
    with pytest.raises(MethodUnavailable):
        await shop.request()


async def test_y7_in_a_test_shop_only_test_payments_deliver() -> None:
    """Y7: where the owner says that the shop is for tests, they deliver; real money there waits for a person."""
    async with shop_at_yookassa(is_test=True) as shop:
        shop.account.sim.is_test = True
        payment = await shop.request()
        shop.account.sim.pay(name(payment))
        await shop.shop.work()
        assert (await shop.order()).state is OrderState.DELIVERED
        shop.account.sim.is_test = False
        shop.account.sim.pay_again(name(payment))
        await shop.shop.work()
        assert await shop.balance() == 0
        assert [one.amount.units for one in await shop.unmatched()] == [PRICE]


async def test_money_of_others_is_unmatched_and_told(shop: YooKassaShop) -> None:
    """A payment that the owner's site has taken on the same account is kept as unmatched, and the owner is told."""
    await shop.request()
    shop.account.sim.receive(99_00, "Order 72")
    await shop.shop.work()
    assert [one.amount.units for one in await shop.unmatched()] == [99_00]
    assert len(shop.told_owner("unmatched_money")) == 1
    assert await shop.balance() == 0


async def test_y5_a_refund_that_anybody_made_is_booked_once(shop: YooKassaShop) -> None:
    """Y5: a part given back in YooKassa's cabinet, also one that waited, is owed; with the rest, the month is over."""
    payment = await shop.request()
    shop.account.sim.pay(name(payment))
    await shop.shop.work()
    shop.account.sim.refunds_wait = True
    body = {"payment_id": name(payment), "amount": {"value": "29.00", "currency": "RUB"}}
    refund = shop.account.sim.create_refund("by hand", body)
    shop.world.clock.advance(days=3)
    await shop.shop.work()
    assert shop.told_owner("money_reversed") == []
    shop.account.sim.finish_refund(refund.id)
    for _ in range(2):
        await shop.shop.work()
    (notice,) = shop.told_owner("money_reversed")
    assert (notice.tg_id, notice.units, notice.owed_kopecks, notice.stopped) == (ANNA, 2_900, 2_900, 0)
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.DELIVERED, 0)
    shop.account.sim.refunds_wait = False
    shop.account.sim.create_refund("the rest", body | {"amount": {"value": "100.00", "currency": "RUB"}})
    await shop.shop.work()
    assert [one.stopped for one in shop.told_owner("money_reversed")] == [0, 1]
    assert ((await shop.order()).state, await shop.balance()) == (OrderState.REFUNDED, 0)
