"""The simulated YooKassa keeps the rules of the real one: keys, exact amounts, statuses, lists from the newest on."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from orbit_sandbox.faults import Faults
from orbit_sandbox.yookassa.app import FAULTS, yookassa_app
from orbit_sandbox.yookassa.records import BankAnswer
from orbit_sandbox.yookassa.sim_yookassa import SECRET_KEY, SHOP_ID, SimYooKassa
from tests.support.clock import FakeClock

BODY: dict[str, Any] = {
    "amount": {"value": "129.00", "currency": "RUB"}, "capture": True, "description": "VPN",
    "confirmation": {"type": "redirect", "return_url": "https://t.me/bot"}, "metadata": {"a": "b"},
}  # fmt: skip


class Client:
    """HTTP to a YooKassa of its own, with the shop's key."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sim = SimYooKassa(self.clock)
        self.faults = Faults(FAULTS)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(yookassa_app(self.sim, self.faults)),
            base_url="https://yookassa.example",
            auth=(SHOP_ID, SECRET_KEY),
        )

    async def post(self, path: str, body: object = None, key: str = "k1") -> httpx.Response:
        return await self.http.post(path, json=body, headers={"Idempotence-Key": key})

    async def get(self, path: str, **query: str) -> Any:
        return (await self.http.get(path, params=query)).json()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    opened = Client()
    async with opened.http:
        yield opened


async def test_one_key_is_one_payment_for_a_day(client: Client) -> None:
    """The same key and body is the same payment, another body is refused; after a day the key is forgotten."""
    first = await client.post("/payments", BODY)
    assert (await client.post("/payments", dict(reversed(BODY.items())))).json() == first.json()
    changed = await client.post("/payments", BODY | {"description": "other"})
    assert (changed.status_code, changed.json()["code"]) == (400, "invalid_request")
    assert [(await client.post("/payments", BODY, key)).status_code for key in ("", "k" * 65)] == [400, 400]
    client.clock.advance(hours=24)
    assert (await client.post("/payments", BODY)).json()["id"] != first.json()["id"]
    assert len(client.sim.payments) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"value": 129, "currency": "RUB"}}, {"amount": {"value": "129.0", "currency": "RUB"}},
        {"amount": {"value": "0.00", "currency": "RUB"}}, {"amount": {"value": "1.00", "currency": "USD"}},
        {"amount": None}, {"capture": False}, {"confirmation": {"type": "embedded"}}, {"description": "d" * 129},
        {"metadata": {"a": "b" * 513}}, {"receipt": {"items": []}},
    ],
)  # fmt: skip
async def test_a_bad_payment_is_refused_and_its_key_stays_free(client: Client, change: dict[str, object]) -> None:
    """What is refused isn't remembered."""
    assert (await client.post("/payments", BODY | change)).status_code == 400
    assert (await client.post("/payments", BODY)).status_code == 200


async def test_nothing_without_the_key(client: Client) -> None:
    """Another key opens nothing, and what isn't JSON is refused."""
    for auth in ((SHOP_ID, SECRET_KEY + "x"), ("7", SECRET_KEY)):
        answer = await client.http.get("/payments", auth=auth)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    for body in (b"{", b"[]", b" " * 70_000 + b"{"):
        assert (await client.http.post("/payments", content=body)).status_code in {400}
    assert (await client.http.get("/payments/none")).status_code == 404


async def test_lists_are_filtered_and_paged_from_the_newest_on(client: Client) -> None:
    """Ten rows unless said otherwise, the newest first; by status and by the time of payment."""
    for number in range(12):
        client.clock.advance(minutes=1)
        client.sim.receive(number + 1)
    page = await client.get("/payments", status="succeeded")
    rest = await client.get("/payments", status="succeeded", cursor=page["next_cursor"])
    values = [row["amount"]["value"] for row in page["items"] + rest["items"]]
    assert values == [f"0.{number:02d}" for number in range(12, 0, -1)]
    assert "next_cursor" not in rest
    newest = await client.get("/payments", **{"captured_at.gte": page["items"][0]["captured_at"]})
    assert [row["amount"]["value"] for row in newest["items"]] == ["0.12"]
    assert (await client.get("/payments", status="pending"))["items"] == []
    for query in ({"limit": "101"}, {"cursor": "none"}, {"captured_at.gte": "soon"}):
        assert (await client.get("/payments", **query))["code"] == "invalid_request"


