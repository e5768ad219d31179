"""No token is believed before issuer, wallet and settings name the same account; the doctor says who differs."""

import httpx
import pytest

from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.ton.address import Network
from orbit_adapters.ton.check import check_chain
from orbit_adapters.ton.factory import older_ton_source
from orbit_adapters.ton.jetton_source import JettonSource
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.money import RUB, USDT, BaseCurrency, rub
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.payment.source import Cursor, SourceUnavailable
from orbit_testing.contracts.receipt_source import read_on
from tests.integration.ton.token_shop import TokenShop

STRANGER = "0:" + "E" * 64


@pytest.fixture
def tokens(shop) -> TokenShop:
    return TokenShop.on(shop)


async def refusals(tokens: TokenShop, source: JettonSource) -> list[str]:
    """Why neither an invoice is made nor anything is read; empty while both work."""
    rates = FixedRates("92.50", RUB, tokens.shop.clock, asset=USDT)
    seen = []
    for call in (tokens.gateway(rates, source.wallet).quote(rub(100)), source.newest(), source.read(tokens.start())):
        try:
            await call
        except (MethodUnavailable, SourceUnavailable) as error:
            seen.append(error.reason if isinstance(error, MethodUnavailable) else str(error))
    return seen


async def doctor(tokens: TokenShop, **settings: object) -> dict[str, GatewayCheck]:
    """The lines of `orbit doctor` about this shop, by name."""

    async def nobody(_method: str) -> None:
        return None

    wallet = TonSettings(
        **{  # type: ignore[arg-type]
            "address": tokens.shop.wallet,
            "network": Network.TESTNET,
            "api_url": "https://index.example/api/v3",
            "api_key": "a-key",
            "usdt": True,
            "usdt_master": tokens.usdt.master,
            **settings,
        }
    )
    tools = CheckTools(tokens.shop.http, tokens.shop.clock, BaseCurrency(RUB), nobody)
    return {line.name: line for line in await check_chain(wallet, tools)}


@pytest.mark.parametrize("is_used", [False, True], ids=["without a contract", "with a contract"])
async def test_another_account_than_the_pinned_one_is_refused(tokens: TokenShop, is_used: bool) -> None:
    """The issuer (or an index that lies) names another account than the settings: no invoice, no money."""
    if is_used:
        tokens.pay(5)
    pinned = tokens.source(tokens.jetton_wallet(pinned=STRANGER))
    assert await refusals(tokens, pinned) == ["the token's issuer names another account than ORBIT_USDT_TON_WALLET"] * 3
    line = (await doctor(tokens, usdt_wallet=STRANGER))["USDT wallet"]
    assert (line.ok, "another account" in line.seen, "ORBIT_USDT_TON_WALLET" in line.remedy) == (False, True, True)
    right = tokens.source(tokens.jetton_wallet(pinned=tokens.wallet))
    assert await refusals(tokens, right) == []


async def test_a_wallet_that_belongs_to_somebody_else_is_refused(tokens: TokenShop) -> None:
    """The issuer names the payer's token wallet as ours; that wallet itself says whose it is."""
    tokens.usdt.named[tokens.shop.wallet] = tokens.usdt.wallet_of(tokens.shop.payer)
    why = "the account that the token's issuer names belongs to somebody else"
    assert await refusals(tokens, tokens.source()) == [why] * 3
    assert (await doctor(tokens))["USDT wallet"].seen == why


async def test_the_first_money_counts_when_the_wallet_itself_has_answered(tokens: TokenShop) -> None:
    """The state of the account still shows no contract, and its history a deposit: the contract is asked before that
    is believed, and while it doesn't answer, nothing is read.
    """
    source = tokens.source()
    assert await refusals(tokens, source) == []
    tokens.pay(7)
    tokens.shop.sim.account(tokens.wallet).status = "uninit"
    tokens.usdt.balances.pop(tokens.shop.wallet)
    with pytest.raises(SourceUnavailable, match="the contract gives no answer"):
        await source.read(tokens.start())
    tokens.usdt.balances[tokens.shop.wallet] = 7
    records, _ = await read_on(source, tokens.start())
    assert [record.amount.units for record in records] == [7]


async def test_it_is_verified_again_every_day(tokens: TokenShop) -> None:
    """What was true yesterday is asked again: an issuer that changes its mind stops the reading."""
    tokens.pay(7)
    source = tokens.source()
    assert await refusals(tokens, source) == []
    tokens.usdt.named[tokens.shop.wallet] = tokens.usdt.wallet_of(tokens.shop.payer)
    tokens.shop.clock.advance(hours=23)
    assert await refusals(tokens, source) == []
    tokens.shop.clock.advance(hours=2)
    assert len(await refusals(tokens, source)) == 3


async def test_the_doctor_says_how_the_wallet_was_found(tokens: TokenShop) -> None:
    """By the issuer's word before the first payment, by both after it; and that an explorer should agree."""
    before = await doctor(tokens)
    assert before["USDT wallet"].ok
    assert before["USDT wallet"].seen == f"{tokens.wallet}, named by the issuer; no USDT has come yet"
    assert (before["USDT pinned"].ok, before["USDT pinned"].is_warning) == (False, True)
    assert f"ORBIT_USDT_TON_WALLET={tokens.wallet}" in before["USDT pinned"].remedy
    tokens.pay(7)
    after = await doctor(tokens, usdt_wallet=tokens.wallet)
    assert after["USDT wallet"].seen == f"{tokens.wallet}, issuer and wallet agree"
    assert after["USDT pinned"].ok
    assert "USDT wallet" not in await doctor(tokens, usdt=False)


async def test_a_silent_index_is_named_by_the_doctor(tokens: TokenShop) -> None:
    """The doctor tells an index that can't be asked from a wallet that is wrong."""
    tokens.shop.sim.contracts.clear()
    line = (await doctor(tokens))["USDT wallet"]
    assert (line.ok, line.seen) == (False, "runGetMethod: the contract gives no answer")
    assert "ORBIT_TON_API_URL" in line.remedy


async def test_the_tokens_of_an_older_wallet_are_read_on(tokens: TokenShop) -> None:
    """After the owner has changed the wallet, USDT for the old one is found under the name of its source."""
    tokens.pay(7, "ORB7K3M9P2Q4WX")
    settings = TonSettings(
        address="0:" + "C" * 64, network=Network.TESTNET, usdt=True, usdt_master=tokens.usdt.master,
        api_url="https://index.example/api/v3", usdt_wallet=STRANGER,
    )  # fmt: skip
    async with httpx.AsyncClient(transport=tokens.shop.http._transport) as http:
        older = older_ton_source(tokens.start().source, settings, http, tokens.shop.clock)
        assert isinstance(older, JettonSource)
        records, _ = await read_on(older, Cursor.start(older.name))
    assert [record.amount.units for record in records] == [7]
    assert older_ton_source("ton_usdt:testnet:x", settings, tokens.shop.http, tokens.shop.clock) is None
    assert older_ton_source("stars:testnet:" + STRANGER, settings, tokens.shop.http, tokens.shop.clock) is None
