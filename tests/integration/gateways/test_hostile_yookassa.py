"""Answers that YooKassa shouldn't give: each is an outage in words of ours, none is believed, none shows a secret."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from orbit_adapters.yookassa.api import MAX_ANSWER_BYTES, MAX_PAGES, YooKassaApi
from orbit_adapters.yookassa.gateway import YooKassaGateway
from orbit_adapters.yookassa.rows import COMMENT, PAYMENT_ID
from orbit_adapters.yookassa.source import payment_source
from orbit_domain.payment.kept_card import ChargeOutcome
from orbit_domain.payment.ports import GatewayUnavailable, MethodUnavailable
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceUnavailable
from orbit_sandbox.yookassa.sim_yookassa import SECRET_KEY, SHOP_ID
from orbit_testing.contracts.payment_gateway import request_payment
from tests.integration.gateways.yookassa_account import SETTINGS, YooKassaAccount, open_account
from tests.support.clock import FakeClock

ROW: dict[str, Any] = {
    "id": "2e9f4b2c-000f-5000-8000-1c5a0b2d3e4f", "status": "succeeded", "paid": True, "test": False,
    "amount": {"value": "129.00", "currency": "RUB"}, "recipient": {"account_id": SHOP_ID, "gateway_id": "1"},
    "created_at": "2026-11-21T10:00:00.000Z", "captured_at": "2026-11-21T10:01:00.000Z",
    "metadata": {COMMENT: "ORB"}, "vat": 3.5,
}  # fmt: skip


def page(*rows: object, **more: object) -> bytes:
    return json.dumps({"type": "list", "items": rows, **more}).encode()


def row(**changes: object) -> bytes:
    return page(ROW | changes)


def of(value: object, currency: object = "RUB") -> bytes:
    return row(amount={"value": value, "currency": currency})


BAD_BODIES = {
    "html": b"<html>Just a moment...</html>",
    "cut": row()[:-5],
    "a list": b"[]",
    "not utf-8": b'{"items": "\xff"}',
    "a key twice": row()[:-1] + b', "items": []}',
    "too deep": b'{"a":' + b"[" * 100_000,
    "an endless number": b'{"a": ' + b"9" * 5000 + b"}",
    "not a number": b'{"a": NaN}',
    "nothing": b"",
    "no list": page()[:-3] + b"null}",
    "a row that is none": page("payment"),
    "more rows than a page has": page(*[ROW | {"id": f"p{number}"} for number in range(101)]),
    "a cursor that is none": page(ROW, next_cursor=7),
    "an amount as a number": of(129),
    "a float amount": of(129.00),
    "Y9: one digit behind the point": of("129.0"),
    "Y9: three digits": of("129.000"),
    "no digits": of("129"),
    "an exponent": of("1.29e2"),
    "a comma": of("129,00"),
    "a negative amount": of("-129.00"),
    "a plus": of("+129.00"),
    "zeros before": of("0129.00"),
    "a space": of(" 129.00"),
    "a line break": of("129.00\n"),
    "Arabic digits": of("١٢٩.٠٠"),
    "more money than there is": of("9" * 13 + ".00"),
    "a true amount": of(True),
    "an amount without a currency": of("129.00", None),
    "a currency in small letters": of("129.00", "rub"),
    "an amount that is text": row(amount="129.00"),
    "another status": row(status="pending"),
    "unpaid": row(paid=False),
    "a status without paid": row(paid=None),
    "no test flag": row(test=None),
    "a test flag as text": row(test="false"),
    "another shop": row(recipient={"account_id": "7"}),
    "no shop": row(recipient=None),
    "no id": row(id=None),
    "an empty id": row(id=""),
    "an id with a bar": row(id="a|b"),
    "an endless id": row(id="p" * 65),
    "no time": row(captured_at=None),
    "a time as a number": row(captured_at=1_790_000_000),
    "a time of another zone": row(captured_at="2026-11-21T10:01:00.000+03:00"),
    "a time without a zone": row(captured_at="2026-11-21T10:01:00"),
    "a time before calendars": row(captured_at="0001-01-01T00:00:00.000Z"),
    "a time at their end": row(captured_at="9999-12-31T23:59:59.999Z"),
    "a thirteenth month": row(captured_at="2026-13-21T10:01:00.000Z"),
    "a comment that is none": row(metadata={COMMENT: 7}),
    "a comment with NUL": row(metadata={COMMENT: "a\0b"}),
    "a comment with half a pair": row(metadata={COMMENT: "\ud800"}),
    "an endless comment": row(metadata={COMMENT: "n" * 513}),
}


class HostileYooKassa:
    """Answers every request alike."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        self.source = payment_source(YooKassaApi(SETTINGS, self.http), FakeClock())

    async def read(self) -> Batch:
        """What reading gives."""
        async with self.http:
            return await self.source.read(Cursor.start(self.source.name))

    async def error(self) -> SourceUnavailable:
        """What reading ends in."""
        with pytest.raises(SourceUnavailable) as caught:
            await self.read()
        return caught.value


