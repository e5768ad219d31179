"""A wallet in the ledger: whatever happens to it, the ledger's asset account is what the chain says that it holds."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings

from orbit_adapters.ton.bounced import comment_of
from orbit_adapters.ton.effects import effects
from orbit_domain.ledger.ledger import UNMATCHED, EntryKind, asset_account
from orbit_domain.money import TON
from orbit_domain.payment.effect import EffectKind
from orbit_domain.payment.payment import TON_METHOD
from orbit_sandbox.chain.ledger import FORWARD_FEE, GAS_FEE
from tests.integration.ton.conftest import COIN
from tests.integration.ton.wallet_history import EVENTS, Step, histories, open_wallet

ASSET = asset_account(TON_METHOD, TON)
BOUNCE_COST = 3 * GAS_FEE + 2 * FORWARD_FEE
EVERY_EVENT: list[Step] = [(event, 3 * COIN) for event in EVENTS]


@settings(max_examples=25, deadline=None)
@example([("read", 0), *EVERY_EVENT])
@example([("read", 2), *EVERY_EVENT, ("read", 3), *EVERY_EVENT])
@given(histories)
async def test_the_asset_account_is_what_the_wallet_holds(history: list[Step]) -> None:
    """After every reading, crashed or not, both are the same to the nanoton, and the audit finds nothing."""
    async with open_wallet() as wallet:
        for step, number in (*history, ("read", 0)):
            if step != "read":
                wallet.happen(step, number)
                continue
            await wallet.read(number)
            assert (await wallet.accounts())[ASSET] == -(await wallet.held() or 0)
            assert await wallet.audit() == ()
        assert await wallet.held() == wallet.sim.account(wallet.address).balance


async def test_what_the_wallet_does_is_on_accounts_of_its_own() -> None:
    """The owner's coins, sends, moves to the safe, fees and unused gas: each stands where an owner looks for it."""
    async with open_wallet() as wallet:
        await wallet.read()
        opening = await wallet.accounts()
        assert opening == {ASSET: -101 * COIN + GAS_FEE, "opening": 101 * COIN - GAS_FEE}
        for event in ("deposit", "send", "send to safe", "gas back"):
            wallet.happen(event, COIN)
        await wallet.read()
        change = await wallet.accounts()
        change.subtract(opening)
        fees = 2 * (GAS_FEE + FORWARD_FEE) + 2 * GAS_FEE
        assert {account: units for account, units in change.items() if units} == {
            UNMATCHED: COIN,
            "withdrawn": -COIN,
            "own_accounts": -COIN,
            "leftovers": COIN,
            "network_fee": -fees,
            ASSET: fees,
        }
        moved = [entry.reason for entry in await wallet.entries() if entry.ref.endswith("|moved")]
        assert sorted(filter(None, moved)) == sorted([f"to {wallet.safe}", f"to {wallet.payer}"])


async def test_t60_the_owner_moves_coins_out_by_hand() -> None:
    """A transfer that no payout asked for is booked as withdrawn; customers' money is what it was."""
    async with open_wallet() as wallet:
        await wallet.read()
        wallet.happen("deposit", COIN)
        await wallet.read()
        wallet.happen("send", 60 * COIN)
        await wallet.read()
        accounts = await wallet.accounts()
        assert (accounts[UNMATCHED], accounts["withdrawn"]) == (COIN, -60 * COIN)
        assert accounts[ASSET] == -wallet.sim.account(wallet.address).balance
        assert await wallet.audit() == ()


@pytest.mark.parametrize("event", ["bounced", "bounced, newer"])
async def test_t28_a_send_that_bounces_costs_its_fees_only(event: str) -> None:
    """What came back is taken off what was withdrawn, with either body; the comment that was sent is read from it."""
    async with open_wallet() as wallet:
        await wallet.read()
        wallet.happen(event, COIN)
        await wallet.read()
        accounts = await wallet.accounts()
        assert accounts["withdrawn"] + accounts["network_fee"] == -BOUNCE_COST
        assert accounts[UNMATCHED] == 0
        sent, back = wallet.sim.account(wallet.address).transactions[-2:]
        page = await wallet.source.api.transactions(wallet.source.account, sent.lt, 2)
        texts = [comment_of(page[0].out_msgs[0].body), comment_of(page[1].in_msg.body if page[1].in_msg else None)]
        assert (texts, back.in_msg.bounced) == (["REF", "REF"], True)


async def test_t59_a_wallet_that_follows_another_gets_its_coins_as_no_income() -> None:
    """After a rotation both accounts are read: coins that go from one to the other stay the shop's."""
    async with open_wallet() as wallet:
        successor = wallet.sim.wallet("successor", 0)
        wallet.sim.pay(wallet.payer, successor, COIN, "its first coin")
        both = (wallet.source_of(successor), wallet.source)
        await wallet.read(0, *both)
        wallet.sim.pay(wallet.address, successor, 50 * COIN, "the rest")
        await wallet.read(0, *both)
        accounts = await wallet.accounts()
        assert (accounts["own_accounts"], accounts["withdrawn"], accounts[UNMATCHED]) == (0, 0, 0)
        assert accounts[ASSET] == -((await wallet.held() or 0) + (await wallet.held(successor) or 0))


async def test_a_state_that_says_more_than_the_messages_is_shown() -> None:
    """What an index shows of the account decides; what messages and fees don't explain has an account of its own."""
    async with open_wallet() as wallet:
        wallet.happen("deposit", COIN)
        (row,) = [await wallet.source.api.newest(wallet.source.account)]
        assert row is not None
        assert row.balance_after is not None
        odd = replace(row, balance_after=row.balance_after - 5)
        found = {effect.kind: effect.units for effect in effects(odd, "deposit", frozenset(), COIN)}
        assert found == {EffectKind.FEE: -GAS_FEE, EffectKind.UNEXPLAINED: -5}
        silent = replace(row, balance_before=None)
        assert {one.kind: one.units for one in effects(silent, "deposit", frozenset(), COIN)} == {
            EffectKind.FEE: -GAS_FEE
        }


async def test_a_flood_of_dust_is_one_entry_of_fees() -> None:
    """Fees of many deposits are booked together, those of one reading's transaction at a time."""
    async with open_wallet() as wallet:
        await wallet.read()
        for _ in range(2):
            wallet.happen("dust", 1)
        before = len(await wallet.entries())
        await wallet.read()
        new = (await wallet.entries())[: -before or None]
        fees = [entry for entry in new if entry.ref.endswith("|moved")]
        assert (len(new) - len(fees), len(fees)) == (6, 3)
        assert {entry.kind for entry in new} == {EntryKind.RECEIPT}
