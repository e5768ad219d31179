"""Answers that Crypto Pay should never give: each is an outage in words of ours, and none is believed."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from orbit_adapters.cryptopay.api import MAX_ANSWER_BYTES, CryptoPayApi
from orbit_adapters.cryptopay.gateway import CryptoPayGateway
from orbit_adapters.cryptopay.listing import PaidList
from orbit_adapters.cryptopay.source import CryptoPaySource
from orbit_domain.money import RUB, TON, USDT, BaseCurrency, Currency, Money, rub
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import CommentKind, Meaning
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN
from orbit_testing.contracts.payment_gateway import request_payment
from tests.integration.gateways.cryptopay_account import SETTINGS, URL, coin_quotes, open_account
from tests.support.clock import FakeClock

OURS = "orbit:" + "1" * 32 + ":ORB0000000000"
ROW = {
    "invoice_id": 7, "hash": "IV7", "currency_type": "fiat", "fiat": "RUB", "amount": "129", "payload": OURS,
    "bot_invoice_url": "https://t.me/CryptoBot?start=IV7", "status": "paid", "created_at": "2026-11-21T11:00:00.5Z",
    "paid_at": "2026-11-21T11:30:00.123Z", "paid_asset": "USDT", "paid_amount": "1.6", "fee_in_usd": 0.048,
}  # fmt: skip


def page_of(*rows: object) -> bytes:
    return json.dumps({"ok": True, "result": {"items": list(rows)}}).encode()


def page(**changes: object) -> bytes:
    return page_of(ROW | changes)


BAD_BODIES = {
    "html": b"<html>Just a moment...</html>",
    "cut": page()[:-5],
    "a list": b"[]",
    "not utf-8": b'{"ok": true, "result": "\xff"}',
    "a key twice": page()[:-1] + b', "ok": true}',
    "too deep": b'{"a":' + b"[" * 100_000,
    "an endless number": b'{"ok": ' + b"9" * 5000 + b"}",
    "not a number": page().replace(b"0.048", b"NaN"),
    "nothing": b"",
    "ok that is a word": b'{"ok": "true", "result": {"items": []}}',
    "no items": b'{"ok": true, "result": {}}',
    "a row that is none": page_of("invoice"),
    "more rows than were asked for": page_of(*(ROW | {"invoice_id": number} for number in range(5))),
    "a row that isn't paid": page(status="active"),
    "an amount as a number": page(amount=129),
    "a float amount": page(amount=129.0),
    "a float amount with an exponent": page().replace(b'"129"', b"1.29e2"),
    "an amount with an exponent": page(amount="1.29e2"),
    "a negative amount": page(amount="-129"),
    "an amount with a sign": page(amount="+129"),
    "an amount with zeros before": page(amount="0129"),
    "an amount with a comma": page(amount="129,00"),
    "an amount with a point at its end": page(amount="129."),
    "an amount with spaces": page(amount=" 129"),
    "Arabic digits": page(amount="١٢٩"),
    "an endless amount": page(amount="0." + "1" * 19),
    "more money than there is": page(amount="9" * 16),
    "a true amount": page(amount=True),
    "no amount": page(amount=None),
    "no id": page(invoice_id=None),
    "a float id": page(invoice_id=7.0),
    "a true id": page(invoice_id=True),
    "an id as text": page(invoice_id="7"),
    "no time of payment": page(paid_at=None),
    "a time without a zone": page(paid_at="2026-11-21T11:30:00"),
    "a time that isn't UTC": page(paid_at="2026-11-21T11:30:00+03:00"),
    "a time as a number": page(paid_at=1_700_000_000),
    "a day that isn't": page(paid_at="2026-02-30T11:30:00Z"),
    "a currency with a line break": page(fiat="RUB\n"),
    "no currency": page(fiat=None),
    "a kind of currency that is none": page(currency_type="shells"),
    "a payload that is none": page(payload={"a": 1}),
    "an endless payload": page(payload="p" * 4097),
}


class HostileCryptoPay:
    """Answers every request alike."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.clock = FakeClock()
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        self.api = CryptoPayApi(SETTINGS, self.http)
        self.base = BaseCurrency(RUB)
        self.source = CryptoPaySource(self.api, PaidList(self.api, 4), self.base, self.clock)

    async def read(self) -> Batch:
        """What reading ends in."""
        async with self.http:
            return await self.source.read(Cursor.start(self.source.name))

    async def error(self) -> SourceUnavailable:
        """The error that reading ends in."""
        with pytest.raises(SourceUnavailable) as caught:
            await self.read()
        return caught.value


