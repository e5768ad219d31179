"""Paid without the comment: the customer claims the transfer, the owner decides with one tap, money moves once."""

import asyncio
from uuid import UUID

import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_domain.ids import ClaimId, PaymentId, TelegramId
from orbit_domain.notice.claim_notices import ClaimRejected
from orbit_domain.notice.notice import ReceiptClaimed, UnmatchedMoney
from orbit_domain.order.order import OrderState
from orbit_domain.payment.claim import (
    AssignmentProblem,
    ClaimDecided,
    ClaimNotAssigned,
    ClaimState,
    NotATransfer,
    ReceiptClaim,
    TooManyClaims,
)
from orbit_domain.payment.payment import NoSuchPayment
from orbit_domain.payment.receipt import receipt_code
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.already_done import AlreadyDone
from orbit_domain.steps.require_admin import AdminsOnly
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.assign_receipt import ReceiptAlreadyAssigned
from orbit_domain.use_cases.assign_suggested import SuggestionNotAssigned
from orbit_domain.user.user import NoSuchUser
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER
from tests.support.world import COIN, PRICE, World

PAYER = "0:" + "B" * 64
STRANGER = "a" * 64
NOT_STAFF = (AdminsOnly, NotPermitted)
NOWHERE = PaymentId(UUID(int=5))


def one_letter_wrong(memo: str) -> str:
    """*memo* with one letter mistyped."""
    return memo[:5] + ("X" if memo[5] != "X" else "Y") + memo[6:]


async def open_claims(buyer: Buyer) -> tuple[ReceiptClaim, ...]:
    """The claims of *buyer* that wait."""
    async with buyer.world.storage.transaction() as tx:
        return await tx.receipt_claims.open_of_user(buyer.tg_id)


async def claimed(buyer: Buyer, typed: str) -> ReceiptClaimed:
    """Claim *typed*; the notice that asks the owner."""
    await buyer.shop.claim_receipt(buyer.tg_id, typed)
    return await newest_question(buyer)


async def newest_question(buyer: Buyer) -> ReceiptClaimed:
    """What the owner was asked last."""
    await buyer.shop.work(1)
    notice = buyer.world.notices(OWNER, "receipt_claimed")[-1]
    assert isinstance(notice, ReceiptClaimed)
    return notice


async def paid_without_comment(buyer: Buyer, units: int = COIN) -> SourceRecord:
    """Order a month and pay it without the comment."""
    view = await buyer.start_purchase()
    record = buyer.send(view, units, comment="")
    await buyer.shop.work(1)
    return record


async def approve(buyer: Buyer, notice: ReceiptClaimed, admin: TelegramId = OWNER) -> int:
    """The admin taps "Give it": kopecks given."""
    return (await buyer.shop.approve_claim(admin, ClaimId(notice.claim_id))).credited.units


async def test_a_claimed_transfer_buys_after_one_tap_of_the_owner(alice: Buyer, world: World) -> None:
    """Link, notice with everything to compare, one tap: the order is paid and delivered, with an audit row."""
    record = await paid_without_comment(alice)
    notice = await claimed(alice, f"https://testnet.tonviewer.com/transaction/{record.digest}")
    assert (notice.tg_id, notice.username, notice.transfer is not None) == (ALICE, "user42", True)
    transfer = notice.transfer
    assert (transfer.ref, transfer.units, transfer.sender, transfer.comment) == (record.ref, COIN, PAYER, "")
    assert (transfer.occurred_at, transfer.others) == (record.occurred_at, 0)
    assert (transfer.fits_kopecks, transfer.plan_code) == (PRICE, "sub_1m")
    assert await alice.balance() == 0

    assert await approve(alice, notice) == PRICE
    await alice.shop.work()
    async with world.storage.transaction() as tx:
        (order,) = await tx.orders.newest(ALICE, 5)
    assert order.state is OrderState.DELIVERED
    assert len(alice.notices("order_paid")) == 1
    assert await alice.shop.list_unmatched() == ()
    story = await alice.shop.show_timeline(ALICE)
    assert [event.what for event in story if event.topic == "admin"] == [(f"assign_receipt by telegram:{OWNER}",)]
    await check_ledger(world)


