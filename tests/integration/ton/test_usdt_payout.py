"""A payment in USDT goes back by the owner's own transfer: asked for, seen at our token wallet, or put back."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from orbit_domain.money import USDT
from orbit_domain.notice.payout_notices import PayoutProblem, PayoutReturned, PayoutSent
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import USDT_METHOD, Payment
from orbit_domain.payment.payout import BadDestination, Payout, PayoutState
from orbit_domain.use_cases.request_payout import AskedPayout, PayoutWish
from orbit_sandbox.chain.cells import comment_body
from tests.integration.ton.usdt_sale import ANNA, UsdtSale, usdt_sale
from tests.support.shop import OWNER

DUE = 1_400_000
PRICE = 12_900
BY = ("cli:owner", "the customer asked")


@dataclass
class Refund:
    """Anna's month was paid in USDT and refunded to her balance; she wants the USDT back."""

    sale: UsdtSale
    payment: Payment

    async def ask(self, to: str | None = None, memo: str = "") -> AskedPayout:
        wish = PayoutWish(self.payment.id, to or self.sale.payer, memo)
        return await self.sale.shop.request_payout(wish, *BY)

    async def state_and_balance(self, payout: Payout) -> tuple[PayoutState, int]:
        """After the worker has read on, in a ledger that balances and is what the contract holds."""
        _, balance = await self.sale.outcome()
        report = await self.sale.shop.reconcile()
        # The simulated coins of the shop are older than their history.
        assert ([one for one in report.differences if USDT_METHOD in str(one)], report.unasked) == ([], {})
        async with self.sale.world.storage.transaction() as tx:
            return (await tx.payouts.lock(payout.id)).state, balance

    def problems(self) -> list[str]:
        notices = self.sale.world.notices(OWNER, "payout_problem")
        return [notice.problem for notice in notices if isinstance(notice, PayoutProblem)]


@pytest.fixture
async def refund() -> AsyncIterator[Refund]:
    async with usdt_sale() as sale:
        payment = await sale.request()
        sale.tokens.pay(DUE, payment.comment)
        assert await sale.outcome() == (OrderState.DELIVERED, 0)
        await sale.shop.refund_order(payment.order_id, *BY)
        assert await sale.outcome() == (OrderState.REFUNDED, PRICE)
        sale.tokens.pay(2 * DUE)
        yield Refund(sale, payment)


async def test_a_payout_in_usdt_is_done_when_it_is_seen_at_our_token_wallet(refund: Refund) -> None:
    """The link names the issuer and the token's own units; the transfer does it once, and the customer is told."""
    sale = refund.sale
    asked = await refund.ask()
    payout, chain = asked.payout, sale.tokens.shop.sim
    issuer = sale.tokens.jetton_wallet().master.friendly(sale.tokens.jetton_wallet().api.network, bounceable=True)
    query = f"{chain.friendly(sale.payer)}?jetton={issuer}&amount={DUE}&text={payout.comment}"
    assert (asked.transfer.transfer_uri, asked.transfer.amount.currency) == (f"ton://transfer/{query}", USDT)
    assert asked.transfer.wallet_url.endswith(f"/transfer/{query}")
    assert await refund.state_and_balance(payout) == (PayoutState.WAITING, 0)
    sale.usdt.pay(sale.wallet, sale.payer, DUE, payout.comment, in_ref=True)
    assert await refund.state_and_balance(payout) == (PayoutState.SENT, 0)
    assert sale.world.notices(ANNA, "payout_sent") == [PayoutSent(payout.id, USDT.code, DUE, payout.comment)]
    assert (await sale.shop.list_payouts(), refund.problems()) == ((), [])


async def test_t28_a_payout_in_usdt_that_comes_back_is_on_the_balance_again(refund: Refund) -> None:
    """It bounces after it was seen: all of it is there, and it may be asked for again."""
    sale = refund.sale
    payout = (await refund.ask()).payout
    other = sale.usdt.depart(sale.wallet, sale.payer, DUE, comment_body("another"))
    sent = sale.usdt.depart(sale.wallet, sale.payer, DUE, comment_body(payout.comment))
    assert await refund.state_and_balance(payout) == (PayoutState.SENT, 0)
    sale.usdt.arrive(other)
    sale.usdt.arrive(sent, fails=True)
    assert await refund.state_and_balance(payout) == (PayoutState.RETURNED, PRICE)
    assert sale.world.notices(ANNA, "payout_returned") == [PayoutReturned(payout.id, PRICE)]
    assert refund.problems() == ["came_back"]
    assert (await refund.ask()).payout.id != payout.id


Attack = Callable[[UsdtSale, str], object]
ATTACKS: tuple[Attack, ...] = (
    lambda sale, text: sale.usdt.pay(sale.payer, sale.wallet, DUE, text),
    lambda sale, text: sale.usdt.pay(sale.payer, sale.tokens.shop.sim.wallet("x"), DUE, text),
    lambda sale, text: sale.tokens.shop.sim.pay(sale.wallet, sale.payer, DUE, text),
    lambda sale, text: sale.usdt.arrive(
        sale.usdt.depart(sale.wallet, sale.payer, DUE, comment_body(text), by=sale.usdt.master)
    ),
    lambda sale, text: sale.usdt.fail(sale.wallet, sale.payer, DUE, text),
)
"""To us, past us, in coins, taken by the issuer, and an order that comes to nothing."""


async def test_no_other_transfer_does_a_payout_in_usdt(refund: Refund) -> None:
    """Comments are public: only USDT that our own order has sent from our token wallet is the payout."""
    payout = (await refund.ask()).payout
    for attack in ATTACKS:
        attack(refund.sale, payout.comment)
    assert await refund.state_and_balance(payout) == (PayoutState.WAITING, 0)
    assert refund.problems() == []


async def test_t62_another_amount_or_receiver_is_told(refund: Refund) -> None:
    """With an exchange's comment: of a wrong amount or receiver the owner hears, and the right transfer does it."""
    sale = refund.sale
    payout = (await refund.ask(memo="10473321")).payout
    sale.usdt.pay(sale.wallet, sale.payer, DUE - 1, payout.comment)
    sale.usdt.pay(sale.wallet, sale.tokens.shop.sim.wallet("x"), DUE, payout.comment)
    assert await refund.state_and_balance(payout) == (PayoutState.WAITING, 0)
    assert refund.problems() == ["amount", "destination"]
    sale.usdt.pay(sale.wallet, sale.payer, DUE, payout.comment)
    assert await refund.state_and_balance(payout) == (PayoutState.SENT, 0)


async def test_usdt_goes_to_no_contract_of_its_own(refund: Refund) -> None:
    """The shop, its token wallet and the issuer are no destination: what goes there is lost, so nothing changes."""
    sale = refund.sale
    for account, reason in ((sale.wallet, "own"), (sale.tokens.wallet, "token"), (sale.usdt.master, "token")):
        with pytest.raises(BadDestination) as refused:
            await refund.ask(account)
        assert refused.value.reason == reason
    assert await sale.outcome() == (OrderState.REFUNDED, PRICE)
