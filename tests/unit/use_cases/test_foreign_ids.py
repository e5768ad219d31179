"""Buttons can be crafted: whatever id they carry, no customer sees or changes what belongs to another."""

from uuid import UUID

import pytest

from orbit_domain.ids import Nonce, OrderId, PaymentId, PlanCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.order.order import NoSuchOrder
from orbit_domain.payment.payment import TON_METHOD, NoSuchPayment
from orbit_domain.use_cases.show_payment import PaymentView
from orbit_domain.user.user import NoSuchUser
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import Shop

STRANGER = TelegramId(777)
NOWHERE = UUID(int=2**128 - 1)

ORDER_TAPS = ("show_checkout", "pay_from_balance", "request_payment")
PAYMENT_TAPS = ("show_payment", "check_payment", "cancel_payment")


@pytest.fixture
async def hers(alice: Buyer, bob: Buyer) -> PaymentView:
    """An order of Alice's with an open payment, and money on Bob's balance to be tempted with."""
    await bob.add_balance(100_000)
    return await alice.start_purchase()


async def tap(shop: Shop, name: str, tg_id: TelegramId, thing: UUID) -> object:
    """Call the use case *name* with the id of a user and the id of an order or payment."""
    more = (TON_METHOD,) if name == "request_payment" else ()
    return await getattr(shop, name)(tg_id, thing, *more)


@pytest.mark.parametrize("name", ORDER_TAPS)
async def test_another_customer_s_order_is_no_order(shop: Shop, bob: Buyer, hers: PaymentView, name: str) -> None:
    """For everyone but its owner an order doesn't exist, and trying changes nothing for either."""
    before = (await shop.show_timeline(ALICE), await shop.show_timeline(BOB))
    assert hers.order is not None
    with pytest.raises(NoSuchOrder):
        await tap(shop, name, BOB, hers.order.id)
    assert (await shop.show_timeline(ALICE), await shop.show_timeline(BOB)) == before


@pytest.mark.parametrize("name", PAYMENT_TAPS)
async def test_another_customer_s_payment_is_no_payment(shop: Shop, bob: Buyer, hers: PaymentView, name: str) -> None:
    """For everyone but its owner a payment doesn't exist: it is neither shown nor cancelled."""
    before = (await shop.show_timeline(ALICE), await shop.show_timeline(BOB))
    with pytest.raises(NoSuchPayment):
        await tap(shop, name, BOB, hers.payment.id)
    assert (await shop.show_timeline(ALICE), await shop.show_timeline(BOB)) == before


@pytest.mark.parametrize("name", ORDER_TAPS)
async def test_an_order_that_never_was_is_refused(shop: Shop, alice: Buyer, name: str) -> None:
    """An invented order id is refused by name."""
    with pytest.raises(NoSuchOrder):
        await tap(shop, name, ALICE, OrderId(NOWHERE))


@pytest.mark.parametrize("name", PAYMENT_TAPS)
async def test_a_payment_that_never_was_is_refused(shop: Shop, alice: Buyer, name: str) -> None:
    """An invented payment id is refused by name."""
    with pytest.raises(NoSuchPayment):
        await tap(shop, name, ALICE, PaymentId(NOWHERE))


async def test_another_customer_s_nonce_is_no_order(shop: Shop, alice: Buyer, bob: Buyer) -> None:
    """A copied button doesn't lead into another customer's order."""
    nonce = (await shop.list_plans(ALICE)).nonce
    await shop.open_checkout(ALICE, PlanCode("sub_1m"), nonce)
    with pytest.raises(NoSuchOrder):
        await shop.open_checkout(BOB, PlanCode("sub_1m"), nonce)
    assert "order" not in {event.topic for event in await shop.show_timeline(BOB)}


async def test_a_stranger_is_refused_everywhere(shop: Shop, hers: PaymentView) -> None:
    """A user who never pressed /start gets a named refusal from every use case that needs one."""
    assert hers.order is not None
    calls = (
        shop.show_home(STRANGER),
        shop.show_keys(STRANGER),
        shop.show_statement(STRANGER),
        shop.list_plans(STRANGER),
        shop.show_timeline(STRANGER),
        shop.start_trial(STRANGER),
        shop.show_card(STRANGER),
        shop.forget_card(STRANGER),
        shop.set_language(STRANGER, "ru"),
        shop.open_checkout(STRANGER, PlanCode("sub_1m"), Nonce("abc")),
        shop.top_up(STRANGER, rub(20_000), TON_METHOD),
        shop.request_payment(STRANGER, hers.order.id, TON_METHOD),
        shop.pay_from_balance(STRANGER, hers.order.id),
        shop.cancel_payment(STRANGER, hers.payment.id),
    )
    for call in calls:
        with pytest.raises(NoSuchUser):
            await call


async def test_a_stranger_sees_no_payment(shop: Shop, hers: PaymentView) -> None:
    """Payments are refused to strangers as if they didn't exist."""
    for name in ("show_payment", "check_payment"):
        with pytest.raises(NoSuchPayment):
            await tap(shop, name, STRANGER, hers.payment.id)


async def test_a_foreign_payment_causes_no_read_of_the_chain(shop: Shop, bob: Buyer, hers: PaymentView) -> None:
    """ "I have paid" on another customer's payment is refused before anything is read."""
    hers_paid = bob.world.chain.deposit(1, hers.payment.comment)
    with pytest.raises(NoSuchPayment):
        await shop.check_payment(BOB, hers.payment.id)
    assert (await shop.show_payment(ALICE, hers.payment.id)).received.units == 0
    await shop.check_payment(ALICE, hers.payment.id)
    assert (await shop.show_payment(ALICE, hers.payment.id)).received.units == hers_paid.amount.units