def showing(*rows: object) -> HostileCryptoPay:
    """A list of exactly *rows*."""

    def answer(request: httpx.Request) -> httpx.Response:
        offset, count = int(request.url.params["offset"]), int(request.url.params["count"])
        return httpx.Response(200, content=page_of(*rows[offset : offset + count]))

    return HostileCryptoPay(answer)


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
async def test_a_body_of_another_shape_is_an_outage(body: bytes) -> None:
    """No such body is read as money, and the error quotes nothing of it."""
    error = await HostileCryptoPay(lambda _: httpx.Response(200, content=body)).error()
    assert len(str(error)) < 120
    assert TOKEN not in repr(error)


async def test_the_honest_body_is_read() -> None:
    """The same row without a fault is one payment: the cases above fail for what they change."""
    batch = await showing(ROW).read()
    (record,) = batch.records
    assert (record.external_id, record.amount, record.meaning) == ("7", rub(12_900), Meaning.DEPOSIT)
    assert (record.comment.text, record.invoice_id) == ("ORB0000000000", "1" * 32)
    assert json.loads(record.raw)["fee_in_usd"] == "0.048"
    assert batch.complete


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount": "129.00"}, rub(12_900)),
        ({"amount": "129.5000"}, rub(12_950)),
        ({"amount": "0.01"}, rub(1)),
        ({"amount": "1.005"}, Money(100_500_000, Currency("RUB/1e8", 8))),
        ({"fiat": "KZT", "amount": "1500"}, Money(150_000_000_000, Currency("KZT/1e8", 8))),
        ({"currency_type": "crypto", "asset": "TON", "amount": "1.5"}, Money(1_500_000_000, TON)),
        ({"currency_type": "crypto", "asset": "GRAM", "amount": "1.5"}, Money(1_500_000_000, TON)),
        ({"currency_type": "crypto", "asset": "USDT", "amount": "1.62"}, Money(1_620_000, USDT)),
        (
            {"currency_type": "crypto", "asset": "USDT", "amount": "1.6200001"},
            Money(162_000_010, Currency("USDT/1e8", 8)),
        ),
        ({"currency_type": "crypto", "asset": "ETH", "amount": "0.0000000001"}, Money(10**8, Currency("ETH/1e18", 18))),
    ],
)
async def test_amounts_are_exact(changes: dict[str, str], expected: Money) -> None:
    """An amount is what was written, to the last digit; only the shop's currency and coins with a rate pay anything."""
    (record,) = (await showing(ROW | changes).read()).records
    assert record.amount == expected
    assert record.meaning is (Meaning.DEPOSIT if expected.currency in (RUB, TON, USDT) else Meaning.REVIEW)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (None, CommentKind.EMPTY),
        ("", CommentKind.EMPTY),
        ("order 17", CommentKind.TEXT),
        (OURS.upper(), CommentKind.TEXT),
        (OURS + "\n", CommentKind.TEXT),
        ("a\0b", CommentKind.MALFORMED),
        ("\ud800", CommentKind.MALFORMED),
        ("p" * 1001, CommentKind.TOO_LONG),
    ],
)
async def test_a_payload_that_is_not_ours_is_nobodys(payload: str | None, kind: CommentKind) -> None:
    """Whatever other software writes into an invoice, the money is kept for a person, and nothing else stops."""
    records = (await showing(ROW | {"payload": payload}, ROW | {"invoice_id": 6}).read()).records
    assert [record.meaning for record in records] == [Meaning.DEPOSIT, Meaning.REVIEW]
    assert (records[1].comment.kind, records[1].invoice_id) == (kind, None)
    assert records[1].raw.isascii()


async def test_contradictory_rows_are_alarms() -> None:
    """One invoice in two ways, or paid more than a minute from now, is no money; half a minute is a clock."""
    twice = await showing(ROW, ROW | {"amount": "130"}).read()
    future = await showing(ROW | {"paid_at": "2026-11-21T12:01:01Z"}).read()
    soon = await showing(ROW | {"paid_at": "2026-11-21T12:00:30Z"}).read()
    assert (twice.records, twice.alarm) == ((), SourceAlarm.HASH_CONFLICT)
    assert (future.records, future.alarm) == ((), SourceAlarm.TIME_AHEAD)
    assert (len(soon.records), soon.alarm) == (1, None)


