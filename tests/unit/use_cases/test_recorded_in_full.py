"""What is recorded and told, field by field: whoever reads it later has nothing else."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from orbit_domain.ids import PlanCode
from orbit_domain.ledger.ledger import REVENUE, Entry, EntryKind, Line, user_account
from orbit_domain.money import RUB, rub
from orbit_domain.notice.notice import ArrivedTransfer, MoneyCredited, OrderPaid, ReceiptClaimed
from orbit_domain.payment.claim import ClaimState
from orbit_domain.payment.memo import memo_from
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.storage import AdminAction
from orbit_domain.subscription.subscription import conversion_cause
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import OWNER
from tests.support.world import COIN, PRICE, World

PAYER = "0:" + "B" * 64


async def unmatched(buyer: Buyer, units: int = COIN) -> Receipt:
    """A coin, or so much of one, that came with a comment that is nobody's."""
    buyer.world.chain.deposit(units, "for my friend")
    await buyer.shop.scan_and_settle()
    (found,) = await buyer.shop.list_unmatched()
    return found.receipt


async def assign(buyer: Buyer, receipt: Receipt) -> None:
    await buyer.shop.assign_receipt(receipt.source, receipt.external_id, buyer.tg_id, "cli:root", "hers")


async def newest_entries(world: World, limit: int = 1) -> tuple[Entry, ...]:
    async with world.storage.transaction() as tx:
        return await tx.ledger.newest(limit)


async def test_assigned_money_names_who_gave_it_and_why(alice: Buyer, world: World) -> None:
    """The entry and the audit row say by whom, for what and when; the customer reads amount and balance."""
    receipt = await unmatched(alice)
    await assign(alice, receipt)
    now = world.clock.now()
    (entry,) = await newest_entries(world)
    assert (entry.kind, entry.ref, entry.at) == (EntryKind.CREDIT, receipt.ref, now)
    assert (entry.actor, entry.reason) == ("cli:root", "hers")
    async with world.storage.transaction() as tx:
        (action,) = await tx.admin_log.of_subject(f"user:{ALICE}", 5)
    assert isinstance(action.id, UUID)
    expected = AdminAction(action.id, "cli:root", "assign_receipt", f"user:{ALICE}", f"{receipt.ref}: hers", now)
    assert action == expected
    await alice.shop.work(1)
    assert alice.notices("money_credited") == [MoneyCredited(PRICE, PRICE, receipt_ref=receipt.ref)]


async def test_assigned_money_that_falls_short_says_what_is_missing(alice: Buyer, world: World) -> None:
    """The order that it was meant for stays open, and the notice says what it lacks."""
    order = (await alice.choose("sub_3m")).order
    receipt = await unmatched(alice)
    await assign(alice, receipt)
    await alice.shop.work(1)
    missing = order.price.units - PRICE
    assert alice.notices("money_credited") == [MoneyCredited(PRICE, PRICE, order.id, missing, receipt.ref)]


async def test_money_for_an_order_that_was_paid_since_offers_nothing(alice: Buyer, world: World) -> None:
    """The order is finished before its notice is sent: the notice tells the balance and no order."""
    order = (await alice.choose("sub_3m")).order
    receipt = await unmatched(alice)
    await assign(alice, receipt)
    await assign(alice, await unmatched(alice))
    await assign(alice, await unmatched(alice))
    left = 3 * PRICE - order.price.units
    await alice.shop.work(1)
    first, *_ = alice.notices("money_credited")
    assert first == MoneyCredited(PRICE, left, receipt_ref=receipt.ref)


async def test_what_bought_no_second_goes_back_as_a_refund(alice: Buyer, world: World) -> None:
    """An hour is worth 17 kopecks and buys one second of a dear plan: what remains is an entry with its reason."""
    terms = PlanTerms(PlanCode("flash"), {"ru": "flash", "en": "flash"}, 1, 0, 9)
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(Plan(terms, rub(9_000_00), 9))
    await alice.buy()
    world.clock.advance(days=29, hours=23)
    await alice.shop.scan_and_settle()
    await alice.add_balance(9_000_00)
    order = (await alice.choose("flash")).order
    await alice.pay_from_balance(order.id)
    refunds = [entry for entry in await newest_entries(world, 5) if entry.kind is EntryKind.REFUND]
    lines = (Line(REVENUE, -7, RUB), Line(user_account(ALICE), 7, RUB))
    cause = conversion_cause(order.id)
    assert refunds == [Entry(EntryKind.REFUND, cause, lines, world.clock.now(), reason="change of plan")]


async def test_claims_on_assigned_money_are_approved(alice: Buyer, bob: Buyer, world: World) -> None:
    """Whoever got the money has nothing to wait for; another's claim on it stays the owner's to reject."""
    record = alice.send(await alice.start_purchase(), comment="")
    await alice.shop.work(1)
    for buyer, typed in ((alice, record.digest), (alice, record.external_id), (bob, record.digest)):
        await buyer.shop.claim_receipt(buyer.tg_id, typed)
    async with world.storage.transaction() as tx:
        claims = [*await tx.receipt_claims.open_of_user(ALICE), *await tx.receipt_claims.open_of_user(BOB)]
    await alice.shop.approve_claim(OWNER, claims[0].id)
    async with world.storage.transaction() as tx:
        states = [(claim.tg_id, (await tx.receipt_claims.get(claim.id) or claim).state) for claim in claims]
    approved = [(claim.tg_id, ClaimState.APPROVED) for claim in claims if claim.tg_id == ALICE]
    assert states == [*approved, (BOB, ClaimState.OPEN)]


