"""The settings of Crypto Pay, its name in every language, and what the doctor says of it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from orbit_adapters.cryptopay.plugin import PLUGIN
from orbit_adapters.cryptopay.settings import CryptoPaySettings
from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck, GatewayTools
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.telegram.i18n import Translator
from orbit_domain.money import RUB, TON, USDT, BaseCurrency, Currency, Money, rub
from orbit_sandbox.cryptopay.app import FAULTS, cryptopay_app
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN, SimCryptoPay
from orbit_sandbox.faults import Faults
from tests.support.clock import FakeClock

URL = "https://cryptopay.example/api"


def settings(**given: str) -> CryptoPaySettings:
    return CryptoPaySettings.model_validate({"ORBIT_CRYPTOPAY_TOKEN": TOKEN} | given)


def test_a_token_is_enough() -> None:
    """With a token alone the real network is meant; the source keeps its name when the token is replaced."""
    real, test = settings(), settings(ORBIT_CRYPTOPAY_NETWORK="testnet", ORBIT_CRYPTOPAY_TOKEN="12345:" + "x" * 30)
    assert (real.url, real.source) == ("https://pay.crypt.bot/api", "cryptopay:mainnet:12345")
    assert (test.url, test.source) == ("https://testnet-pay.crypt.bot/api", "cryptopay:testnet:12345")
    assert settings(ORBIT_CRYPTOPAY_API_URL="http://127.0.0.1:8090/api/").url == "http://127.0.0.1:8090/api"
    assert TOKEN.partition(":")[2] not in repr(real)


@pytest.mark.parametrize(
    "given",
    [
        {"ORBIT_CRYPTOPAY_TOKEN": "canary"},
        {"ORBIT_CRYPTOPAY_TOKEN": "12345:canary"},
        {"ORBIT_CRYPTOPAY_TOKEN": "canary:" + "x" * 30},
        {"ORBIT_CRYPTOPAY_TOKEN": "12345:" + "canary\n" * 5},
        {"ORBIT_CRYPTOPAY_NETWORK": "canary"},
        {"ORBIT_CRYPTOPAY_COIN": "canary"},
        {"ORBIT_CRYPTOPAY_API_URL": "http://canary.example.org/api"},
        {"ORBIT_CRYPTOPAY_API_URL": "https://canary@pay.example.org/api"},
    ],
)
def test_an_unsafe_setting_is_refused_by_name(given: dict[str, str]) -> None:
    """A slip is named by its variable, and the message repeats no value."""
    with pytest.raises(ValidationError) as caught:
        settings(**given)
    (error,) = caught.value.errors()
    assert error["loc"] == tuple(given)
    assert "canary" not in error["msg"]


@pytest.mark.parametrize(("language", "name"), [("ru", "Криптовалюта (CryptoBot)"), ("en", "Crypto (CryptoBot)")])
def test_it_has_a_name_in_every_language(language: str, name: str) -> None:
    """A customer reads where he pays, not an id."""
    (method,) = PLUGIN.methods
    assert Translator(language).method(method) == name


async def test_one_token_opens_all_its_parts() -> None:
    """The gateway, the source of its money and the webhook are of one app, under the address that is documented."""
    clock = FakeClock()
    async with httpx.AsyncClient() as http:
        tools = GatewayTools(http, clock, FixedRates("1", RUB, clock), BaseCurrency(RUB), bot=None)  # type: ignore[arg-type]
        parts = PLUGIN.open(settings(), tools)
    names = {parts.gateways[0].source, parts.sources[0].name, parts.webhooks[0].source}
    assert names == {"cryptopay:mainnet:12345"}
    assert (parts.gateways[0].method, parts.gateways[0].asset) == (PLUGIN.methods[0], RUB)
    assert parts.webhooks[0].path == "/pay/cryptopay"


@pytest.mark.parametrize(("coin", "asset"), [("TON", TON), ("USDT", USDT)])
async def test_the_owner_s_coin_is_what_invoices_are_over(coin: str, asset: Currency) -> None:
    """With a coin the gateway quotes it at the shop's rate, for half an hour."""
    clock = FakeClock()
    async with httpx.AsyncClient() as http:
        tools = GatewayTools(http, clock, FixedRates("80", RUB, clock, asset=asset), BaseCurrency(RUB), bot=None)  # type: ignore[arg-type]
        (gateway,) = PLUGIN.open(settings(ORBIT_CRYPTOPAY_COIN=coin), tools).gateways
    quote = await gateway.quote(rub(8_000))
    assert (gateway.asset, quote.due) == (asset, Money(10**asset.decimals, asset))
    assert quote.expires_at - quote.created_at == gateway.terms.window == timedelta(minutes=30)


async def check(changes: dict[str, str], fault: str | None = None, app: Any = None) -> GatewayCheck:
    """What the doctor says with these settings."""
    clock, faults = FakeClock(), Faults(FAULTS)
    if fault is not None:
        faults.turn_on(fault)
    transport = app or httpx.ASGITransport(cryptopay_app(SimCryptoPay(clock), faults))

    async def no_telegram(_: str) -> None:
        return None

    async with httpx.AsyncClient(transport=transport) as http:
        tools = CheckTools(http, clock, BaseCurrency(RUB), no_telegram)
        (line,) = await PLUGIN.check(settings(ORBIT_CRYPTOPAY_API_URL=URL, **changes), tools)
    return line


async def test_the_doctor_says_whether_the_token_opens_its_app() -> None:
    """Well, on play money, with a wrong token, with another app's token, and without an answer."""
    well = await check({})
    assert (well.ok, well.is_warning, well.seen, well.remedy) == (True, False, "app 12345 on the mainnet", "")
    play = await check({"ORBIT_CRYPTOPAY_NETWORK": "testnet"})
    assert (play.ok, play.is_warning, "no money is real" in play.remedy) == (True, True, True)
    wrong = await check({"ORBIT_CRYPTOPAY_TOKEN": "12345:canary-token-of-nobody"})
    assert (wrong.ok, wrong.seen) == (False, "Crypto Pay refuses: UNAUTHORIZED")
    assert "ORBIT_CRYPTOPAY_TOKEN" in wrong.remedy
    silent = await check({}, "cryptopay.timeout")
    assert (silent.ok, "ORBIT_CRYPTOPAY_API_URL" in silent.remedy) == (False, True)
    answer = {"ok": True, "result": {"app_id": 6, "items": []}}
    other = await check({}, app=httpx.MockTransport(lambda _: httpx.Response(200, json=answer)))
    assert (other.ok, other.seen) == (False, "the token opens another app than it names")
    assert "canary" not in repr((wrong, silent, other))
