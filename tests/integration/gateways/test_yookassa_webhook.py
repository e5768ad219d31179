"""YooKassa's notifications at the shop's web server: an unsigned hint at an address that can't be guessed (Y1)."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from orbit_adapters.yookassa.webhook import MAX_BODY_BYTES, webhook_path
from orbit_sandbox.provider_push import ProviderPush, unsigned
from orbit_sandbox.yookassa.sim_yookassa import SECRET_KEY
from tests.integration.gateways.yookassa_account import SETTINGS
from tests.integration.gateways.yookassa_shop import YooKassaShop, shop_at_yookassa

BODY = b'{"type": "notification",  "event": "payment.succeeded", "object": {"id": "2e9f", "amount": {"value": 1.5}}}'


@pytest.fixture
async def shop() -> AsyncIterator[YooKassaShop]:
    async with shop_at_yookassa() as opened:
        yield opened


@pytest.mark.parametrize(
    "headers", [{}, {"X-Forwarded-For": "198.51.100.9"}, {"X-Real-IP": "77.75.153.1"}, {"Authorization": "Basic AAAA"}]
)
async def test_y1_wherever_it_comes_from_it_is_stored_raw(shop: YooKassaShop, headers: dict[str, str]) -> None:
    """Y1: the sender's address proves nothing behind a proxy: news is taken from anybody, and stored as it came."""
    with capture_logs() as lines:
        assert await shop.notify(BODY, None, **headers) == 200
    (entry,) = await shop.news()
    assert (entry.source, entry.external_id) == ("yookassa:424242", "payment.succeeded:2e9f")
    assert entry.payload == BODY.decode()
    assert not any(secret in json.dumps(lines) for secret in (webhook_path(SETTINGS)[-32:], SECRET_KEY))


@pytest.mark.parametrize("path", ["/pay/yookassa", "/pay/yookassa/", f"/pay/yookassa/{'0' * 32}"])
async def test_y1_at_another_address_there_is_nothing(shop: YooKassaShop, path: str) -> None:
    """Y1: whoever doesn't know the address can't even make the shop read its lists."""
    assert await shop.notify(BODY, path) == 404
    assert await shop.news() == ()


async def test_the_same_news_again_is_stored_once(shop: YooKassaShop) -> None:
    """A recording that is sent again changes nothing; another event of the same object is other news."""
    other = BODY.replace(b"payment.succeeded", b"refund.succeeded")
    longer = BODY[:-1] + b', "more": 1}'
    assert [await shop.notify(body) for body in (BODY, BODY, longer, other)] == [200] * 4
    assert [entry.payload for entry in await shop.news()] == [other.decode(), BODY.decode()]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b"\xff", 400),
        (BODY.replace(b"notification", b"letter"), 400),
        (BODY.replace(b'"payment.succeeded"', b"7"), 400),
        (BODY.replace(b"payment.succeeded", b"payment"), 400),
        (BODY.replace(b"payment.succeeded", b"payment.succeeded\\n"), 400),
        (BODY.replace(b'{"id": "2e9f"', b'{"name": "2e9f"'), 400),
        (BODY.replace(b"2e9f", b""), 400),
        (BODY.replace(b"2e9f", b"2e9f\\u0000"), 400),
        (BODY.replace(b"2e9f", b"e" * 65), 400),
        (BODY.replace(b'"event"', b'"type": "notification", "event"'), 400),
        (b'{"a":' * 2500 + b"1" + b"}" * 2500, 400),
        (b" " * (MAX_BODY_BYTES + 1), 413),
    ],
)
async def test_what_is_no_notification_leaves_no_trace(shop: YooKassaShop, body: bytes, status: int) -> None:
    """Malformed and oversized requests are refused, and nothing of them is stored."""
    assert await shop.notify(body) == status
    assert await shop.news() == ()


def test_the_address_follows_from_the_key_and_shows_nothing_of_it() -> None:
    """The same key gives the same address after a restart; another key or shop gives another one."""
    path = webhook_path(SETTINGS)
    others = [{"secret_key": SecretStr("another-key-of-the-shop")}, {"shop_id": "7"}]
    assert webhook_path(SETTINGS) == path
    assert len({path, *(webhook_path(SETTINGS.model_copy(update=other)) for other in others)}) == 3
    assert path.startswith("/pay/yookassa/")
    assert len(path) == len("/pay/yookassa/") + 32
    assert SECRET_KEY not in path


async def test_the_simulated_yookassa_is_understood(shop: YooKassaShop) -> None:
    """What the simulator sends is taken: once, lost, twice, and again while the shop doesn't answer."""
    sim, faults = shop.account.sim, shop.account.faults
    sim.webhook_url = "https://shop.example/hook"
    down = [True]

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503 if down else await shop.notify(request.content))

    push = ProviderPush("yookassa", sim, faults, unsigned)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        sim.receive(100)
        assert not await push.send_next(http)
        down.clear()
        assert await push.send_next(http)
        for fault in ("yookassa.webhook_lost", "yookassa.webhook_twice"):
            faults.turn_on(fault, 1)
            sim.receive(200)
            assert await push.send_next(http)
    assert (sim.events, len(await shop.news())) == ([], 2)
    assert [one.amount.units for one in await shop.unmatched()] == [200, 200, 100]
