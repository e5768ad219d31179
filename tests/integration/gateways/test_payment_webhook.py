"""The endpoint of payment webhooks: what is the bank's is stored before it is answered, the rest leaves no trace."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.sandbox_bank.webhook import MAX_BODY_BYTES, SandboxBankWebhook
from orbit_domain.money import RUB
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.webhook import WebhookRefusal
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_entry.web.payment_webhooks import RefusalLog, webhook_routes
from orbit_sandbox.bank.app import FAULTS
from orbit_sandbox.bank.push import bank_push, signature
from orbit_sandbox.bank.sim_bank import SimBank
from orbit_sandbox.faults import Faults
from tests.integration.gateways.bank_account import SETTINGS
from tests.support.clock import FakeClock

ADDRESS = "http://shop.example/pay/bank"
BODY = b'{"id": "evt_1", "type": "receipt.paid"}'


@dataclass
class Endpoint:
    """The shop's web server over a storage that may fail, and how often the money job was asked to look."""

    http: httpx.AsyncClient
    clock: FakeClock
    storage: MemoryStorage
    signals: list[int]
    failures: list[Exception] = field(default_factory=list)

    async def post(self, body: bytes = BODY, given: str | None = None) -> httpx.Response:
        """Send *body* with the right signature, or with the header *given*."""
        header = signature(body, int(self.clock.now().timestamp())) if given is None else given
        return await self.http.post(ADDRESS, content=body, headers={"Bank-Signature": header} if header else {})

    async def stored(self) -> tuple[InboxEntry, ...]:
        """The inbox, newest first."""
        async with self.storage.transaction() as tx:
            return await tx.inbox.newest(10)


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    clock, storage, signals = FakeClock(), MemoryStorage(base=RUB), list[int]()
    failures: list[Exception] = []
    receive = ReceiveWebhook(storage, clock)

    class MayFail:
        async def __call__(self, event):
            if failures:
                raise failures.pop(0)
            return await receive(event)

    async def look_sooner() -> None:
        # What is signalled must be stored already.
        async with storage.transaction() as tx:
            signals.append(len(await tx.inbox.newest(10)))

    routes = webhook_routes([SandboxBankWebhook(SETTINGS, clock)], MayFail(), look_sooner)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes))) as http:
        yield Endpoint(http, clock, storage, signals, failures)


async def test_news_is_stored_raw_before_it_is_answered(endpoint: Endpoint) -> None:
    """What the bank signed is in the inbox, byte for byte, when the money job is asked to look and 200 is sent."""
    body = '{"id": "evt_1",  "note": "привет"}'.encode()
    answer = await endpoint.post(body)
    assert (answer.status_code, answer.content, endpoint.signals) == (200, b"", [1])
    expected = InboxEntry("bank:orbit", "evt_1", body.decode(), endpoint.clock.now())
    assert await endpoint.stored() == (expected,)


async def test_the_same_news_again_changes_nothing(endpoint: Endpoint) -> None:
    """An event that comes again is answered alike and stored once, with its first body."""
    assert [(await endpoint.post()).status_code for _ in range(3)] == [200] * 3
    other = BODY[:-1] + b', "more": 1}'
    assert (await endpoint.post(other)).status_code == 200
    assert [entry.payload for entry in await endpoint.stored()] == [BODY.decode()]


@pytest.mark.parametrize(
    ("body", "header", "status"),
    [
        (BODY, "", 401),
        (BODY, "t=1,v1=" + "0" * 64, 401),
        (BODY, "v1=" + "0" * 64, 401),
        (BODY, "t=99999999999,v1=" + "0" * 64, 401),
        (BODY, "é", 401),
        (b"[]", None, 400),
        (b"{", None, 400),
        (b"", None, 400),
        (b'{"id": 7}', None, 400),
        (b'{"id": ""}', None, 400),
        (b'{"id": "evt_1", "id": "evt_2"}', None, 400),
        (b'{"id": "evt\\u0000"}', None, 400),
        (b'{"id": "' + b"e" * 65 + b'"}', None, 400),
        (b"\xff", None, 400),
        (b'{"a":' * 2500 + b"1" + b"}" * 2500, None, 400),
        (b" " * (MAX_BODY_BYTES + 1), None, 413),
        (b" " * (MAX_BODY_BYTES + 1), "", 413),
    ],
)
async def test_what_is_not_the_banks_leaves_no_trace(
    endpoint: Endpoint, body: bytes, header: str | None, status: int
) -> None:
    """Forged, malformed and oversized requests get an empty answer; nothing is stored, and no job is asked to look."""
    given = header.encode() if header else header
    answer = await endpoint.post(body, given)  # type: ignore[arg-type]
    assert (answer.status_code, answer.content) == (status, b"")
    assert (await endpoint.stored(), endpoint.signals) == ((), [])


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (0, 200), (300, 200), (301, 401)])
async def test_a_recording_is_refused(endpoint: Endpoint, seconds: int, status: int) -> None:
    """A signed request is good for five minutes before and after its time."""
    at = int(endpoint.clock.now().timestamp()) + seconds
    assert (await endpoint.post(BODY, signature(BODY, at))).status_code == status
    assert len(await endpoint.stored()) == (status == 200)


