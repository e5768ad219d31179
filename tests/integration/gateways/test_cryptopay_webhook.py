"""The webhook of Crypto Pay, C1: what is really the provider's is stored, the rest leaves no trace."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from orbit_adapters.cryptopay.webhook import MAX_BODY_BYTES, CryptoPayWebhook
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.money import RUB
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_entry.web.payment_webhooks import webhook_routes
from orbit_sandbox.cryptopay.app import FAULTS
from orbit_sandbox.cryptopay.push import cryptopay_push, signature
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN, SimCryptoPay, iso
from orbit_sandbox.faults import Faults
from tests.integration.gateways.cryptopay_account import SETTINGS
from tests.support.clock import NOON, FakeClock

ADDRESS = "http://shop.example/pay/cryptopay"
SOURCE = "cryptopay:testnet:12345"


def update(**changes: object) -> bytes:
    fields = {
        "update_id": 1, "update_type": "invoice_paid", "request_date": iso(NOON),
        "payload": {"invoice_id": 7, "status": "paid", "amount": "129", "fee": 0.05},
    }  # fmt: skip
    return json.dumps(fields | changes).encode()


@dataclass
class Endpoint:
    """The shop's web server, and how often the money job was asked to look."""

    http: httpx.AsyncClient
    clock: FakeClock
    storage: MemoryStorage
    signals: list[int]

    async def post(self, body: bytes, given: str | None = None) -> int:
        """Send *body* with the right signature, or with *given*; the status of the answer, which is always empty."""
        header = signature(body) if given is None else given
        answer = await self.http.post(ADDRESS, content=body, headers={"Crypto-Pay-API-Signature": header})
        assert answer.content == b""
        return answer.status_code

    async def stored(self) -> tuple[InboxEntry, ...]:
        """The inbox, newest first."""
        async with self.storage.transaction() as tx:
            return await tx.inbox.newest(10)


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    clock, storage, signals = FakeClock(), MemoryStorage(base=RUB), list[int]()

    async def look_sooner() -> None:
        signals.append(1)

    routes = webhook_routes([CryptoPayWebhook(SETTINGS, clock)], ReceiveWebhook(storage, clock), look_sooner)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes))) as http:
        yield Endpoint(http, clock, storage, signals)


async def test_news_is_stored_raw_and_once(endpoint: Endpoint) -> None:
    """What was signed is in the inbox, byte for byte; the same invoice in the same status again changes nothing."""
    body = update(note="привет")
    assert [await endpoint.post(body) for _ in range(2)] == [200, 200]
    assert await endpoint.post(update(update_id=2)) == 200
    expected = InboxEntry(SOURCE, "invoice_paid:7:paid", body.decode(), endpoint.clock.now())
    assert (await endpoint.stored(), len(endpoint.signals)) == ((expected,), 3)


async def test_another_invoice_and_another_kind_are_other_news(endpoint: Endpoint) -> None:
    """Updates whose numbers are alike are told apart by what they speak of; a new kind of update is kept as well."""
    for change in ({}, {"payload": {"invoice_id": 8, "status": "paid"}}, {"update_type": "invoice_refunded"}):
        assert await endpoint.post(update(**change)) == 200
    assert len(await endpoint.stored()) == 3


@pytest.mark.parametrize(
    ("body", "given", "status"),
    [
        (update(), "", 401),
        (update(), "0" * 64, 401),
        (update(), signature(update(), "12345:another-token-of-somebody"), 401),
        (update(), signature(update()).upper(), 401),
        (update(), signature(update()) + "0", 401),
        (update(update_id=2), signature(update()), 401),
        (json.dumps(json.loads(update()), separators=(",", ":")).encode(), signature(update()), 401),
        (update() + b"\n", signature(update()), 401),
        (b"[]", None, 400),
        (b"{", None, 400),
        (b"", None, 400),
        (b"\xff", None, 400),
        (update()[:-1] + b', "update_id": 2}', None, 400),
        (update(payload=None), None, 400),
        (update(payload={"invoice_id": 7.0, "status": "paid"}), None, 400),
        (update(payload={"invoice_id": 7, "status": "paid\n"}), None, 400),
        (update(request_date=1_700_000_000), None, 400),
        (update(request_date=None), None, 400),
        (update(update_type=""), None, 400),
        (update(request_date=iso(NOON - timedelta(minutes=61))), None, 401),
        (update(request_date=iso(NOON + timedelta(minutes=61))), None, 401),
        (b" " * (MAX_BODY_BYTES + 1), None, 413),
    ],
)
async def test_c1_what_is_not_the_providers_leaves_no_trace(
    endpoint: Endpoint, body: bytes, given: str | None, status: int
) -> None:
    """C1: forged, of another token, written anew, malformed, recorded and oversized: nothing is stored or looked at."""
    assert await endpoint.post(body, given) == status
    assert (await endpoint.stored(), endpoint.signals) == ((), [])


async def test_c1_two_signatures_are_none(endpoint: Endpoint) -> None:
    """C1: a second signature makes the request ambiguous, although one of them is right."""
    headers = [("crypto-pay-api-signature", signature(update()))] * 2
    assert (await endpoint.http.post(ADDRESS, content=update(), headers=headers)).status_code == 401
    assert await endpoint.stored() == ()


async def test_refusals_show_no_secret(endpoint: Endpoint) -> None:
    """The line of a refusal holds the source and the reason, and neither token, body nor signature."""
    body = update(canary="canary")
    with capture_logs() as lines:
        await endpoint.post(body, "0" * 64)
    assert [(line["source"], line["reason"]) for line in lines] == [(SOURCE, "forged")]
    assert not any(secret in json.dumps(lines) for secret in ("canary", signature(body)[-20:], TOKEN.partition(":")[2]))


async def test_the_simulator_is_understood(endpoint: Endpoint) -> None:
    """What the simulator sends is taken: once, lost, twice, and again after the shop didn't answer."""
    sim, faults = SimCryptoPay(endpoint.clock), Faults(FAULTS)
    push = cryptopay_push(sim, faults)
    sim.webhook_url = ADDRESS + "/nowhere"
    sim.pay(sim.add_invoice("1"))
    assert not await push.send_next(endpoint.http)
    sim.webhook_url = ADDRESS
    assert await push.send_next(endpoint.http)
    for fault in ("cryptopay.webhook_lost", "cryptopay.webhook_twice"):
        faults.turn_on(fault, 1)
        sim.pay(sim.add_invoice("1"))
        assert await push.send_next(endpoint.http)
    assert (sim.events, len(await endpoint.stored()), len(endpoint.signals)) == ([], 2, 3)
