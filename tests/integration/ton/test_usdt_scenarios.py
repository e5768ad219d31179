"""Buying with USDT, with everything that goes wrong there (scenarios T32 to T44 of the reference)."""

from collections.abc import AsyncIterator

import pytest

from orbit_domain.ids import ClaimId
from orbit_domain.money import TON, USDT
from orbit_domain.notice.notice import Notice, ReceiptClaimed
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD, USDT_METHOD
from orbit_domain.payment.ports import Transfer
from orbit_sandbox.chain import sample_transactions as sample
from orbit_sandbox.chain.cells import comment_body
from orbit_sandbox.chain.jettons import SimJetton
from orbit_testing.contracts.receipt_source import read_on
from tests.integration.ton.token_shop import RICH, TokenShop
from tests.integration.ton.usdt_sale import ANNA, UsdtSale, usdt_sale
from tests.support import shop as use_cases

DUE = 1_400_000
"""129 roubles at 92.50 a dollar are 1.39459 USDT, asked for as 1.40."""
PAID = (OrderState.DELIVERED, 0)
WAITING = (OrderState.OPEN, 0)


@pytest.fixture
async def sale() -> AsyncIterator[UsdtSale]:
    async with usdt_sale() as opened:
        yield opened


def events(notices: list[Notice]) -> list[str]:
    return [notice.event for notice in notices]


async def test_an_invoice_asks_for_tokens_at_the_shop_s_own_address(sale: UsdtSale) -> None:
    """Links name the token, its issuer and its own smallest units; the token wallet is shown nowhere."""
    payment = await sale.request()
    transfer = (await sale.shop.show_payment(ANNA, payment.id)).instructions
    assert isinstance(transfer, Transfer)
    assert (transfer.amount.units, transfer.amount.currency) == (DUE, USDT)
    assert transfer.address == sale.tokens.shop.sim.friendly(sale.wallet)
    issuer = sale.tokens.jetton_wallet().master.friendly(sale.tokens.jetton_wallet().api.network, bounceable=True)
    query = f"{transfer.address}?jetton={issuer}&amount={DUE}&text={payment.comment}"
    assert transfer.transfer_uri == f"ton://transfer/{query}"
    assert transfer.wallet_url == f"https://app.keeperwallet.com/transfer/{query}"


@pytest.mark.parametrize("encoding", ["inline", "ref", "snake"])
@pytest.mark.parametrize("in_ref", [False, True])
async def test_t32_either_encoding_of_the_payload_buys(sale: UsdtSale, encoding: str, in_ref: bool) -> None:
    """T32: the comment stands in the message's own cell or in one of its own: the order is delivered."""
    payment = await sale.request()
    sale.usdt.pay(sale.payer, sale.wallet, DUE, payment.comment, encoding=encoding, in_ref=in_ref)
    assert await sale.outcome() == PAID
    assert await sale.unmatched() == ()


async def test_t33_without_a_notice_it_counts_as_well(sale: UsdtSale) -> None:
    """T33: nothing was forwarded, so the shop's own account hears nothing; the token wallet's history says it."""
    payment = await sale.request()
    sale.usdt.pay(sale.payer, sale.wallet, DUE, payment.comment, forward=0)
    assert await sale.outcome() == PAID
    assert await sale.recorded("ton") == []


async def test_t34_a_late_notice_changes_nothing(sale: UsdtSale) -> None:
    """T34: the payment counts when it arrives; the notice comes blocks later, and is neither money nor a forgery."""
    payment = await sale.request()
    sent = sale.usdt.depart(sale.payer, sale.wallet, DUE, comment_body(payment.comment))
    arrived = sale.usdt.arrive(sent, notify=False)
    assert await sale.outcome() == PAID
    sale.world.clock.advance(seconds=30)
    sale.tokens.shop.sim.deliver(arrived.out_msgs[0])
    assert await sale.outcome() == PAID
    assert [record.kind for record in await sale.recorded("ton")] == ["excesses"]
    assert sale.told_owner() == []