async def test_only_what_is_held_can_be_cancelled(client: Client) -> None:
    """A payment that waits for its customer, or is paid, can't be cancelled; one that is held can, and again."""
    name = (await client.post("/payments", BODY)).json()["id"]
    assert (await client.post(f"/payments/{name}/cancel", {})).status_code == 400
    client.sim.hold(name)
    for _ in range(2):
        assert (await client.post(f"/payments/{name}/cancel", {})).json()["status"] == "canceled"
    paid = client.sim.receive(100)
    assert (await client.post(f"/payments/{paid.id}/cancel", {})).status_code == 400


@pytest.mark.parametrize(
    ("fault", "is_done"), [("yookassa.timeout", False), ("yookassa.cut", True), ("yookassa.http_500", True)]
)
async def test_faults_lose_the_answer_before_or_after_the_work(client: Client, fault: str, is_done: bool) -> None:
    """A timeout does nothing; a cut answer and a 500 hide what was done."""
    client.faults.turn_on(fault, 1)
    try:
        status = (await client.post("/payments", BODY)).status_code
    except httpx.ReadTimeout:
        status = 0
    assert (status in {0, 500}, len(client.sim.payments)) == (True, is_done)


async def test_the_page_takes_all_or_nothing(client: Client) -> None:
    """Its buttons pay once, by two attempts, or fail; a page that is done with has none, and words are escaped."""
    names = [
        (await client.post("/payments", BODY | {"description": "<b>"}, f"k{number}")).json()["id"]
        for number in range(3)
    ]
    page = (await client.http.get(f"/pay/{names[0]}")).text
    assert ("129.00 ₽", "&lt;b&gt;" in page, page.count("<button>")) == (page[page.index("129") :][:8], True, 5)
    for name, scenario in zip(names, ("sbp", "twice", "declined"), strict=True):
        assert (await client.http.post(f"/pay/{name}/{scenario}")).status_code == 303
    statuses = [payment.status for payment in client.sim.payments.values()]
    assert statuses == ["succeeded", "succeeded", "canceled", "succeeded"]
    assert "<button>" not in (await client.http.get(f"/pay/{names[0]}")).text
    assert [(await client.http.post(f"/pay/{names[0]}/{what}")).status_code for what in ("card", "half")] == [400, 404]
    assert (await client.http.get("/pay/none")).status_code == 404


def test_the_same_seed_gives_the_same_names() -> None:
    """A run can be repeated exactly."""
    names = [SimYooKassa(FakeClock(), seed).receive(1).id for seed in (1, 1, 2)]
    assert (names[0] == names[1], names[1] == names[2]) == (True, False)


async def test_a_saved_card_is_charged_without_its_customer(client: Client) -> None:
    """Only a paid payment that was to save its card can be charged again, at once; a revoked one no more."""
    saving = (await client.post("/payments", BODY | {"save_payment_method": True})).json()["id"]
    charge = {name: value for name, value in BODY.items() if name != "confirmation"} | {"payment_method_id": saving}
    assert (await client.post("/payments", charge, "k2")).status_code == 400
    client.sim.pay(saving)
    assert (await client.get(f"/payments/{saving}"))["payment_method"]["saved"] is True
    assert (await client.post("/payments", charge, "k3")).json()["status"] == "succeeded"
    client.sim.bank_answer = BankAnswer.REVOKES
    revoked = (await client.post("/payments", charge, "k4")).json()
    assert (revoked["status"], revoked["cancellation_details"]["reason"]) == ("canceled", "permission_revoked")
    assert (await client.post("/payments", charge, "k5")).status_code == 400
