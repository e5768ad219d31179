"""The simulated Crypto Pay keeps the rules of the real one: paid once, whole and in time; another invoice each call."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from orbit_sandbox.cryptopay.app import FAULTS, cryptopay_app
from orbit_sandbox.cryptopay.push import signature
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN, CryptoPayRefusal, SimCryptoPay
from orbit_sandbox.faults import Faults
from tests.support.clock import FakeClock

INVOICE = {"currency_type": "fiat", "fiat": "RUB", "amount": "129.00", "payload": "p1", "expires_in": 3600}


class Client:
    """HTTP to an app of its own, with its token."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sim = SimCryptoPay(self.clock)
        self.sim.page_url = "https://cryptopay.example/pay/"
        self.faults = Faults(FAULTS)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(cryptopay_app(self.sim, self.faults)),
            base_url="https://cryptopay.example",
            headers={"Crypto-Pay-API-Token": TOKEN},
        )

    async def call(self, method: str, **query: object) -> Any:
        """The result of *method*, or the name of the refusal."""
        answer = (await self.http.post(f"/api/{method}", json=query)).json()
        return answer["result"] if answer["ok"] else answer["error"]["name"]

    async def listed(self, **query: object) -> list[Any]:
        return [row["invoice_id"] for row in (await self.call("getInvoices", **query))["items"]]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    opened = Client()
    async with opened.http:
        yield opened


async def test_there_is_no_idempotency(client: Client) -> None:
    """The same request twice is two invoices, as with the real one; the list shows the newest first."""
    first, second = await client.call("createInvoice", **INVOICE), await client.call("createInvoice", **INVOICE)
    assert first["invoice_id"] < second["invoice_id"]
    assert (first["amount"], first["status"], first["payload"]) == ("129", "active", "p1")
    assert await client.listed() == [second["invoice_id"], first["invoice_id"]]
    assert await client.listed(offset=1, count=1) == [first["invoice_id"]]
    assert await client.listed(status="paid") == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"amount": 129}, "AMOUNT_INVALID"), ({"amount": "0"}, "AMOUNT_INVALID"), ({"amount": "1e2"}, "AMOUNT_INVALID"),
        ({"fiat": "ABC"}, "FIAT_INVALID"), ({"currency_type": "crypto"}, "ASSET_INVALID"),
        ({"payload": "p" * 4097}, "PAYLOAD_INVALID"), ({"expires_in": 2_678_401}, "EXPIRES_IN_INVALID"),
    ],
)  # fmt: skip
async def test_a_bad_invoice_is_refused(client: Client, change: dict[str, object], name: str) -> None:
    """What the provider doesn't take it says by name, and nothing is made."""
    assert await client.call("createInvoice", **(INVOICE | change)) == name
    assert client.sim.invoices == {}


async def test_the_page_pays_once_and_in_time(client: Client) -> None:
    """The page has a button for each coin while the invoice is active; then it has none, and takes nothing."""
    ids = [(await client.call("createInvoice", **INVOICE))["invoice_id"] for _ in range(2)]
    paid, late = (client.sim.invoices[one] for one in ids)
    assert "Pay in TON" in (await client.http.get(f"/pay/{paid.hash}")).text
    assert [(await client.http.post(f"/pay/{paid.hash}/TON")).status_code for _ in range(2)] == [303, 400]
    assert (await client.http.post(f"/pay/{late.hash}/DOGE")).status_code == 404
    client.clock.advance(minutes=61)
    assert (await client.http.post(f"/pay/{late.hash}/USDT")).status_code == 400
    assert "<button>" not in (await client.http.get(f"/pay/{late.hash}")).text
    (row,) = (await client.call("getInvoices", status="paid"))["items"]
    assert (row["paid_asset"], row["paid_amount"], row["paid_fiat_rate"]) == ("TON", "0.516", "250")
    assert await client.listed(status="expired") == [late.id]
    assert len(client.sim.events) == 1


async def test_what_is_paid_is_not_deleted(client: Client) -> None:
    """An active invoice can be taken back, and then it is in no list; a paid one, and one that isn't there, can't."""
    first, second = [(await client.call("createInvoice", **INVOICE))["invoice_id"] for _ in range(2)]
    client.sim.pay(client.sim.invoices[first])
    assert await client.call("deleteInvoice", invoice_id=second) is True
    assert await client.call("deleteInvoice", invoice_id=second) == "INVOICE_NOT_FOUND"
    assert await client.call("deleteInvoice", invoice_id=first) == "INVOICE_NOT_FOUND"
    assert await client.listed() == [first]


async def test_nothing_without_the_token_or_the_method(client: Client) -> None:
    """Another token opens nothing; bodies that are no object, unknown methods and absurd numbers are refused."""
    for given in ("", TOKEN + "x"):
        answer = await client.http.get("/api/getMe", headers={"Crypto-Pay-API-Token": given})
        assert (answer.status_code, answer.json()["error"]["name"]) == (401, "UNAUTHORIZED")
    assert (await client.call("getMe"))["app_id"] == 12345
    assert await client.call("transfer", user_id=1) == "METHOD_NOT_FOUND"
    assert await client.call("getInvoices", count=1001) == "COUNT_INVALID"
    assert await client.call("getInvoices", offset="-1") == "OFFSET_INVALID"
    for body in (b"{", b"[]", b" " * 70_000):
        assert (await client.http.post("/api/getMe", content=body)).status_code == 400


def test_a_signature_is_what_the_documentation_says() -> None:
    """The header is the HMAC-SHA256 of the body under the SHA-256 of the token, to the last digit."""
    assert signature(b'{"update_id": 1}', "12345:token") == (
        "4f859f4b233785579710409ec60bba20" + "9d2a7c0105b58f84fa3f677554397c0f"
    )


def test_a_run_can_be_repeated() -> None:
    """The same seed gives the same addresses, and an unknown address leads nowhere."""
    hashes = [SimCryptoPay(FakeClock(), seed).add_invoice("1").hash for seed in (1, 1, 2)]
    assert (hashes[0] == hashes[1], hashes[1] == hashes[2]) == (True, False)
    with pytest.raises(CryptoPayRefusal, match="INVOICE_NOT_FOUND"):
        SimCryptoPay(FakeClock()).by_hash("IV0")
