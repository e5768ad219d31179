"""What customer and owner are told of a payout's transfers, and what the ledger says of them: whole, field by field."""

from datetime import timedelta

import pytest

from orbit_domain.ids import PaymentId
from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.ledger.payout_entries import payout_name
from orbit_domain.money import RUB, TON
from orbit_domain.notice.payout_notices import PayoutProblem, PayoutReturned, PayoutSent
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.payout import Payout, PayoutState
from orbit_domain.use_cases.request_payout import PayoutWish
from tests.support.buyer import Buyer
from tests.support.clock import NOON
from tests.support.shop import OWNER
from tests.support.world import COIN, PRICE, World

THERE = "0:" + "C" * 64
MEMO = "10473321"
DUE, KOPECKS = 2 * COIN, 2 * PRICE
LATER = NOON + timedelta(minutes=5)


async def pay_coins(buyer: Buyer) -> PaymentId:
    """A top-up of exactly two coins, paid and on the balance."""
    view = await buyer.top_up(KOPECKS)
    assert view.payment.quote.due.units == DUE
    buyer.send(view, DUE)
    await buyer.shop.work()
    return view.payment.id


async def ask(buyer: Buyer, to: str = THERE, memo: str = "") -> Payout:
    """The owner is to send back the coins of a new top-up; time passes until anything happens."""
    wish = PayoutWish(await pay_coins(buyer), to, memo)
    asked = await buyer.shop.request_payout(wish, "cli:owner", "asked for")
    buyer.world.clock.at = LATER
    return asked.payout


async def see(world: World, buyer: Buyer, *effects: Effect) -> str:
    """A record with these *effects* is read; its name in the ledger."""
    record = world.chain.move(*effects)
    await buyer.shop.work()
    return record.ref


def sent(units: int, to: str = THERE, comment: str = MEMO) -> Effect:
    return Effect(EffectKind.SENT, -units, to, comment)


def returned(units: int) -> Effect:
    return Effect(EffectKind.RETURNED, units, THERE)


async def stored(world: World, payout: Payout) -> Payout:
    """The payout as it is stored now."""
    async with world.storage.transaction() as tx:
        return await tx.payouts.lock(payout.id)


async def entry(world: World, name: str) -> Entry | None:
    async with world.storage.transaction() as tx:
        return await tx.ledger.entry(EntryKind.REFUND, name)


async def test_a_seen_transfer_is_named_everywhere(alice: Buyer, world: World) -> None:
    """The payout, its entry and the customer's message say which transfer it was, how much, and when it was seen."""
    payout = await ask(alice, memo=MEMO)
    transfer = await see(world, alice, sent(DUE))
    done = await stored(world, payout)
    assert (done.state, done.transfer, done.closed_at) == (PayoutState.SENT, transfer, LATER)
    name = payout_name(payout.id, "sent")
    lines = (Line("refund_payable", -DUE, TON), Line("withdrawn", DUE, TON))
    assert await entry(world, name) == Entry(EntryKind.REFUND, name, lines, LATER, reason=transfer)
    assert alice.notices("payout_sent") == [PayoutSent(payout.id, TON.code, DUE, MEMO)]
    assert world.notices(OWNER, "payout_problem") == []


async def test_the_owner_reads_what_was_asked_and_what_was_sent(alice: Buyer, world: World) -> None:
    """The alert names payout, transfer, both amounts, the customer and the comment."""
    payout = await ask(alice, memo=MEMO)
    transfer = await see(world, alice, sent(DUE - 5))
    assert world.notices(OWNER, "payout_problem") == [
        PayoutProblem(payout.id, "amount", transfer, TON.code, DUE - 5, DUE, alice.tg_id, MEMO)
    ]
    assert await stored(world, payout) == payout


