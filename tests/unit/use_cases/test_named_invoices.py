"""Money for a request that the provider names is that request's customer's, whatever the comment says."""

from dataclasses import replace
from uuid import UUID

from orbit_domain.ids import PaymentId
from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.use_cases.show_payment import PaymentView
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.world import COIN, PRICE, World


async def invoice_of_bob(world: World, view: PaymentView) -> Payment:
    """A pending top-up of Bob's that the provider knows as INV-1."""
    payment = replace(
        view.payment,
        id=PaymentId(UUID(int=77)),
        tg_id=BOB,
        order_id=None,
        comment="ORB00000000077",
        address="page",
        external_id="INV-1",
    )
    async with world.storage.transaction() as tx:
        await tx.payments.add(payment)
    return payment


async def test_the_invoice_counts_and_not_the_comment(alice: Buyer, bob: Buyer, world: World) -> None:
    """Alice's comment stands beside Bob's invoice: Bob gets the money, and the receipt says that it was matched."""
    view = await alice.start_purchase()
    payment = await invoice_of_bob(world, view)
    world.chain.deposit(COIN, view.payment.comment, invoice_id="INV-1")
    await alice.shop.scan_and_settle()
    assert (await alice.balance(), await bob.balance()) == (0, PRICE)
    async with world.storage.transaction() as tx:
        (receipt,) = await tx.receipts.of_payment(payment.id)
    assert (receipt.tg_id, receipt.memo_result) == (BOB, MemoResult.MATCHED)
    await check_ledger(world)


async def test_an_unknown_invoice_leaves_the_comment(alice: Buyer, world: World) -> None:
    """A name that isn't ours says nothing: the comment decides."""
    view = await alice.start_purchase()
    world.chain.deposit(COIN, view.payment.comment, invoice_id="INV-2")
    await alice.shop.work()
    assert (await alice.order_of(view)).paid_at is not None
    async with world.storage.transaction() as tx:
        (receipt,) = await tx.receipts.of_payment(view.payment.id)
    assert (receipt.tg_id, receipt.payment_id) == (ALICE, view.payment.id)


async def test_each_part_is_told_once(alice: Buyer, world: World) -> None:
    """A second transfer for a top-up is told with its own amount, not with the first one's again."""
    view = await alice.top_up(20_000)
    alice.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    world.clock.advance(minutes=5)
    alice.send(view, COIN)
    await alice.shop.work()
    told = [notice.credited_kopecks for notice in alice.notices("money_credited") if isinstance(notice, MoneyCredited)]
    assert told == [20_000, PRICE]
    assert await alice.balance() == 20_000 + PRICE
    await check_ledger(world)