def answering(body: bytes) -> HostileYooKassa:
    return HostileYooKassa(lambda _: httpx.Response(200, content=body))


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
async def test_a_body_of_another_shape_is_an_outage(body: bytes) -> None:
    """No such body is read as money, and the error quotes nothing of it."""
    error = await answering(body).error()
    assert len(str(error)) < 120
    assert SECRET_KEY not in repr(error)


async def test_the_honest_body_is_read() -> None:
    """The same row without a fault is one payment, fields of next year included: the cases above fail for theirs."""
    batch = await answering(row(loyalty={"points": 1.5})).read()
    assert [(record.external_id, record.amount.units) for record in batch.records] == [(ROW["id"], 12_900)]
    assert batch.complete


async def test_a_payment_that_is_shown_in_two_ways_stops_the_reading() -> None:
    """One id with two amounts is a lie: nothing is read, and the alarm says so. The same row twice is one."""
    other = ROW | {"amount": {"value": "1.00", "currency": "RUB"}}
    batch = await answering(page(ROW, other)).read()
    assert (batch.records, batch.alarm, batch.cursor.position) == ((), SourceAlarm.HASH_CONFLICT, "")
    assert len((await answering(page(ROW, ROW)).read()).records) == 1


async def test_a_list_without_an_end_is_left() -> None:
    """A list that goes round in circles is an outage, and not read for ever."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("cursor"))
        return httpx.Response(200, content=page(next_cursor="again"))

    assert "pages" in str(await HostileYooKassa(answer).error())
    assert len(asked) == MAX_PAGES


@pytest.mark.parametrize("status", [100, 202, 204, 301, 302, 402, 408, 409, 418, 429, 451, 500, 502, 503, 504])
async def test_a_status_of_others_is_an_outage(status: int) -> None:
    """What a proxy says, a 500 and "too many" prove nothing; redirects aren't followed, and only this host is told."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.host, request.headers["authorization"]))
        return httpx.Response(status, content=row(), headers={"location": "https://evil.example/"})

    assert str(await HostileYooKassa(answer).error()) == f"status {status}"
    expected = "Basic " + base64.b64encode(f"{SHOP_ID}:{SECRET_KEY}".encode()).decode()
    assert asked == [("yookassa.example", expected)]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code": "Go Away"}', b'{"code": 7}', b'{"detail": "no"}'])
async def test_a_refusal_without_a_code_is_an_outage(body: bytes) -> None:
    """A 404 from something in between proves nothing about YooKassa."""
    error = await HostileYooKassa(lambda _: httpx.Response(404, content=body)).error()
    assert str(error).startswith("status 404")


async def test_an_answer_without_end_is_cut() -> None:
    """An answer larger than any page is not kept in memory."""
    read = 0

    async def endless() -> Any:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b" " * 64 * 1024

    error = await HostileYooKassa(lambda _: httpx.Response(200, content=endless())).error()
    assert "DecodingError" in str(error)
    assert read * 64 * 1024 <= MAX_ANSWER_BYTES + 2 * 64 * 1024


# ---- answers to a request for payment