@pytest.mark.parametrize("locked", [False, True], ids=["out of gas", "locked wallet"])
async def test_t35_tokens_that_were_refused_are_no_money(sale: UsdtSale, locked: bool) -> None:
    """T35: the payer's wallet has sent them, ours has not taken them, and they went back: nothing is booked."""
    payment = await sale.request()
    if locked:
        sale.usdt.give(sale.wallet, 0)
        sale.usdt.locked.add(sale.wallet)
    sale.usdt.pay(sale.payer, sale.wallet, DUE, payment.comment, fails=not locked)
    assert await sale.outcome() == WAITING
    assert [record.kind for record in await sale.recorded()] == ["rejected"]
    assert (await sale.unmatched(), sale.usdt.balance_of(sale.payer)) == ((), RICH)


async def test_t36_a_token_of_the_same_name_is_worth_nothing(sale: UsdtSale) -> None:
    """T36: another issuer's token never reaches our token wallet; its notices are forgeries, told once a day."""
    payment = await sale.request()
    fake = SimJetton(sale.tokens.shop.sim, "USDT of somebody else")
    fake.give(sale.payer, RICH)
    for _ in range(3):
        fake.pay(sale.payer, sale.wallet, DUE, payment.comment)
    assert await sale.outcome() == WAITING
    assert (await sale.recorded(), await sale.unmatched()) == ([], ())
    assert [record.kind for record in await sale.recorded("ton")] == ["fake_jetton"] * 3
    assert events(sale.told_owner()) == ["fake_jetton"]
    sale.world.clock.advance(days=1)
    fake.pay(sale.payer, sale.wallet, RICH // 2, payment.comment)
    assert await sale.outcome() == WAITING
    assert events(sale.told_owner()) == ["fake_jetton"] * 2


async def test_t37_a_forged_notice_reaches_the_owner_and_no_balance(sale: UsdtSale) -> None:
    """T37: a notice of a huge amount from a stranger's contract beside a real payment: only the real one counts."""
    payment = await sale.request()
    sample.fake_jetton(sale.tokens.shop.sim, sale.wallet, RICH, payment.comment)
    assert await sale.outcome() == WAITING
    sale.tokens.pay(DUE, payment.comment)
    assert await sale.outcome() == PAID
    assert events(sale.told_owner()) == ["fake_jetton"]


async def test_t38_coins_for_an_invoice_in_usdt_are_worth_their_rate(sale: UsdtSale) -> None:
    """T38: 0.5 coins at 129 roubles are 64.50 on the balance; as many units of USDT would have been 46 250 roubles."""
    payment = await sale.request(USDT_METHOD)
    sale.tokens.shop.pay(500_000_000, payment.comment)
    assert await sale.outcome() == (OrderState.OPEN, 6_450)


async def test_t38_usdt_for_an_invoice_in_coins_is_worth_its_rate(sale: UsdtSale) -> None:
    """T38: the order costs a coin, 129 roubles; one USDT is 92.50 on the balance, and with a second one it is paid."""
    payment = await sale.request(TON_METHOD)
    assert (payment.quote.due.units, payment.quote.asset) == (10**9, TON)
    sale.tokens.pay(1_000_000, payment.comment)
    assert await sale.outcome() == (OrderState.OPEN, 9_250)
    sale.tokens.pay(1_000_000, payment.comment)
    assert await sale.outcome() == (OrderState.DELIVERED, 2 * 9_250 - 12_900)


async def test_t41_the_first_payment_of_all_makes_the_token_wallet(sale: UsdtSale) -> None:
    """T41: USDT is offered before the token wallet exists; the payment is its first transaction."""
    payment = await sale.request()
    account = sale.tokens.shop.sim.account(sale.tokens.wallet)
    assert (account.status, account.transactions) == ("uninit", [])
    sale.tokens.pay(DUE, payment.comment)
    first = account.transactions[0]
    assert (first.status_before, first.status_after, first.prev_lt) == ("uninit", "active", 0)
    assert await sale.outcome() == PAID


async def test_t42_what_the_issuer_takes_is_told_and_nobody_s_balance_changes(sale: UsdtSale) -> None:
    """T42: the issuer seizes, burns and locks: each is told once, the customer keeps what they have bought."""
    payment = await sale.request()
    sale.tokens.pay(DUE * 2, payment.comment)
    paid = await sale.outcome()
    issuer = sale.usdt.master
    sale.usdt.arrive(sale.usdt.depart(sale.wallet, sale.payer, 1_000_000, comment_body(None), by=issuer))
    sale.usdt.burn(sale.wallet, 500_000, by=issuer)
    sale.usdt.lock(sale.wallet)
    assert await sale.outcome() == paid == (OrderState.DELIVERED, 12_950)
    told = sale.told_owner()
    assert [(notice.event, notice.units) for notice in told] == [
        ("unexplained", 1_000_000),
        ("unexplained", 500_000),
        ("unexplained", 0),
    ]


async def test_t44_who_brings_a_transfer_is_not_who_pays(sale: UsdtSale) -> None:
    """T44: a relayer pays the gas: the payer whose tokens they were is recorded, so that a claim can be compared."""
    payment = await sale.request()
    relayer = sale.tokens.shop.sim.wallet("relayer", 10**12)
    sale.usdt.pay(sale.payer, sale.wallet, DUE, payment.comment, relayer=relayer)
    assert await sale.outcome() == PAID
    assert [record.sender for record in await sale.recorded()] == [sale.payer]


async def test_what_the_owner_sends_and_gets_back_is_no_deposit(sale: UsdtSale) -> None:
    """The owner moves USDT out, and one transfer comes back: nobody is credited, and nobody is alarmed."""
    payment = await sale.request()
    sale.tokens.pay(DUE, payment.comment)
    sale.usdt.pay(sale.wallet, sale.payer, 600_000, "thanks")
    sale.usdt.pay(sale.wallet, sale.payer, 300_000, "not taken", fails=True)
    sale.usdt.burn(sale.wallet, 1)
    assert await sale.outcome() == PAID
    kinds = [(record.kind, record.amount.units) for record in await sale.recorded()]
    assert kinds == [
        ("deposit", DUE), ("own_send", 600_000), ("own_send", 300_000), ("refund_bounced", 0), ("own_send", 1),
    ]  # fmt: skip
    assert (sale.told_owner(), await sale.unmatched()) == ([], ())


async def test_without_a_comment_it_waits_for_the_owner(sale: UsdtSale) -> None:
    """USDT without a comment is unmatched money of its own asset, to the last unit."""
    await sale.request()
    sale.tokens.pay(1_234_567)
    assert await sale.outcome() == WAITING
    (receipt,) = await sale.unmatched()
    assert (receipt.amount.units, receipt.amount.currency, receipt.method) == (1_234_567, USDT, USDT_METHOD)


@pytest.mark.parametrize("is_early", [False, True])
async def test_t12_usdt_without_a_comment_is_claimed_by_its_hash(sale: UsdtSale, is_early: bool) -> None:
    """Before and after it is seen: the owner is shown the transfer with the invoice that it pays, and gives it."""
    await sale.request()
    sale.tokens.pay(DUE)
    arrived = next(tx for tx in sale.tokens.shop.sim.account(sale.tokens.wallet).transactions if tx.prev_lt == 0)
    for is_read in (not is_early, True):
        if is_read:
            await sale.shop.work()
        await sale.shop.claim_receipt(ANNA, f"https://testnet.tonviewer.com/transaction/{arrived.hash.hex()}")
    await sale.shop.work()
    notice = sale.world.notices(use_cases.OWNER, "receipt_claimed")[-1]
    assert isinstance(notice, ReceiptClaimed)
    assert notice.transfer is not None
    shown = notice.transfer
    assert (shown.asset, shown.units, shown.fits_kopecks, shown.sender) == (USDT.code, DUE, 12_900, sale.payer)
    await sale.shop.approve_claim(use_cases.OWNER, ClaimId(notice.claim_id))
    # Given at the rate, not as the invoice rounded it: the rest is on the balance.
    assert await sale.outcome() == (OrderState.DELIVERED, 50)


async def test_half_of_it_waits_for_the_rest_and_a_cent_may_not_be_missing(sale: UsdtSale) -> None:
    """There is no tolerance for dollars: a smallest unit too little keeps the payment open until it follows."""
    payment = await sale.request()
    sale.tokens.pay(DUE - 1, payment.comment)
    assert await sale.outcome() == WAITING
    sale.tokens.pay(1, payment.comment)
    assert await sale.outcome() == PAID


async def test_t40_the_largest_amount_arrives_to_the_last_unit(shop) -> None:
    """T40: 2^120 - 1 units are read exactly."""
    tokens = TokenShop.on(shop)
    tokens.pay(RICH, "ORB7K3M9P2Q4WX")
    (record,), _ = await read_on(tokens.source(), tokens.start())
    assert record.amount.units == 2**120 - 1
