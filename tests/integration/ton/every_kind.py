"""A wallet with one transaction of every kind that Orbit tells apart."""

from orbit_sandbox.chain import sample_transactions as sample
from orbit_sandbox.chain.cells import Encoding
from orbit_sandbox.chain.records import SimTransaction
from tests.integration.ton.conftest import COIN, Shop


def every_kind(shop: Shop) -> list[SimTransaction]:
    """Make them; the history of the shop's wallet."""
    for encoding in Encoding:
        shop.sim.pay(shop.payer, shop.wallet, COIN, "по-русски", encoding=encoding)
        shop.clock.advance(seconds=3)
    shop.pay(0, "nothing")
    shop.pay(2 * COIN)
    sample.rejected_deposit(shop.sim, shop.payer, shop.wallet, COIN, "back")
    shop.sim.pay(shop.payer, shop.wallet, COIN, "kept", bounce=True, fails=True, no_funds=True)
    sample.fake_jetton(shop.sim, shop.wallet, 10**9)
    sample.excesses(shop.sim, shop.wallet, 5)
    sample.extra_currency(shop.sim, shop.payer, shop.wallet, COIN, "extra")
    shop.sim.pay(shop.wallet, shop.payer, COIN, "payout")
    sample.bounced_refund(shop.sim, shop.wallet, COIN)
    return shop.sim.account(shop.wallet).transactions