async def opened_with(account: YooKassaAccount, **changes: object) -> str:
    """The page that is shown when YooKassa answers the request with *changes*."""
    payment = await request_payment(account)
    honest = ROW | {
        "status": "pending", "paid": False, "metadata": {PAYMENT_ID: str(payment.id)},
        "confirmation": {"type": "redirect", "confirmation_url": "https://yookassa.example/pay/1"},
    }  # fmt: skip
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json=honest | changes))
    async with httpx.AsyncClient(transport=answer) as http:
        opened = await YooKassaGateway(SETTINGS, YooKassaApi(SETTINGS, http), account.clock).open(payment)
    return opened.address


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://evil.example/pay", "https://yookassa.example/a b", "", "https://", "ftp://x", None],
)
async def test_an_unsafe_page_is_not_shown(url: object) -> None:
    """A customer is sent to an https page only, or to one on this machine."""
    async with open_account() as account:
        with pytest.raises(GatewayUnavailable, match="page"):
            await opened_with(account, confirmation={"type": "redirect", "confirmation_url": url})


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"value": "1.00", "currency": "RUB"}}, {"amount": {"value": "129.00", "currency": "USD"}},
        {"amount": {"value": "129.0", "currency": "RUB"}}, {"metadata": {PAYMENT_ID: "another"}}, {"metadata": {}},
        {"recipient": {"account_id": "7"}}, {"confirmation": None}, {"status": "waiting_for_capture"},
    ],
)  # fmt: skip
async def test_y9_another_payment_is_no_answer(change: dict[str, object]) -> None:
    """Y9: another amount, its other spelling, another currency, payment or shop is never shown to the customer."""
    async with open_account() as account:
        assert await opened_with(account) == "https://yookassa.example/pay/1"
        with pytest.raises(GatewayUnavailable):
            await opened_with(account, **change)


async def test_y7_a_test_payment_is_not_shown_in_a_live_shop() -> None:
    """Y7: whatever the status, a page where nobody pays real money is not offered."""
    async with open_account() as account:
        with pytest.raises(MethodUnavailable, match="test shop"):
            await opened_with(account, test=True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ChargeOutcome.TAKEN),
        ({"amount": {"value": "1.29", "currency": "RUB"}}, None),
        ({"amount": {"value": "1.29e2", "currency": "RUB"}}, None),
        ({"amount": {"value": "129.00", "currency": "USD"}}, None),
        ({"metadata": {PAYMENT_ID: "another"}}, None),
        ({"recipient": {"account_id": "7"}}, None),
        ({"paid": False}, None),
        ({"status": "canceled", "cancellation_details": {"reason": ["permission_revoked"]}}, ChargeOutcome.DECLINED),
        ({"status": "canceled", "cancellation_details": "permission_revoked"}, ChargeOutcome.DECLINED),
        ({"status": "pending", "confirmation": {"type": "redirect"}}, ChargeOutcome.DECLINED),
        ({"status": "pending"}, ChargeOutcome.WAITING),
        ({"status": "gone"}, ChargeOutcome.WAITING),
    ],
)
async def test_another_charge_is_no_answer(change: dict[str, object], expected: ChargeOutcome | None) -> None:
    """What isn't the charge that was asked for says nothing about it; only YooKassa's own word revokes a card."""
    async with open_account() as account:
        kept, payment = await request_payment(account, 1), await request_payment(account, 2)
    kept = replace(kept, external_id="kept-1")
    saved = ROW | {"id": "kept-1", "payment_method": {"type": "bank_card", "id": "secret-1", "saved": True}}
    made = ROW | {"metadata": {PAYMENT_ID: str(payment.id), COMMENT: "ORB"}} | change

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=saved if request.method == "GET" else made)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        gateway = YooKassaGateway(SETTINGS, YooKassaApi(SETTINGS, http), FakeClock())
        if expected is None:
            with pytest.raises(GatewayUnavailable) as caught:
                await gateway.charge(payment, kept)
            assert "secret-1" not in repr(caught.value)
            return
        assert (await gateway.charge(payment, kept)).outcome is expected


@pytest.mark.parametrize("saved", ["true", 1, None, False])
async def test_only_true_keeps_a_card(saved: object) -> None:
    """Whatever else YooKassa says of a way to pay, it isn't charged, and is called revoked."""
    async with open_account() as account:
        kept, payment = await request_payment(account, 1), await request_payment(account, 2)
    shown = ROW | {"id": "kept-1", "payment_method": {"type": "bank_card", "id": "secret-1", "saved": saved}}
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(200, json=shown)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        gateway = YooKassaGateway(SETTINGS, YooKassaApi(SETTINGS, http), FakeClock())
        charge = await gateway.charge(payment, replace(kept, external_id="kept-1"))
    assert (charge.outcome, asked) == (ChargeOutcome.REVOKED, ["GET"])
