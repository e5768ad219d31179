"""The simulated bank keeps the rules of real ones: keys, exact amounts, a list that only grows."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from orbit_sandbox.bank.app import FAULTS, bank_app
from orbit_sandbox.bank.push import signature
from orbit_sandbox.bank.sim_bank import KEY, SimBank
from orbit_sandbox.faults import Faults
from tests.support.clock import FakeClock

BODY = {"amount": "12900", "currency": "RUB", "reference": "p1", "note": "ORB", "expires_at": 2_000_000_000}


class Client:
    """HTTP to a bank of its own, with the shop's key."""

    def __init__(self) -> None:
        self.bank = SimBank(FakeClock())
        self.faults = Faults(FAULTS)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(bank_app(self.bank, self.faults)),
            base_url="https://bank.example",
            headers={"Authorization": f"Bearer {KEY}"},
        )

    async def post(self, path: str, body: object = None, key: str = "k1") -> httpx.Response:
        return await self.http.post(path, json=body, headers={"Idempotency-Key": key})

    async def get(self, path: str, **query: object) -> Any:
        return (await self.http.get(path, params=query)).json()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    opened = Client()
    async with opened.http:
        yield opened


async def test_one_key_is_one_invoice(client: Client) -> None:
    """The same key and body is the same invoice, another body under it is refused, another key another invoice."""
    first = await client.post("/invoices", BODY)
    assert (await client.post("/invoices", dict(reversed(BODY.items())))).json() == first.json()
    changed = await client.post("/invoices", BODY | {"amount": "12901"})
    assert (changed.status_code, changed.json()) == (409, {"error": "idempotency_key_reused"})
    assert (await client.post("/invoices", BODY, "k2")).json()["id"] != first.json()["id"]
    assert (await client.post("/invoices", BODY, "")).status_code == 400
    assert len(client.bank.invoices) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 12900}, {"amount": "129.00"}, {"amount": "-1"}, {"amount": "0"}, {"amount": "1" + "0" * 10},
        {"amount": None}, {"currency": "USD"}, {"reference": None}, {"note": "n" * 201}, {"expires_at": "soon"},
    ],
)  # fmt: skip
async def test_a_bad_invoice_is_refused_and_its_key_stays_free(client: Client, change: dict[str, object]) -> None:
    """What the bank refuses it doesn't remember."""
    assert (await client.post("/invoices", BODY | change)).status_code == 422
    assert (await client.post("/invoices", BODY)).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", f"Bearer {KEY}x", f"Basic {KEY}", KEY])
async def test_nothing_without_the_key(client: Client, header: str) -> None:
    """Another key opens nothing."""
    answer = await client.http.get("/receipts", headers={"Authorization": header})
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})


async def test_what_is_not_json_is_refused(client: Client) -> None:
    """A body that is no object is refused."""
    for body, status in ((b"{", 400), (b"[]", 400), (b" " * 70_000, 413)):
        assert (await client.http.post("/invoices", content=body)).status_code == status
    assert (await client.http.get("/invoices/inv_none")).status_code == 404
    assert (await client.post("/invoices/inv_none/cancel")).status_code == 404
    assert (await client.http.get("/receipts", params={"limit": "0"})).status_code == 422


async def test_every_way_to_pay_is_in_the_list(client: Client) -> None:
    """Half, twice, late, after cancelling, in dollars and without an invoice: each is a row, in order."""
    invoice = client.bank.create_invoice("k", BODY)
    client.bank.pay(invoice.id, 6_450)
    client.bank.pay(invoice.id, 12_900)
    client.bank.pay(invoice.id, 12_900)
    client.bank.cancel(invoice.id)
    client.bank.pay(invoice.id, 1)
    client.bank.pay(invoice.id, 500, "USD")
    client.bank.transfer(100, "for my brother")
    page = await client.get("/receipts", limit=4)
    rest = await client.get("/receipts", after=page["receipts"][-1]["cursor"])
    rows = page["receipts"] + rest["receipts"]
    assert (page["has_more"], rest["has_more"]) == (True, False)
    assert [row["amount"] for row in rows] == ["6450", "12900", "12900", "1", "500", "100"]
    assert [row["number"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["currency"] for row in rows][-2:] == ["USD", "RUB"]
    assert len({row["id"] for row in rows}) == 6
    assert (rows[-1]["invoice_id"], rows[-1]["note"], rows[0]["note"]) == (None, "for my brother", "ORB")
    assert page["newest"] == rows[-1]
    assert (await client.get(f"/invoices/{invoice.id}"))["receipts"] == rows[:-1]
    assert await client.get("/receipts", after="cur_none") == {"error": "no_such_cursor"}


async def test_the_status_follows_money_and_time(client: Client) -> None:
    """An invoice is open, expired, cancelled or paid; what is paid stays paid."""
    invoice = client.bank.create_invoice("k", BODY | {"expires_at": client.bank.seconds() + 60})

    async def status() -> str:
        return str((await client.get(f"/invoices/{invoice.id}"))["status"])

    seen = [await status()]
    client.bank.clock.advance(minutes=2)
    seen.append(await status())
    client.bank.cancel(invoice.id)
    seen.append(await status())
    client.bank.pay(invoice.id, 12_900)
    seen.append(await status())
    assert seen == ["open", "expired", "cancelled", "paid"]


async def test_no_more_is_sent_back_than_came_in(client: Client) -> None:
    """Refunds have keys, too, and together are never more than what was received."""
    invoice = client.bank.create_invoice("k", BODY)
    client.bank.pay(invoice.id, 12_900)
    body = {"invoice_id": invoice.id, "amount": "10000", "currency": "RUB"}
    first = await client.post("/refunds", body)
    assert (await client.post("/refunds", body)).json() == first.json()
    assert (await client.post("/refunds", body, "k2")).json() == {"error": "more_than_received"}
    assert (await client.post("/refunds", body | {"amount": "2900"})).status_code == 409
    assert len(client.bank.refunds) == 1


@pytest.mark.parametrize(("fault", "is_done"), [("bank.timeout", False), ("bank.cut", True), ("bank.http_500", True)])
async def test_faults_lose_the_answer_before_or_after_the_work(client: Client, fault: str, is_done: bool) -> None:
    """A timeout does nothing; a cut answer and a 500 hide what was done."""
    client.faults.turn_on(fault, 1)
    try:
        status = (await client.post("/invoices", BODY)).status_code
    except httpx.ReadTimeout:
        status = 0
    assert (status in {0, 500}, len(client.bank.invoices)) == (True, is_done)


def test_a_signature_is_the_hmac_of_time_and_body() -> None:
    """The header is what the documentation of the bank says, to the last digit."""
    assert signature(b'{"id": "evt_1"}', 1_790_000_000, "secret") == (
        "t=1790000000,v1=" + "fa8403cad8239e939f92c82d3d7fe184ea944898c64ef1a2ae4555e7bc545326"
    )


def test_the_same_seed_gives_the_same_names() -> None:
    """A run can be repeated exactly."""
    names = [SimBank(FakeClock(), seed).create_invoice("k", BODY).id for seed in (1, 1, 2)]
    assert (names[0] == names[1], names[1] == names[2]) == (True, False)
