"""The receipt and the statement say what came by which way."""

from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.notice.notice import OrderPaid
from orbit_domain.payment.payment import TON_METHOD
from tests.support.buyer import ALICE, Buyer
from tests.support.world import COIN, PRICE, World


async def receipt_of(buyer: Buyer) -> OrderPaid:
    """The newest receipt that the customer was sent."""
    await buyer.shop.work()
    receipt = buyer.notices("order_paid")[-1]
    assert isinstance(receipt, OrderPaid)
    return receipt


async def test_a_price_paid_in_full_came_with_the_payment(alice: Buyer) -> None:
    """Nothing of it came from the balance, also when more than the price has arrived."""
    view = await alice.start_purchase()
    alice.send(view, 2 * COIN)
    assert (await receipt_of(alice)).payment_kopecks == PRICE


async def test_a_price_paid_in_two_parts_names_both(alice: Buyer, world: World) -> None:
    """With 200 ₽ on the balance, a plan for 349 ₽ takes 149 ₽ with the payment."""
    await alice.add_balance(20_000)
    world.clock.advance(seconds=1)
    view = await alice.start_purchase("sub_3m")
    alice.send(view, view.payment.quote.due.units)
    receipt = await receipt_of(alice)
    assert (receipt.price_kopecks, receipt.payment_kopecks) == (34_900, 14_900)


async def test_a_price_paid_from_the_balance_came_from_it_alone(alice: Buyer) -> None:
    """An older top-up isn't taken for a payment of the order."""
    await alice.add_balance(20_000)
    await alice.pay_from_balance((await alice.choose()).order.id)
    assert (await receipt_of(alice)).payment_kopecks == 0


async def test_the_statement_knows_the_method_of_each_credit(alice: Buyer) -> None:
    """A top-up names the way it came; a purchase is always paid from the balance."""
    await alice.buy()
    statement = await alice.shop.show_statement(ALICE)
    (credit,) = [line for line in statement.statement_lines if line.kind is EntryKind.CREDIT]
    assert statement.paid_by == {credit.ref: TON_METHOD}