async def test_a_recording_gets_no_new_time(endpoint: Endpoint) -> None:
    """The time is signed with the body: an old signature with the present time is forged."""
    now = int(endpoint.clock.now().timestamp())
    old = signature(BODY, now - 3600)
    assert (await endpoint.post(BODY, old.replace(f"t={now - 3600}", f"t={now}"))).status_code == 401
    assert await endpoint.stored() == ()


@pytest.mark.parametrize("changed", [BODY.replace(b"evt_1", b"evt_2"), BODY.replace(b" ", b""), BODY + b"\n"])
async def test_a_signature_is_good_for_its_bytes_only(endpoint: Endpoint, changed: bytes) -> None:
    """Another body, or the same JSON written in another way, isn't what the bank signed."""
    header = signature(BODY, int(endpoint.clock.now().timestamp()))
    assert (await endpoint.post(changed, header)).status_code == 401
    wrong = signature(BODY, int(endpoint.clock.now().timestamp()), "another-secret-of-the-bank")
    assert (await endpoint.post(BODY, wrong)).status_code == 401
    assert await endpoint.stored() == ()


async def test_a_body_without_end_is_not_read_to_it(endpoint: Endpoint) -> None:
    """Reading stops at the limit: a flood of bytes fills no memory."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b" " * 4096

    answer = await endpoint.http.post(ADDRESS, content=endless(), headers={"Bank-Signature": "t=1"})
    assert (answer.status_code, answer.content) == (413, b"")
    assert (read - 2) * 4096 <= MAX_BODY_BYTES


async def test_two_signatures_are_none(endpoint: Endpoint) -> None:
    """A second signature header makes the request ambiguous: it is refused."""
    header = signature(BODY, int(endpoint.clock.now().timestamp()))
    answer = await endpoint.http.post(
        ADDRESS, content=BODY, headers=[("Bank-Signature", header), ("Bank-Signature", header)]
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("error", [StorageUnavailable("down"), TimeoutError(), RuntimeError("a bug")])
async def test_what_was_not_stored_comes_again(endpoint: Endpoint, error: Exception) -> None:
    """While nothing can be stored the answer is 503, and the bank sends it again."""
    endpoint.failures.append(error)
    answer = await endpoint.post()
    assert (answer.status_code, answer.content, endpoint.signals) == (503, b"", [])
    assert (await endpoint.post()).status_code == 200
    assert len(await endpoint.stored()) == 1


async def test_a_busy_storage_is_tried_again(endpoint: Endpoint) -> None:
    """A deadlock costs no second delivery."""
    endpoint.failures.append(StorageBusy("deadlock"))
    assert (await endpoint.post()).status_code == 200
    assert endpoint.signals == [1]


async def test_refusals_are_logged_once_a_minute_and_without_secrets(endpoint: Endpoint) -> None:
    """A flood of forged requests is one line: the source and the reason, and nothing of what was expected."""
    body = b'{"id": "evt_canary"}'
    expected = signature(body, int(endpoint.clock.now().timestamp()))
    with capture_logs() as lines:
        for _ in range(50):
            await endpoint.post(body, expected[:-1] + ("0" if expected[-1] != "0" else "1"))
    assert [(line["event"], line["source"], line["reason"]) for line in lines] == [
        ("webhook_refused", "bank:orbit", "forged")
    ]
    text = json.dumps(lines)
    assert not any(secret in text for secret in ("canary", expected[-20:], SETTINGS.webhook_secret.get_secret_value()))


def test_the_next_line_says_how_many_were_left_out() -> None:
    """After a minute another line is written; it counts those that weren't. Other reasons have lines of their own."""
    clock = FakeClock()
    refusals = RefusalLog(now=lambda: clock.now().timestamp())
    with capture_logs() as lines:
        for _ in range(3):
            refusals.add("bank:orbit", WebhookRefusal.FORGED)
        refusals.add("bank:orbit", WebhookRefusal.EXPIRED)
        clock.advance(seconds=60)
        refusals.add("bank:orbit", WebhookRefusal.FORGED)
    assert [(line["reason"], line["left_out"]) for line in lines] == [("forged", 0), ("expired", 0), ("forged", 2)]


async def test_the_simulated_bank_is_understood(endpoint: Endpoint) -> None:
    """What the simulator sends is taken: once, lost, twice, and again after an answer of 503."""
    faults = Faults(FAULTS)
    bank = SimBank(endpoint.clock)
    bank.webhook_url = ADDRESS
    push = bank_push(bank, faults)
    endpoint.failures.append(StorageUnavailable("down"))
    bank.transfer(100)
    assert not await push.send_next(endpoint.http)
    assert await push.send_next(endpoint.http)
    faults.turn_on("bank.webhook_lost", 1)
    bank.transfer(200)
    assert await push.send_next(endpoint.http)
    faults.turn_on("bank.webhook_twice", 1)
    bank.transfer(300)
    assert await push.send_next(endpoint.http)
    assert (bank.events, len(await endpoint.stored()), len(endpoint.signals)) == ([], 2, 3)