async def test_one_memo_of_an_exchange_for_two_customers(alice: Buyer, bob: Buyer, world: World) -> None:
    """The transfer does the payout that it fits, although a newer one with the same memo waits."""
    hers = await ask(alice, memo=MEMO)
    his = await ask(bob, to="0:" + "D" * 64, memo=MEMO)
    await see(world, alice, sent(DUE))
    assert ((await stored(world, hers)).state, (await stored(world, his)).state) == (
        PayoutState.SENT,
        PayoutState.WAITING,
    )
    assert world.notices(OWNER, "payout_problem") == []


async def test_what_fits_none_of_them_is_told_of_the_newest(alice: Buyer, bob: Buyer, world: World) -> None:
    """Of two payouts with one memo, a wrong transfer is told once, as one for the newest."""
    await ask(alice, memo=MEMO)
    his = await ask(bob, memo=MEMO)
    transfer = await see(world, alice, sent(1))
    assert world.notices(OWNER, "payout_problem") == [
        PayoutProblem(his.id, "amount", transfer, TON.code, 1, DUE, bob.tg_id, MEMO)
    ]


async def test_what_comes_back_is_named_everywhere(alice: Buyer, world: World) -> None:
    """Nine tenths of it are enough: payout, entry, the customer's and the owner's messages name the transfer."""
    payout = await ask(alice, memo=MEMO)
    await see(world, alice, sent(DUE))
    kept = DUE * 9 // 10
    back = await see(world, alice, returned(kept))
    done = await stored(world, payout)
    assert (done.state, done.transfer, done.closed_at) == (PayoutState.RETURNED, back, LATER)
    name = payout_name(payout.id, "returned")
    lines = (
        Line("withdrawn", -kept, TON),
        Line(f"user:{alice.tg_id}", KOPECKS, RUB),
        Line("fx:RUB", -KOPECKS, RUB),
        Line("fx:ton:native", DUE, TON),
        Line("network_fee", kept - DUE, TON),
    )
    corrects = f"refund/{payout_name(payout.id)}"
    assert await entry(world, name) == Entry(EntryKind.REFUND, name, lines, LATER, reason=back, corrects=corrects)
    assert alice.notices("payout_returned") == [PayoutReturned(payout.id, KOPECKS)]
    assert world.notices(OWNER, "payout_problem") == [
        PayoutProblem(payout.id, "came_back", back, TON.code, kept, DUE, alice.tg_id, MEMO)
    ]


@pytest.mark.parametrize("lost", [1, DUE // 200])
async def test_less_than_nine_tenths_is_another_transfer(alice: Buyer, world: World, lost: int) -> None:
    """A unit below nine tenths undoes nothing: the payout stays sent, and the balance empty."""
    payout = await ask(alice, memo=MEMO)
    await see(world, alice, sent(DUE))
    await see(world, alice, returned(DUE * 9 // 10 - lost))
    assert ((await stored(world, payout)).state, await alice.balance()) == (PayoutState.SENT, 0)


async def test_what_comes_back_pays_a_debt_first(alice: Buyer, world: World) -> None:
    """Money that went back at the provider was spent: the returned coins pay that, by an entry that names them."""
    payout = await ask(alice, memo=MEMO)
    await see(world, alice, sent(DUE))
    view = await alice.top_up(KOPECKS)
    arrival = alice.send(view, DUE)
    await alice.shop.work()
    await alice.shop.adjust_balance(world.ids.uuid(), alice.tg_id, 200 - KOPECKS, "cli:owner", "a mistake")
    world.chain.take_back(arrival)
    await alice.shop.work()
    await see(world, alice, returned(DUE))
    name = f"debt:{payout_name(payout.id, 'returned')}"
    owed = KOPECKS - 200
    lines = (Line(f"user:{alice.tg_id}", -owed, RUB), Line(f"receivable:{alice.tg_id}", owed, RUB))
    assert await entry(world, name) == Entry(EntryKind.REFUND, name, lines, LATER)
    assert await alice.balance() == 200