async def test_a_list_without_end_is_not_read_for_ever() -> None:
    """A provider that shows the same part whatever is asked for is told from a list that goes on."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=page_of(ROW, ROW | {"invoice_id": 8}))

    batch = await HostileCryptoPay(answer).read()
    assert (batch.records, batch.alarm) == ((), SourceAlarm.HOLE)
    assert len(asked) <= 6


@pytest.mark.parametrize("status", [100, 204, 301, 302, 402, 408, 418, 429, 451, 500, 502, 503, 504])
async def test_a_status_of_others_is_an_outage(status: int) -> None:
    """What a proxy says is no word of the provider; redirects aren't followed, so that no other host gets the token."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, content=page(), headers={"location": "https://evil.example/"})

    assert str(await HostileCryptoPay(answer).error()) == f"status {status}"
    assert asked == ["cryptopay.example"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", page(), b'{"ok": false}', b'{"ok": false, "error": {"name": "go away"}}', b'{"detail": "no"}'],
)
async def test_a_refusal_without_a_code_is_an_outage(body: bytes) -> None:
    """A 404 from something in between proves nothing about the provider, nor does a good answer with a bad status."""
    error = await HostileCryptoPay(lambda _: httpx.Response(404, content=body)).error()
    assert str(error).startswith("status 404")


async def test_an_answer_without_end_is_cut() -> None:
    """An answer larger than any page is not kept in memory."""
    read = 0

    async def endless() -> Any:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b" " * 64 * 1024

    error = await HostileCryptoPay(lambda _: httpx.Response(200, content=endless())).error()
    assert "DecodingError" in str(error)
    assert read * 64 * 1024 <= MAX_ANSWER_BYTES + 2 * 64 * 1024


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "128.99"}, {"fiat": "USD"}, {"payload": "another"}, {"currency_type": "crypto", "asset": "TON"},
        {"status": "expired"}, {"bot_invoice_url": "https://evil.example/"}, {"bot_invoice_url": None},
        {"bot_invoice_url": "https://t.me.evil.example/x"}, {"bot_invoice_url": "https://t.me/a b"},
        {"bot_invoice_url": "http://t.me/x"}, {"bot_invoice_url": "javascript:alert(1)"},
    ],
)  # fmt: skip
async def test_another_invoice_is_no_answer(change: dict[str, str]) -> None:
    """An invoice over another amount, for another payment or on another page is never shown to the customer."""
    async with open_account() as account:
        payment = await request_payment(account)
    made = ROW | {"payload": f"orbit:{payment.id.hex}:{payment.comment}", "status": "active"} | change

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url == f"{URL}/createInvoice":
            return httpx.Response(200, json={"ok": True, "result": made})
        return httpx.Response(200, content=page_of())

    hostile = HostileCryptoPay(answer)
    gateway = CryptoPayGateway(hostile.api, hostile.source.paid, hostile.base, hostile.clock)
    async with hostile.http:
        with pytest.raises(GatewayUnavailable):
            await gateway.open(payment)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, True), ({"amount": "1.6200"}, True), ({"asset": "TON"}, False), ({"asset": "USDC"}, False),
        ({"amount": "1.62e0"}, False), ({"amount": 1.62}, False), ({"amount": "1.620001"}, False),
        ({"amount": "1.62000001"}, False), ({"amount": "1620000"}, False),
        ({"currency_type": "fiat", "fiat": "USD"}, False),
    ],
)  # fmt: skip
async def test_an_invoice_over_a_coin_is_the_one_that_was_quoted(change: dict[str, object], shown: bool) -> None:
    """129 roubles at 80 are 1.62 USDT: another coin, amount or precision of an answer is never shown."""
    async with open_account(coin=USDT) as account:
        payment = await request_payment(account)
    made = ROW | {
        "currency_type": "crypto", "asset": "USDT", "amount": "1.62", "status": "active",
        "payload": f"orbit:{payment.id.hex}:{payment.comment}",
    } | change  # fmt: skip

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url != f"{URL}/createInvoice":
            return httpx.Response(200, content=page_of())
        asked = json.loads(request.content)
        assert (asked["currency_type"], asked["asset"], asked["amount"]) == ("crypto", "USDT", "1.62")
        return httpx.Response(200, json={"ok": True, "result": made})

    hostile = HostileCryptoPay(answer)
    quotes = coin_quotes(USDT, hostile.clock)
    gateway = CryptoPayGateway(hostile.api, hostile.source.paid, hostile.base, hostile.clock, quotes)
    async with hostile.http:
        if shown:
            assert (await gateway.open(payment)).instructions.amount == Money(1_620_000, USDT)
            return
        with pytest.raises(GatewayUnavailable):
            await gateway.open(payment)
