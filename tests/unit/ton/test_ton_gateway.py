"""Quotes and invoices in coins: exact amounts, the right address, links that encode every comment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from orbit_adapters.ton.gateway import DISPLAY_STEP, TonGateway
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.clock import Clock
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import RUB, TON, USDT, Currency, Money, rub
from orbit_domain.payment.payment import TON_METHOD, Payment, PaymentStatus
from orbit_domain.payment.ports import MethodUnavailable, Rate, RateUnavailable, RefundUnsupported
from orbit_domain.payment.quote import Quote
from tests.support.clock import FakeClock

ADDRESS = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"


class FixedRate:
    """A fixed rate, or none."""

    def __init__(self, clock: Clock, value: Fraction | None) -> None:
        self.clock = clock
        self.value = value

    async def rate(self, asset: Currency, base: Currency) -> Rate:
        if self.value is None or (asset, base) != (TON, RUB):
            raise RateUnavailable("no source is fresh")
        return Rate(self.value, "a test", self.clock.now())


def gateway(clock: Clock, value: Fraction | None = Fraction(25_130, 10**9), **settings: object) -> TonGateway:
    return TonGateway(TonSettings(**{"address": ADDRESS, **settings}), FixedRate(clock, value), clock)  # type: ignore[arg-type]


def payment(quote: Quote, comment: str) -> Payment:
    return Payment(
        id=PaymentId(UUID(int=1)),
        tg_id=TelegramId(7),
        method=TON_METHOD,
        amount=quote.price,
        quote=quote,
        comment=comment,
        order_id=None,
        status=PaymentStatus.PENDING,
        created_at=quote.created_at,
        expires_at=quote.expires_at,
        source="ton:mainnet:0:AB",
    )


async def test_a_price_becomes_whole_steps_of_nanotons(clock: Clock) -> None:
    """129 roubles at 251.30 a coin are 0.51333… coins, due as 0.514."""
    quote = await gateway(clock).quote(rub(12_900))
    assert quote.due == Money(514_000_000, TON)
    assert quote.price == rub(12_900)
    assert quote.rate == Fraction(25_130, 10**9)
    assert quote.evidence == "a test"
    assert quote.expires_at - quote.created_at == timedelta(minutes=15)


@settings(max_examples=200, deadline=None)
@given(
    kopecks=st.integers(1, 10**12),
    rate=st.fractions(min_value=Fraction(1, 10**12), max_value=Fraction(1, 10), max_denominator=10**15),
)
async def test_rounding_never_costs_the_shop_and_at_most_one_step_the_customer(kopecks: int, rate: Fraction) -> None:
    """The amount due is worth the price or up to one step more, at any price and rate."""
    clock = FakeClock(datetime(2026, 11, 20, tzinfo=UTC))
    due = (await gateway(clock, rate).quote(rub(kopecks))).due.units
    assert due % DISPLAY_STEP == 0
    assert due * rate >= kopecks
    assert (due - DISPLAY_STEP) * rate < kopecks


async def test_without_a_rate_the_method_is_not_offered(clock: Clock) -> None:
    """Without an acceptable rate the method is refused with the reason."""
    with pytest.raises(MethodUnavailable) as refused:
        await gateway(clock, None).quote(rub(12_900))
    assert (refused.value.method, refused.value.reason) == (TON_METHOD, "no source is fresh")


async def test_an_invoice_says_the_same_every_time(clock: FakeClock) -> None:
    """Amount, comment and a non-bounceable address; a second call hours later gives the same invoice."""
    shop = gateway(clock)
    request = payment(await shop.quote(rub(12_900)), "ORB7K3M9P2Q4WX")
    invoice = (await shop.open(request)).instructions
    clock.advance(hours=5)
    assert (await shop.open(request)).instructions == invoice
    assert invoice.amount == Money(514_000_000, TON)
    assert invoice.reference == "ORB7K3M9P2Q4WX"
    assert invoice.address.startswith("UQ")
    query = f"{invoice.address}?amount=514000000&text=ORB7K3M9P2Q4WX"
    assert invoice.wallet_url == f"https://app.keeperwallet.com/transfer/{query}"
    assert invoice.transfer_uri == f"ton://transfer/{query}"


async def test_an_invoice_keeps_the_address_that_it_was_made_with(clock: FakeClock) -> None:
    """The owner changes the wallet: what was requested before is still paid to the old one, which is read for ever."""
    opened = await gateway(clock).open(payment(await gateway(clock).quote(rub(12_900)), "x"))
    request = replace(payment(await gateway(clock).quote(rub(12_900)), "x"), address=opened.address)
    other = gateway(clock, address="0:" + "C" * 64)
    assert (await other.open(request)).instructions == opened.instructions


async def test_a_wallet_that_is_only_watched_sends_nothing_back(clock: FakeClock) -> None:
    """A refund is refused by name; looking up and cancelling need no one but us."""
    shop = gateway(clock)
    request = payment(await shop.quote(rub(12_900)), "x")
    with pytest.raises(RefundUnsupported):
        await shop.refund(request, Money(1, TON), "key")
    assert await shop.look_up(request) == ()
    await shop.cancel(request)


@pytest.mark.parametrize("comment", ["a b", "a+b", "a&text=b", "a?b#c", "50%", "тест", "/../", "\r\n"])
async def test_a_comment_can_not_break_out_of_a_link(clock: Clock, comment: str) -> None:
    """For any comment, a wallet reads exactly that comment and the same amount."""
    shop = gateway(clock)
    invoice = (await shop.open(payment(await shop.quote(rub(12_900)), comment))).instructions
    for link in (invoice.wallet_url, invoice.transfer_uri):
        parts = urlsplit(link)
        assert parse_qs(parts.query, strict_parsing=True) == {"amount": ["514000000"], "text": [comment]}
        assert "+" not in parts.query
        assert parts.fragment == ""


async def test_the_testnet_shop_shows_a_testnet_address(clock: Clock) -> None:
    """A testnet shop shows a testnet address, so that no real coins are sent to it."""
    shop = gateway(clock, network="testnet", wallet_link="https://wallet.example/send")
    invoice = (await shop.open(payment(await shop.quote(rub(12_900)), "x"))).instructions
    assert invoice.address.startswith("0Q")
    assert invoice.wallet_url.startswith(f"https://wallet.example/send/{invoice.address}?")


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDt"},
        {"address": ""},
        {"own_addresses": ("nobody",)},
        {"network": "devnet"},
        {"page_limit": 2},
        {"page_limit": 1001},
        {"wallet_link": "http://wallet.example/"},
        {"wallet_link": "ton://transfer/"},
        {"api_url": "ftp://index.example"},
        {"api_url": "http://index.example/api/v3"},
        {"api_url": "http://127.0.0.1.index.example/"},
        {"api_url": "http://localhost@index.example/"},
        {"api_url": "https://key@index.example/"},
        {"quote_window": timedelta(0)},
        {"api_attempts": 0},
        {"private_key": "x"},
        {"usdt": True, "network": "testnet"},
        {"usdt": True, "usdt_master": ADDRESS},
        {"usdt": True, "usdt_master": "nobody", "network": "testnet"},
        {"usdt_wallet": "nobody"},
        {"usdt_rate": "0"},
        {"usdt": "perhaps"},
    ],
    ids=str,
)
def test_wrong_settings_are_refused_at_the_start(wrong: dict[str, object]) -> None:
    """An invalid wallet or setting stops the start of the shop."""
    with pytest.raises(ValidationError):
        TonSettings(**{"address": ADDRESS, **wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["https://index.example/api/v3", "http://127.0.0.1:8081/api/v3", "http://localhost/", "http://[::1]:80/x"]
)
def test_an_index_is_read_over_https_or_on_this_machine(url: str) -> None:
    """Whoever can change answers on their way decides what was paid, so http is for this machine only."""
    assert TonSettings(address=ADDRESS, api_url=url).url == url.rstrip("/")


def test_on_the_mainnet_usdt_has_one_issuer() -> None:
    """The real issuer is in the code; a token that stands for it can be named on the testnet alone."""
    mainnet = TonSettings(address=ADDRESS, usdt=True)
    assert f"ton:jetton:{mainnet.usdt_issuer.raw}" == USDT.code
    assert mainnet.usdt_account is None
    master, wallet = "0:" + "CD" * 32, "0:" + "AB" * 32
    testnet = TonSettings(address=ADDRESS, network="testnet", usdt=True, usdt_master=master, usdt_wallet=wallet)  # type: ignore[arg-type]
    assert testnet.usdt_account is not None
    assert (testnet.usdt_issuer.raw, testnet.usdt_account.raw) == (master, wallet)


def test_settings_hide_the_key_and_know_their_network() -> None:
    """The index's key never shows when settings are printed; each network has its own public index."""
    settings = TonSettings(address=ADDRESS, api_key="very-secret", own_addresses=("0:" + "AB" * 32,))  # type: ignore[arg-type]
    assert "very-secret" not in repr(settings)
    assert settings.url == "https://toncenter.com/api/v3"
    assert TonSettings(address=ADDRESS, network="testnet").url == "https://testnet.toncenter.com/api/v3"  # type: ignore[arg-type]
    assert {each.raw for each in settings.own} == {settings.account.raw, "0:" + "AB" * 32}