@pytest.mark.parametrize("form", ["digest", "external_id", "sender", "friendly"])
async def test_a_transfer_is_found_by_each_of_its_names(alice: Buyer, form: str) -> None:
    """Hash, number and sender in any form lead to the same receipt."""
    record = await paid_without_comment(alice)
    payer = TonAddress.parse(PAYER, Network.TESTNET)
    friendly = payer.friendly(Network.TESTNET, bounceable=False)
    typed = friendly if form == "friendly" else str(getattr(record, form))
    notice = await claimed(alice, typed)
    assert notice.transfer is not None
    assert notice.transfer.ref == record.ref


async def test_a_claim_alone_moves_nothing_and_tells_nothing(alice: Buyer, bob: Buyer, world: World) -> None:
    """The answer about another's transfer is that about one that never was, and no balance changes."""
    record = await paid_without_comment(alice)
    real = await bob.shop.claim_receipt(BOB, record.digest)
    invented = await bob.shop.claim_receipt(BOB, STRANGER)
    assert real == invented
    await bob.shop.work()
    assert (await alice.balance(), await bob.balance(), bob.notices("money_credited")) == (0, 0, [])
    assert len(await bob.shop.list_unmatched()) == 1
    await check_ledger(world)


async def test_a_transfer_with_an_owner_is_never_offered(alice: Buyer, bob: Buyer) -> None:
    """What came with a good comment isn't unmatched: a claim on it finds nothing that could be given away."""
    view = await alice.start_purchase()
    record = alice.send(view)
    await alice.shop.work()
    notice = await claimed(bob, record.digest)
    assert notice.transfer is None
    with pytest.raises(ClaimNotAssigned) as refused:
        await approve(bob, notice)
    assert refused.value.problem is AssignmentProblem.NOT_ARRIVED
    assert await bob.balance() == 0


async def test_a_claim_waits_for_its_transfer(alice: Buyer, world: World) -> None:
    """Claimed before the chain shows it: when it is booked the owner is asked again, now with the transfer."""
    view = await alice.start_purchase()
    world.chain.lags = True
    record = alice.send(view, comment="")
    early = await claimed(alice, record.digest)
    assert early.transfer is None
    world.chain.lags = False
    await alice.shop.work()
    later = await newest_question(alice)
    assert (later.claim_id, later.transfer is not None) == (early.claim_id, True)
    assert await alice.balance() == 0
    assert await approve(alice, later) == PRICE
    await check_ledger(world)


async def test_a_claim_on_one_s_own_payment_settles_itself(alice: Buyer, world: World) -> None:
    """A customer who was too early has nothing to wait for when the comment turns out to be right."""
    view = await alice.start_purchase()
    world.chain.lags = True
    record = alice.send(view)
    notice = await claimed(alice, record.digest)
    world.chain.lags = False
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert await open_claims(alice) == ()
    with pytest.raises(ClaimDecided):
        await alice.shop.reject_claim(OWNER, ClaimId(notice.claim_id))
    assert alice.notices("claim_rejected") == []


async def test_a_rejected_customer_is_told_and_the_money_stays(alice: Buyer, bob: Buyer, world: World) -> None:
    """The customer hears it, the money stays unmatched, and its real owner may still get it."""
    record = await paid_without_comment(alice)
    false, true = await claimed(bob, record.digest), await claimed(alice, record.digest)
    assert true.transfer is not None
    assert true.transfer.others == 1
    rejection = await bob.shop.reject_claim(OWNER, ClaimId(false.claim_id))
    assert rejection.claim.state is ClaimState.REJECTED
    await bob.shop.work()
    assert bob.notices("claim_rejected") == [ClaimRejected(false.claim_id, record.digest)]
    assert len(await bob.shop.list_unmatched()) == 1
    story = await bob.shop.show_timeline(BOB)
    assert [event.what for event in story if event.topic == "admin"] == [(f"reject_claim by telegram:{OWNER}",)]
    assert await approve(alice, true) == PRICE
    assert await bob.balance() == 0
    await check_ledger(world)


