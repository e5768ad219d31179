"""The public sources of prices, with valid and invalid answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from fractions import Fraction

import httpx
import pytest

from orbit_adapters.rates import http as rates_http
from orbit_adapters.rates.coingecko import CoingeckoSource
from orbit_adapters.rates.http import MAX_ANSWER_BYTES
from orbit_adapters.rates.tonapi import TonapiSource
from orbit_adapters.ton.address import Network, TonAddress
from orbit_domain.money import EUR, RUB, TON, USD, USDT, Currency
from orbit_domain.payment.ports import RateUnavailable

Answer = Callable[[httpx.Request], httpx.Response]
NOW = int(datetime(2026, 11, 20, 12, 0, tzinfo=UTC).timestamp())
JETTON = Currency("ton:jetton:0:" + "AB" * 32, 6)


def always(text: object, status: int = 200) -> Answer:
    body = text if isinstance(text, str) else json.dumps(text)
    return lambda request: httpx.Response(status, text=body)


def tonapi(clock, answer: Answer) -> TonapiSource:
    return TonapiSource(httpx.AsyncClient(transport=httpx.MockTransport(answer)), clock, "https://tonapi.example/")


def coingecko(answer: Answer) -> CoingeckoSource:
    return CoingeckoSource(httpx.AsyncClient(transport=httpx.MockTransport(answer)), "https://gecko.example/api/v3/")


async def test_usdt_is_asked_for_by_its_issuer_and_never_by_a_ticker(clock) -> None:
    """Both sources give the price of one USDT; at tonapi, where anybody may take a ticker, its issuer names it."""
    issuer = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url)
        return httpx.Response(200, text='{"rates":{"' + issuer + '":{"prices":{"RUB":92.5}}}}')

    assert (await tonapi(clock, answer).read(USDT, RUB)).value == Fraction(9_250, 10**6)
    assert str(requests[0]) == f"https://tonapi.example/v2/rates?tokens={issuer}&currencies=rub"
    gecko = always({"tether": {"rub": 92.5, "last_updated_at": NOW}})
    assert (await coingecko(gecko).read(USDT, RUB)).value == Fraction(9_250, 10**6)
    assert USDT.code == f"ton:jetton:{TonAddress.parse(issuer, Network.MAINNET).raw}"


@pytest.mark.parametrize(
    "rates",
    [
        '{"TON":{"prices":{"RUB":251.30}}}',
        '{"GRAM":{"prices":{"RUB":251.30}}}',
        '{"TON":{"prices":{"RUB":251.30}},"GRAM":{"prices":{"RUB":251.31}}}',
        '{"TON":{"prices":{"RUB":0}},"GRAM":{"prices":{"RUB":251.30}}}',
        '{"TON":null,"GRAM":{"prices":{"RUB":251.30}}}',
    ],
)
async def test_tonapi_is_read_under_the_old_and_the_new_ticker(clock, rates: str) -> None:
    """The coin was renamed; whichever ticker has a price gives it, exactly."""
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url)
        return httpx.Response(200, text='{"rates":' + rates + "}")

    reading = await tonapi(clock, answer).read(TON, RUB)
    assert reading.value == Fraction(25_130, 10**9)
    assert (reading.source, reading.quoted, reading.at) == ("tonapi", "251.30 RUB", clock.now())
    assert str(requests[0]) == "https://tonapi.example/v2/rates?tokens=ton%2Cgram&currencies=rub"


@pytest.mark.parametrize("base", [USD, EUR])
async def test_sources_are_asked_in_the_shop_s_currency(clock, base: Currency) -> None:
    """Both name the currency in their request, and a price of another one is no price."""
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(dict(request.url.params))
        prices = {"RUB": 251, base.code: 3.25, base.code.lower(): 3.25, "rub": 251, "last_updated_at": NOW}
        return httpx.Response(200, text=json.dumps({"rates": {"TON": {"prices": prices}}, "the-open-network": prices}))

    for source in (tonapi(clock, answer), coingecko(answer)):
        assert (await source.read(TON, base)).value == Fraction(325, 10**9)
    assert [request.get("currencies") or request["vs_currencies"] for request in requests] == [base.code.lower()] * 2
    with pytest.raises(RateUnavailable):
        await tonapi(clock, always({"rates": {"TON": {"prices": {"RUB": 251}}}})).read(TON, base)


async def test_an_unrelated_token_under_our_ticker_is_refused(clock) -> None:
    """An unrelated token is called GRAM too: two prices for one coin are none."""
    answer = always({"rates": {"TON": {"prices": {"RUB": 251}}, "GRAM": {"prices": {"RUB": 0.002}}}})
    with pytest.raises(RateUnavailable, match="two prices"):
        await tonapi(clock, answer).read(TON, RUB)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        "null",
        {"rates": []},
        {"rates": {}},
        {"rates": {"TON": []}},
        {"rates": {"TON": {}}},
        {"rates": {"TON": {"prices": {}}}},
        {"rates": {"TON": {"prices": {"USD": 3}}}},
        {"rates": {"TON": {"prices": {"RUB": 0}}}},
        {"rates": {"TON": {"prices": {"RUB": -5}}}},
        {"rates": {"TON": {"prices": {"RUB": "251"}}}},
        '{"rates":{"TON":{"prices":{"RUB":1e999999999}}}}',
        '{"rates":{"TON":{"prices":{"RUB":NaN}}}}',
        '{"rates":{"TON":{"prices":{"RUB":251',
        "<html>",
        "[" * 100_000,
        " " * (MAX_ANSWER_BYTES + 1),
    ],
    ids=lambda answer: str(answer)[:40],
)
async def test_an_answer_without_a_price_is_no_price(clock, answer: object) -> None:
    """Zero, missing, text, endless or broken: the source is unavailable, never wrong."""
    with pytest.raises(RateUnavailable):
        await tonapi(clock, always(answer)).read(TON, RUB)


async def test_coingecko_is_read_with_the_time_of_its_price() -> None:
    """The reading has the time of the price, not the time of the request."""
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(dict(request.url.params))
        return httpx.Response(200, text=f'{{"the-open-network":{{"rub":251.3000,"last_updated_at":{NOW - 90}}}}}')

    reading = await coingecko(answer).read(TON, RUB)
    assert reading.value == Fraction(25_130, 10**9)
    assert reading.at == datetime.fromtimestamp(NOW - 90, UTC)
    assert requests[0]["ids"] == "the-open-network"
    assert requests[0]["vs_currencies"] == "rub"


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        {"rub": 251},
        {"rub": 251, "last_updated_at": None},
        {"rub": 251, "last_updated_at": "soon"},
        {"rub": 251, "last_updated_at": True},
        {"rub": 251, "last_updated_at": 2**40},
        {"rub": 251, "last_updated_at": -1},
        {"rub": 0, "last_updated_at": NOW},
        {"usd": 3, "last_updated_at": NOW},
    ],
    ids=str,
)
async def test_a_price_of_no_known_time_is_no_price(entry: object) -> None:
    """A price without a valid time is refused."""
    with pytest.raises(RateUnavailable):
        await coingecko(always({"the-open-network": entry})).read(TON, RUB)


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500, 503])
async def test_a_refusal_is_no_price(clock, status: int) -> None:
    """For any status other than 200, the reason is the status and nothing of the body."""
    for source in (tonapi(clock, always("secret words", status)), coingecko(always("secret words", status))):
        with pytest.raises(RateUnavailable) as failed:
            await source.read(TON, RUB)
        assert str(failed.value) == f"{source.name}: status {status}"


async def test_a_broken_connection_is_no_price(clock) -> None:
    """A network error makes the source unavailable."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("somewhere")

    for source in (tonapi(clock, answer), coingecko(answer)):
        with pytest.raises(RateUnavailable, match="ConnectTimeout"):
            await source.read(TON, RUB)


async def test_an_unlisted_asset_is_refused_without_a_request(clock) -> None:
    """An asset without a listed id is refused without a request."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("no request is expected")

    for source in (tonapi(clock, answer), coingecko(answer)):
        with pytest.raises(RateUnavailable, match="doesn't know"):
            await source.read(JETTON, RUB)


class SilentlyGoingOn(httpx.AsyncByteStream):
    """Sends nothing more, and doesn't end either: no single read waits for long."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b""


async def test_an_answer_that_never_ends_is_no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole answer has a deadline, so that one source holds up no other."""
    monkeypatch.setattr(rates_http, "TIMEOUT_S", 0.05)
    with pytest.raises(RateUnavailable, match="TimeoutError"):
        await coingecko(lambda _: httpx.Response(200, stream=SilentlyGoingOn())).read(TON, RUB)
