"""The simulated chain links its transactions, conserves coins, and is reproducible."""

import base64
import random

import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.comment import read_comment
from orbit_sandbox.chain import sample_transactions as sample
from orbit_sandbox.chain.address import NoSuchAddress, friendly_address, raw_address
from orbit_sandbox.chain.cells import CellOut, Encoding, comment_body, to_boc
from orbit_sandbox.chain.ledger import FORWARD_FEE, GAS_FEE, NotEnoughCoins, SimChain
from tests.integration.ton.conftest import COIN, START
from tests.support.clock import FakeClock


def busy(seed: int) -> SimChain:
    """A chain with every kind of transaction."""
    rng, clock = random.Random(seed), FakeClock(START)
    sim = SimChain(clock, seed)
    names = [sim.wallet(f"w{number}", 1000 * COIN, deployed=number != 4) for number in range(5)]
    for _ in range(200):
        clock.advance(milliseconds=rng.randrange(1500))
        sim.pay(
            rng.choice(names[:4]),
            rng.choice(names),
            rng.randrange(COIN),
            rng.choice([None, "hello"]),
            encoding=rng.choice(list(Encoding)),
            bounce=rng.random() < 0.5,
            fails=rng.random() < 0.3,
            no_funds=rng.random() < 0.1,
        )
    sample.bounced_refund(sim, names[0], COIN)
    return sim


def test_every_account_s_history_is_linked_and_adds_up() -> None:
    """Each transaction names its predecessor, and balances follow from values and fees, one by one."""
    for account in busy(1).accounts.values():
        lt, digest, balance = 0, bytes(32), None
        for tx in account.transactions:
            assert (tx.prev_lt, tx.prev_hash) == (lt, digest)
            assert tx.lt > lt
            sent = sum(message.value + message.fwd_fee for message in tx.out_msgs)
            assert tx.balance_after == tx.balance_before + tx.in_msg.value - tx.fees - sent >= 0
            assert balance is None or tx.balance_before == balance
            lt, digest, balance = tx.lt, tx.hash, tx.balance_after


def test_coins_only_move_or_burn() -> None:
    """All balances and burnt fees add up to the initial coins."""
    sim = busy(2)
    assert sum(account.balance for account in sim.accounts.values()) + sim.fees_burnt == 5 * 1000 * COIN


def test_the_same_calls_give_the_same_hashes() -> None:
    """A run with the same seed is identical; another seed gives other accounts."""
    one, same, other = busy(3), busy(3), busy(4)
    hashes = [[tx.hash for tx in account.transactions] for account in one.accounts.values()]
    assert hashes == [[tx.hash for tx in account.transactions] for account in same.accounts.values()]
    assert set(one.accounts).isdisjoint(other.accounts)


def test_a_bounce_returns_what_is_left_after_the_fees() -> None:
    """The payer gets back the value minus gas and forwarding fee; the shop's balance doesn't change."""
    sim = SimChain(FakeClock(START))
    shop, payer = sim.wallet("shop", COIN), sim.wallet("payer", 10 * COIN)
    tx = sample.rejected_deposit(sim, payer, shop, COIN, "x")
    assert (tx.bounce, tx.aborted, sim.account(shop).balance) == ("ok", True, COIN)
    back = sim.account(payer).transactions[-1].in_msg
    assert (back.bounced, back.value) == (True, COIN - GAS_FEE - FORWARD_FEE)


def test_a_payment_above_the_balance_is_refused() -> None:
    """A payment above the balance changes nothing."""
    sim = SimChain(FakeClock(START))
    poor, shop = sim.wallet("poor", COIN), sim.wallet("shop")
    with pytest.raises(NotEnoughCoins):
        sim.pay(poor, shop, COIN)
    assert sim.account(poor).transactions == sim.account(shop).transactions == []


def test_dust_fills_a_history_and_nothing_else() -> None:
    """Five hundred dust payments are five hundred transactions of one nanoton."""
    sim = SimChain(FakeClock(START))
    shop = sim.wallet("shop")
    assert len(sample.dust(sim, shop, 500)) == 500
    assert {tx.in_msg.value for tx in sim.account(shop).transactions} == {1}


def test_addresses_agree_with_the_adapter_s() -> None:
    """The sandbox and the adapter parse addresses alike, though neither uses the other."""
    sim = SimChain(FakeClock(START))
    wallet = sim.wallet("shop")
    address = TonAddress.parse(sim.friendly(wallet), Network.TESTNET)
    assert address.raw == wallet == raw_address(sim.friendly(wallet))
    for network in Network:
        for bounceable in (True, False):
            mine = friendly_address(wallet, testnet=network is Network.TESTNET, bounceable=bounceable)
            assert mine == address.friendly(network, bounceable=bounceable)
    for wrong in ("", "0:AB", "5:" + "AB" * 32, "UQ" + "A" * 46, "x:y", "тест"):
        with pytest.raises(NoSuchAddress):
            raw_address(wrong)


@pytest.mark.parametrize("length", [0, 1, 122, 123, 124, 500, 1000])
def test_long_comments_are_written_in_as_many_cells_as_they_need(length: int) -> None:
    """For any length the bag of cells is well-formed and holds the whole text."""
    for encoding in (Encoding.INLINE, Encoding.REF, Encoding.SNAKE):
        body = base64.b64encode(to_boc(comment_body("a" * length, encoding))).decode()
        assert read_comment(body).text == "a" * length


def test_the_hash_of_a_cell_is_the_real_one() -> None:
    """The hash of an empty cell is the published one."""
    empty = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    assert CellOut().hash().hex() == empty