async def test_of_all_taps_one_decides(alice: Buyer, world: World) -> None:
    """A second tap, and taps of several admins at once: one decision counts, the others are told that it was made."""
    notice = await claimed(alice, (await paid_without_comment(alice)).digest)
    claim_id = ClaimId(notice.claim_id)
    taps = [alice.shop.approve_claim(OWNER, claim_id) for _ in range(3)]
    results = await asyncio.gather(*taps, alice.shop.reject_claim(OWNER, claim_id), return_exceptions=True)
    refused = [result for result in results if isinstance(result, ClaimDecided)]
    assert len(refused) == 3
    with pytest.raises(ClaimDecided):
        await approve(alice, notice)
    await alice.shop.work()
    told = [*alice.notices("order_paid"), *alice.notices("claim_rejected")]
    assert len(told) == 1
    await check_ledger(world)


async def test_a_receipt_that_was_assigned_meanwhile_is_not_given_twice(alice: Buyer, bob: Buyer, world: World) -> None:
    """Of two claims on one transfer the second can only be rejected."""
    record = await paid_without_comment(alice)
    hers, his = await claimed(alice, record.digest), await claimed(bob, record.external_id)
    assert await approve(alice, hers) == PRICE
    with pytest.raises(ClaimNotAssigned) as refused:
        await approve(bob, his)
    assert refused.value.problem is AssignmentProblem.TAKEN
    await bob.shop.reject_claim(OWNER, ClaimId(his.claim_id))
    assert await bob.balance() == 0
    await check_ledger(world)


async def test_money_assigned_on_the_server_ends_the_claim(alice: Buyer, world: World) -> None:
    """`orbit unmatched assign` to the claimant is the decision."""
    record = await paid_without_comment(alice)
    notice = await claimed(alice, record.digest)
    await alice.shop.assign_receipt(record.source, record.external_id, ALICE, "cli:root", "his")
    assert await open_claims(alice) == ()
    with pytest.raises(ClaimDecided):
        await approve(alice, notice)
    await check_ledger(world)


async def test_only_the_owner_and_admins_decide(alice: Buyer, bob: Buyer) -> None:
    """Customers, also the claimant, and people who never pressed /start can't decide, and nothing is changed."""
    record = await paid_without_comment(alice)
    notice = await claimed(alice, record.digest)
    claim_id = ClaimId(notice.claim_id)
    for tg_id, refusal in ((ALICE, NOT_STAFF), (BOB, NOT_STAFF), (TelegramId(999), NoSuchUser)):
        with pytest.raises(refusal) as refused:
            await alice.shop.approve_claim(tg_id, claim_id)
        assert refused.value.tg_id == tg_id
        with pytest.raises(refusal):
            await alice.shop.reject_claim(tg_id, claim_id)
        with pytest.raises(refusal):
            await alice.shop.assign_suggested(
                tg_id, (await alice.start_purchase()).payment.id, receipt_code(record.ref)
            )
    assert [claim.is_open for claim in await open_claims(alice)] == [True]
    assert await alice.balance() == 0


async def test_three_claims_may_wait(alice: Buyer) -> None:
    """The fourth is refused, a repeated one isn't a new one, and a decision makes room."""
    for number in range(3):
        await alice.shop.claim_receipt(ALICE, f"{number:064x}")
        await alice.shop.claim_receipt(ALICE, f"{number:064X}")
    assert len(await open_claims(alice)) == 3
    with pytest.raises(TooManyClaims):
        await alice.shop.claim_receipt(ALICE, STRANGER)
    await alice.shop.work()
    assert len(alice.world.notices(OWNER, "receipt_claimed")) == 3
    await alice.shop.reject_claim(OWNER, (await open_claims(alice))[0].id)
    await alice.shop.claim_receipt(ALICE, STRANGER)
    assert len(await open_claims(alice)) == 3


@pytest.mark.parametrize("typed", ["", "I paid!", "\u202e" * 4096, f"https://etherscan.io/tx/0x{STRANGER}", "x" * 4096])
async def test_what_names_no_transfer_leaves_no_trace(alice: Buyer, typed: str) -> None:
    """Anything but a name of a transfer is refused, and nothing is stored."""
    with pytest.raises(NotATransfer):
        await alice.shop.claim_receipt(ALICE, typed)
    await alice.shop.work()
    assert await open_claims(alice) == ()
    assert alice.world.notices(OWNER, "receipt_claimed") == []


