"""Tokens in the ledger: whatever happens to them, the asset account is what the contract says that the shop holds."""

import pytest
from hypothesis import example, given, settings

from orbit_adapters.ton import jetton_bounce
from orbit_domain.ledger.ledger import UNMATCHED, asset_account
from orbit_domain.money import USDT
from orbit_domain.payment.payment import USDT_METHOD
from orbit_sandbox.chain.cells import comment_body
from tests.integration.ton.token_history import EVENTS, USD, histories, open_tokens
from tests.integration.ton.wallet_history import Step

ASSET = asset_account(USDT_METHOD, USDT)
EVERY_EVENT: list[Step] = [(event, 3 * USD) for event in EVENTS]


@settings(max_examples=3, deadline=None)
@example([("read", 2), *EVERY_EVENT[:-1], ("read", 3), *EVERY_EVENT])
@given(histories)
async def test_the_asset_account_is_what_the_contract_holds(history: list[Step]) -> None:
    """After every reading, crashed or not, both are the same to the unit, and the audit finds nothing."""
    async with open_tokens() as tokens:
        for step, number in (*history, ("read", 0)):
            if step != "read":
                tokens.happen(step, number)
                continue
            await tokens.read(number)
            assert (await tokens.accounts())[ASSET] == -(await tokens.held() or 0)
            assert await tokens.wallet.audit() == ()
        assert await tokens.held() == tokens.usdt.balance_of(tokens.shop)


async def test_what_happens_to_tokens_is_on_accounts_of_its_own() -> None:
    """The owner's tokens, sends, moves to the safe, and what the issuer takes: each where an owner looks for it."""
    async with open_tokens() as tokens:
        await tokens.read()
        assert await tokens.accounts() == {ASSET: -101 * USD, "opening": 101 * USD}
        for event in ("deposit", "send", "send to safe", "comes back", "taken", "taken in vain"):
            tokens.happen(event, USD)
        await tokens.read()
        change = await tokens.accounts()
        assert change == {
            ASSET: -99 * USD,
            "opening": 101 * USD,
            UNMATCHED: USD,
            "withdrawn": -USD,
            "own_accounts": -USD,
            "unexplained": -USD,
        }
        moved = [entry.reason for entry in await tokens.wallet.entries() if entry.ref.endswith("|moved")]
        to = [f"to {one}" for one in (tokens.wallet.payer, tokens.wallet.safe, tokens.nowhere)]
        assert sorted(filter(None, moved)) == sorted([*to, f"from {tokens.nowhere}"])


async def test_of_several_transfers_alike_each_comes_back_once() -> None:
    """Two of one amount to one receiver, read one by one: the newest that isn't back yet is meant each time."""
    async with open_tokens() as tokens:
        await tokens.read()
        sent = [
            tokens.usdt.depart(tokens.shop, tokens.nowhere, USD, comment_body(text)) for text in ("first", "second")
        ]
        for one in sent:
            tokens.usdt.arrive(one, fails=True)
        start = await tokens.cursor()
        assert start is not None
        tokens.wallet.clock.advance(seconds=10)
        records = (await tokens.source.read(start)).records
        effects = [(effect.kind, effect.units, effect.comment) for record in records for effect in record.effects]
        assert effects == [
            ("sent", -USD, "first"),
            ("sent", -USD, "second"),
            ("returned", USD, "second"),
            ("returned", USD, "first"),
        ]


async def test_what_came_back_from_an_unknown_order_is_booked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too much has happened since it was sent: nobody knows to whom it had gone, but it is there again."""
    monkeypatch.setattr(jetton_bounce, "LOOK_BACK", 1)
    async with open_tokens() as tokens:
        await tokens.read()
        sent = tokens.usdt.depart(tokens.shop, tokens.nowhere, USD, comment_body("REF"))
        tokens.happen("deposit", USD)
        tokens.usdt.arrive(sent, fails=True)
        tokens.wallet.clock.advance(seconds=1)
        await tokens.read()
        assert await tokens.accounts() == {ASSET: -102 * USD, "opening": 101 * USD, UNMATCHED: USD}
        reasons = {entry.reason for entry in await tokens.wallet.entries()}
        assert f"from {tokens.usdt.wallet_of(tokens.nowhere)}" in reasons


async def test_t59_tokens_that_go_to_the_next_wallet_are_no_income() -> None:
    """After a rotation both accounts are read: USDT that goes from one to the other stays the shop's."""
    async with open_tokens() as tokens:
        successor = tokens.wallet.sim.wallet("successor")
        both = (tokens.source_of(successor), tokens.source)
        await tokens.read(0, *both)
        tokens.usdt.pay(tokens.shop, successor, 50 * USD, "the rest")
        await tokens.read(0, *both)
        assert await tokens.accounts() == {ASSET: -101 * USD, "opening": 101 * USD}