async def test_the_owner_reads_everything_about_a_claimed_transfer(alice: Buyer, bob: Buyer, world: World) -> None:
    """Who claims, what was typed, what arrived, which of the customer's invoices it fits, and who else claims it."""
    view = await alice.start_purchase()
    record = alice.send(view, comment="")
    await alice.shop.work(1)
    await bob.shop.claim_receipt(BOB, record.digest)
    await alice.shop.claim_receipt(ALICE, record.digest)
    await alice.shop.work(1)
    notice = world.notices(OWNER, "receipt_claimed")[-1]
    assert isinstance(notice, ReceiptClaimed)
    order = await alice.order_of(view)
    arrived = ArrivedTransfer(
        ref=record.ref,
        asset="ton:native",
        units=COIN,
        occurred_at=record.occurred_at,
        sender=PAYER,
        comment="",
        others=1,
        fits_kopecks=PRICE,
        plan_code="sub_1m",
        titles=dict(order.terms.titles),
    )
    assert notice == ReceiptClaimed(notice.claim_id, ALICE, "user42", record.digest, arrived)


async def test_a_claim_on_what_its_comment_gave_already_is_decided(alice: Buyer, world: World) -> None:
    """Claimed before it was read, it arrives with a good comment: the claim names it and waits for nobody."""
    view = await alice.start_purchase()
    record = alice.send(view)
    await alice.shop.claim_receipt(ALICE, record.digest)
    async with world.storage.transaction() as tx:
        (claim,) = await tx.receipt_claims.open_of_user(ALICE)
    await alice.shop.work()
    async with world.storage.transaction() as tx:
        decided = await tx.receipt_claims.get(claim.id)
    assert decided == replace(claim.found(record.external_id), state=ClaimState.APPROVED)
    assert world.notices(OWNER, "receipt_claimed") == []


async def test_a_claim_that_was_decided_meanwhile_is_not_asked_about(alice: Buyer, world: World) -> None:
    """The owner gave the money in a terminal before the question was sent: it isn't sent any more."""
    record = alice.send(await alice.start_purchase(), comment="")
    await alice.shop.scan_and_settle()
    await alice.shop.claim_receipt(ALICE, record.digest)
    await alice.shop.assign_receipt(record.source, record.external_id, ALICE, "cli:root", "hers")
    await alice.shop.work()
    assert world.notices(OWNER, "receipt_claimed") == []


async def test_a_trial_is_told_by_its_key_alone(alice: Buyer) -> None:
    """The screen of the tap has said that the trial begins; no receipt follows for nothing."""
    await alice.shop.start_trial(ALICE)
    await alice.shop.work()
    assert [notice.kind for notice in alice.notices("order_paid") + alice.notices("key_ready")] == ["key_ready"]


async def test_money_after_a_cancelled_payment_offers_its_order(alice: Buyer, world: World) -> None:
    """The order stays open until it is finished with a tap, so the notice offers it."""
    view = await alice.start_purchase()
    await alice.cancel(view.payment.id)
    await alice.add_balance(20_000)
    await alice.shop.work(1)
    (notice,) = alice.notices("money_credited")
    assert isinstance(notice, MoneyCredited)
    assert (notice.order_id, notice.missing_kopecks) == (view.payment.order_id, 0)


@pytest.mark.parametrize(("before", "came"), [(0, PRICE), (PRICE // 2, PRICE // 2)])
async def test_a_receipt_says_what_of_the_price_came_with_the_payment(
    alice: Buyer, world: World, before: int, came: int
) -> None:
    """What was on the balance before isn't said to have been paid just now, whoever brought the money in."""
    if before:
        await assign(alice, await unmatched(alice, COIN // 2))
        world.clock.advance(minutes=1)
        await alice.shop.scan_and_settle()
    order = await alice.buy()
    await alice.shop.work(1)
    (notice,) = alice.notices("order_paid")
    terms, ends_at = order.terms, await alice.ends_at()
    assert ends_at is not None
    expected = OrderPaid(order.id, terms.code, dict(terms.titles), PRICE, 0, "ton", ends_at, payment_kopecks=came)
    assert notice == expected


async def test_a_receipt_of_assigned_money_names_the_way_it_came(alice: Buyer, world: World) -> None:
    """Money that the owner assigned was paid in TON, and all of the price came with it."""
    order = (await alice.choose()).order
    await assign(alice, await unmatched(alice))
    await alice.shop.work(1)
    (notice,) = alice.notices("order_paid")
    assert isinstance(notice, OrderPaid)
    assert (notice.order_id, notice.method, notice.payment_kopecks) == (order.id, "ton", PRICE)


async def test_a_receipt_of_a_top_up_names_the_way_it_came(alice: Buyer) -> None:
    """A top-up that covers the chosen order pays it; the receipt says by which method."""
    order = (await alice.choose()).order
    await alice.add_balance(20_000)
    await alice.shop.work(1)
    (notice,) = alice.notices("order_paid")
    assert isinstance(notice, OrderPaid)
    assert (notice.order_id, notice.method) == (order.id, "ton")


async def test_a_comment_of_no_payment_is_recorded_as_unknown(alice: Buyer, world: World) -> None:
    """A well-formed comment that nobody was given: unmatched as unknown, seen now, and nobody's."""
    world.chain.deposit(COIN, memo_from(12345) or "")
    world.clock.advance(minutes=1)
    await alice.shop.scan_and_settle()
    (found,) = await alice.shop.list_unmatched()
    receipt = found.receipt
    assert (receipt.memo_result, receipt.tg_id, receipt.payment_id) == (MemoResult.UNKNOWN, None, None)
    assert (receipt.seen_at, receipt.seen_at - receipt.occurred_at) == (world.clock.now(), timedelta(minutes=1))