async def test_of_several_transfers_of_one_sender_the_fitting_one_is_shown(alice: Buyer) -> None:
    """An exchange pays many customers from one address: the owner sees the one that pays this customer's request."""
    await alice.start_purchase()
    alice.world.chain.deposit(7 * COIN)
    fitting = alice.world.chain.deposit(COIN)
    alice.world.clock.advance(minutes=1)
    alice.world.chain.deposit(3 * COIN)
    await alice.shop.work()
    notice = await claimed(alice, PAYER)
    assert notice.transfer is not None
    assert notice.transfer.ref == fitting.ref


async def test_a_transfer_that_fits_no_request_says_so(alice: Buyer) -> None:
    """Half of the price fits nothing that the customer asked for; it can be given all the same."""
    record = await paid_without_comment(alice, COIN // 2)
    notice = await claimed(alice, record.digest)
    assert notice.transfer is not None
    assert (notice.transfer.fits_kopecks, notice.transfer.plan_code) == (None, "")
    assert await approve(alice, notice) == PRICE // 2
    await alice.shop.work()
    assert len(alice.notices("money_credited")) == 1


async def test_without_a_rate_the_money_waits(alice: Buyer, world: World) -> None:
    """While there is no rate nothing is given and nothing decided: the same tap works later."""
    view = await alice.start_purchase()
    world.clock.advance(days=2)
    world.rates.silent = True
    record = alice.send(view, comment=one_letter_wrong(view.payment.comment))
    await alice.shop.scan_and_settle()
    await alice.shop.claim_receipt(ALICE, record.digest)
    (claim,) = await open_claims(alice)
    with pytest.raises(ClaimNotAssigned) as refused:
        await alice.shop.approve_claim(OWNER, claim.id)
    assert refused.value.problem is AssignmentProblem.NO_RATE
    with pytest.raises(SuggestionNotAssigned):
        await alice.shop.assign_suggested(OWNER, view.payment.id, receipt_code(record.ref))
    world.rates.silent = False
    assert (await alice.shop.approve_claim(OWNER, claim.id)).credited.units == PRICE


async def test_dust_is_not_given(alice: Buyer, world: World) -> None:
    """A transfer that is worth less than a kopeck can only be rejected."""
    record = world.chain.deposit(1)
    await alice.shop.work()
    notice = await claimed(alice, record.digest)
    with pytest.raises(ClaimNotAssigned) as refused:
        await approve(alice, notice)
    assert refused.value.problem is AssignmentProblem.TOO_SMALL


async def test_a_suggested_owner_gets_the_money_with_one_tap(alice: Buyer, world: World) -> None:
    """A comment that is nearly one of ours: the alert names its customer, and one tap gives the money, once."""
    view = await alice.start_purchase()
    record = alice.send(view, comment=one_letter_wrong(view.payment.comment))
    await alice.shop.work()
    (alert,) = world.notices(OWNER, "unmatched_money")
    assert isinstance(alert, UnmatchedMoney)
    assert (alert.tg_id, alert.username, alert.payment_id) == (ALICE, "user42", view.payment.id)
    tap = (OWNER, view.payment.id, receipt_code(record.ref))
    given = await alice.shop.assign_suggested(*tap)
    assert (given.credited.units, given.customer.tg_id) == (PRICE, ALICE)
    with pytest.raises(AlreadyDone) as refused:
        await alice.shop.assign_suggested(*tap)
    assert (refused.value.actor, refused.value.username) == (f"telegram:{OWNER}", "owner")
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    await check_ledger(world)


async def test_an_outdated_suggestion_is_refused_by_name(alice: Buyer) -> None:
    """A payment or a receipt that doesn't exist is refused, and nothing is given."""
    view = await alice.start_purchase()
    with pytest.raises(ReceiptAlreadyAssigned):
        await alice.shop.assign_suggested(OWNER, view.payment.id, receipt_code("ton|1"))
    with pytest.raises(NoSuchPayment):
        await alice.shop.assign_suggested(OWNER, NOWHERE, receipt_code("ton|1"))
    assert await alice.balance() == 0
