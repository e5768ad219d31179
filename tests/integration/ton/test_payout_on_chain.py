"""A payout meets its transfer on a simulated chain, read by the real adapter."""

from collections.abc import Callable

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.payout_entries import payout_reserved
from orbit_domain.money import TON, Money, rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.payout import Payout, PayoutState
from orbit_sandbox.chain.cells import Encoding
from orbit_testing import samples
from orbit_testing.samples import ALICE, NOW
from tests.integration.ton.conftest import COIN
from tests.integration.ton.wallet_history import Wallet, open_wallet

WORTH = 12_900


async def waiting_payout(wallet: Wallet, destination: str) -> Payout:
    """A payout of two coins to *destination*, whose worth is off the customer's balance."""
    payout = samples.payout(amount=Money(2 * COIN, TON), destination=destination, comment="REF7K3M9P2Q4WX")
    async with wallet.inner.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.payments.add(samples.payment(status=PaymentStatus.CONFIRMED, confirmed_at=NOW))
        await tx.ledger.post(samples.gift(1, WORTH))
        await tx.ledger.post(payout_reserved(payout.id, ALICE, payout.amount, rub(WORTH), NOW, "cli:owner", "why"))
        await tx.payouts.add(payout)
    return payout


async def state_and_balance(wallet: Wallet, payout: Payout, tg_id: TelegramId = ALICE) -> tuple[PayoutState, int]:
    """What became of it; the ledger is proved on the way."""
    assert await wallet.audit() == ()
    async with wallet.inner.transaction() as tx:
        user = await tx.users.get(tg_id)
        assert user is not None
        return (await tx.payouts.lock(payout.id)).state, user.balance.units


@pytest.mark.parametrize("encoding", [Encoding.INLINE, Encoding.REF, Encoding.SNAKE])
async def test_a_payout_is_done_by_its_transfer(encoding: Encoding) -> None:
    """Whatever a wallet writes the comment like, the transfer is recognised, and a crash on the way changes nothing."""
    async with open_wallet() as wallet:
        await wallet.read()
        payout = await waiting_payout(wallet, wallet.payer)
        wallet.sim.pay(wallet.address, wallet.payer, 2 * COIN, payout.comment, encoding=encoding)
        await wallet.read(2)
        assert await state_and_balance(wallet, payout) == (PayoutState.WAITING, 0)
        for _ in range(2):
            await wallet.read()
        assert await state_and_balance(wallet, payout) == (PayoutState.SENT, 0)
        accounts = await wallet.accounts()
        assert (accounts["refund_payable"], accounts["withdrawn"]) == (0, 0)


@pytest.mark.parametrize("newer", [False, True])
async def test_t28_a_payout_that_bounces_is_on_the_balance_again(newer: bool) -> None:
    """With the older and the newer body of bounced messages: the worth is back, the fees are the shop's."""
    async with open_wallet() as wallet:
        await wallet.read()
        nowhere = wallet.sim.wallet("nowhere", deployed=False)
        payout = await waiting_payout(wallet, nowhere)
        wallet.sim.pay(wallet.address, nowhere, 2 * COIN, payout.comment, bounce=True, newer_bounce=newer)
        await wallet.read()
        assert await state_and_balance(wallet, payout) == (PayoutState.RETURNED, WORTH)
        accounts = await wallet.accounts()
        assert (accounts["refund_payable"], accounts["withdrawn"]) == (0, 0)
        assert accounts["asset:ton:ton:native"] == -(await wallet.held() or 0)


@pytest.mark.parametrize(
    "attack",
    [
        lambda wallet, comment: wallet.sim.pay(wallet.payer, wallet.address, 2 * COIN, comment),
        lambda wallet, comment: wallet.sim.pay(wallet.payer, wallet.safe, 2 * COIN, comment),
        lambda wallet, comment: wallet.sim.pay(wallet.address, wallet.safe, 2 * COIN, comment),
    ],
    ids=["to us", "past us", "to our safe"],
)
async def test_no_other_transfer_does_a_payout(attack: Callable[[Wallet, str], object]) -> None:
    """Comments are public: what somebody else sends with it, or what goes to our own account, isn't the payout."""
    async with open_wallet() as wallet:
        await wallet.read()
        payout = await waiting_payout(wallet, wallet.payer)
        attack(wallet, payout.comment)
        await wallet.read()
        assert await state_and_balance(wallet, payout) == (PayoutState.WAITING, 0)
