"""Answers that no bank should give: each is an outage in words of ours, none is believed, none shows a secret."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from orbit_adapters.sandbox_bank.api import MAX_ANSWER_BYTES, BankApi
from orbit_adapters.sandbox_bank.gateway import SandboxBankGateway
from orbit_adapters.sandbox_bank.source import SandboxBankSource
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.payment.source import Cursor, SourceUnavailable
from orbit_sandbox.bank.sim_bank import KEY
from orbit_testing.contracts.payment_gateway import opened_payment
from tests.integration.gateways.bank_account import SETTINGS, BankAccount
from tests.support.clock import FakeClock

ROW = {
    "id": "rcp_1", "number": 1, "cursor": "cur_1", "invoice_id": "inv_1", "amount": "12900", "currency": "RUB",
    "decimals": 2, "paid_at": 1_700_000_000, "note": "",
}  # fmt: skip
PAGE: dict[str, Any] = {
    "shop": "orbit", "as_of": 1_700_000_100, "receipts": [ROW], "has_more": False, "newest": ROW
}  # fmt: skip


def page(**changes: object) -> bytes:
    return json.dumps(PAGE | changes).encode()


def page_of(**changes: object) -> bytes:
    return page(receipts=[ROW | changes])


BAD_BODIES = {
    "html": b"<html>Just a moment...</html>",
    "cut": page()[:-5],
    "a list": b"[]",
    "not utf-8": b'{"shop": "\xff"}',
    "a key twice": page()[:-1] + b', "has_more": true}',
    "too deep": b'{"a":' + b"[" * 100_000,
    "an endless number": b'{"as_of": ' + b"9" * 5000 + b"}",
    "nothing": b"",
    "no list": page(receipts=None),
    "a row that is none": page(receipts=["rcp"]),
    "newest that is none": page(newest="rcp"),
    "more that is a word": page(has_more="no"),
    "a float time": page(as_of=1.7e9),
    "not a number": b'{"as_of": NaN}',
    "an amount as a number": page_of(amount=12900),
    "a float amount": page_of(amount=129.0),
    "an amount with a point": page_of(amount="129.00"),
    "a negative amount": page_of(amount="-12900"),
    "an amount with zeros before": page_of(amount="0012900"),
    "Arabic digits": page_of(amount="١٢٩"),
    "more money than there is": page_of(amount="9" * 18),
    "a true amount": page_of(amount=True),
    "no id": page_of(id=None),
    "an empty id": page_of(id=""),
    "an id with a line break": page_of(id="rcp_1\n"),
    "an endless id": page_of(id="r" * 65),
    "an endless note": page_of(note="n" * 1001),
    "a note with NUL": page_of(note="a\0b"),
    "a note with half a pair": page_of(note="\ud800"),
    "a time beyond calendars": page_of(paid_at=2**40),
    "a true number": page_of(number=True),
    "decimals without end": page_of(decimals=99),
}


class HostileBank:
    """Answers every request alike."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        self.source = SandboxBankSource(BankApi(SETTINGS, self.http), FakeClock())

    async def error(self) -> SourceUnavailable:
        """What reading ends in."""
        with pytest.raises(SourceUnavailable) as caught:
            await self.source.read(Cursor.start(self.source.name))
        await self.http.aclose()
        return caught.value


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
async def test_a_body_of_another_shape_is_an_outage(body: bytes) -> None:
    """No such body is read as money, and the error quotes nothing of it."""
    error = await HostileBank(lambda _: httpx.Response(200, content=body)).error()
    assert len(str(error)) < 120
    assert KEY not in repr(error)


async def test_the_honest_body_is_read() -> None:
    """The same page without a fault is one receipt: the cases above fail for what they change."""
    bank = HostileBank(lambda _: httpx.Response(200, content=page()))
    batch = await bank.source.read(Cursor.start(bank.source.name))
    await bank.http.aclose()
    assert [(record.external_id, record.amount.units) for record in batch.records] == [("rcp_1", 12_900)]
    assert batch.complete


@pytest.mark.parametrize("status", [100, 204, 301, 302, 402, 408, 418, 429, 451, 500, 502, 503, 504])
async def test_a_status_of_others_is_an_outage(status: int) -> None:
    """What a proxy says is no word of the bank; redirects aren't followed, so that no other host gets the key."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, content=page(), headers={"location": "https://evil.example/"})

    error = await HostileBank(answer).error()
    assert str(error) == f"status {status}"
    assert asked == ["bank.example"]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "Go Away"}', b'{"error": 7}', b'{"detail": "no"}'])
async def test_a_refusal_without_a_code_is_an_outage(body: bytes) -> None:
    """A 404 from something in between proves nothing about the bank."""
    error = await HostileBank(lambda _: httpx.Response(404, content=body)).error()
    assert str(error).startswith("status 404")


async def test_an_answer_without_end_is_cut() -> None:
    """An answer larger than any page is not kept in memory."""
    read = 0

    async def endless() -> Any:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b" " * 64 * 1024

    error = await HostileBank(lambda _: httpx.Response(200, content=endless())).error()
    assert "DecodingError" in str(error)
    assert read * 64 * 1024 <= MAX_ANSWER_BYTES + 2 * 64 * 1024


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://evil.example/pay", "https://bank.example/a b", "", "https://", "ftp://x"]
)
async def test_an_unsafe_page_is_not_shown(account: BankAccount, url: str) -> None:
    """A customer is sent to an https page only, or to one on this machine."""
    payment = await opened_payment(account)
    invoice = {
        "shop": "orbit", "id": payment.external_id, "amount": "12900", "currency": "RUB",
        "reference": str(payment.id), "receipts": [], "url": url,
    }  # fmt: skip
    unopened = replace(payment, address="")
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=invoice))) as http:
        with pytest.raises(GatewayUnavailable, match="url"):
            await SandboxBankGateway(BankApi(SETTINGS, http), account.clock).open(unopened)


@pytest.mark.parametrize("change", [{"amount": "1"}, {"currency": "USD"}, {"reference": "another"}, {"shop": "x"}])
async def test_another_invoice_is_no_answer(account: BankAccount, change: dict[str, str]) -> None:
    """An invoice over another amount, for another payment or of another shop is never shown to the customer."""
    payment = await opened_payment(account)
    invoice = {
        "shop": "orbit", "id": payment.external_id, "amount": "12900", "currency": "RUB",
        "reference": str(payment.id), "receipts": [], "url": payment.address,
    }  # fmt: skip
    unopened = replace(payment, address="")
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json=invoice | change))
    async with httpx.AsyncClient(transport=answer) as http:
        with pytest.raises(GatewayUnavailable):
            await SandboxBankGateway(BankApi(SETTINGS, http), account.clock).open(unopened)
