"""No answer of a panel, real or forged, crashes the adapter or makes it leak a secret."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_domain.access.account import Account
from orbit_domain.access.ports import PanelError, PanelRejected, PanelUnavailable
from orbit_domain.ids import KeyId
from orbit_sandbox.marzban.fault_injection import BROKEN, DOWN, HTML, TIMEOUT, TOKEN_EXPIRED, TOO_MANY
from orbit_sandbox.marzban.sim_marzban import PASSWORD
from tests.integration.marzban.harness import PLACES, PanelHarness

KEY = KeyId(UUID(int=5))
NAME = "orbit_5"
CREDENTIAL = UUID("55555555-0000-4000-8000-000000000000")
KNOWN_WORDS = (
    *("detail", "username", "status", "expire", "proxies", "inbounds", "links", "subscription_url", "users", "usages"),
    *("tag", "name", "address", "vless", "total", "info", "version", "is_sudo", "used_traffic", "note"),
)
WORDS = st.sampled_from(KNOWN_WORDS) | st.text(max_size=4)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner), max_leaves=12)
ROW = {
    "username": NAME,
    "status": "active",
    "note": f"orbit:{KEY}",
    "proxies": {"vless": {"id": str(CREDENTIAL)}},
    "inbounds": {"vless": list(PLACES[0])},
    "links": ["vless://x"],
    "subscription_url": "/sub/x",
}


@pytest.fixture
def wanted(harness: PanelHarness) -> Account:
    """A month in Frankfurt."""
    return Account(KEY, NAME, CREDENTIAL, PLACES[0], harness.clock.now() + timedelta(days=30))


async def test_proxys_own_404_is_not_an_absent_account(harness: PanelHarness, wanted: Account) -> None:
    """Only the panel's own 404 means that an account is gone; a proxy's 404 or a wrong base URL doesn't."""
    await harness.panel.ensure(wanted)
    for page in ({"detail": "Not Found"}, "<html>404</html>"):
        http = httpx.AsyncClient(transport=_always(404, page, harness))
        async with http:
            panel = MarzbanPanel(harness.settings, http, harness.clock)
            for call in (panel.ensure(wanted), panel.get(NAME, KEY), panel.delete(NAME, KEY)):
                with pytest.raises((PanelUnavailable, PanelRejected)):
                    await call
    assert set(harness.sim.users) == {NAME}


async def test_proxys_own_401_says_nothing_about_our_login(harness: PanelHarness, wanted: Account) -> None:
    """A proxy before the panel that asks for its own password costs no login and no pause."""
    async with httpx.AsyncClient(transport=_always(401, "<html>401</html>", harness)) as http:
        panel = MarzbanPanel(harness.settings, http, harness.clock)
        for _ in range(3):
            with pytest.raises(PanelUnavailable):
                await panel.ensure(wanted)
    assert harness.sim.logins == 1


@given(
    status=st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503]),
    body=st.binary(max_size=64) | JSON | st.dictionaries(st.sampled_from(sorted(ROW)), JSON).map(lambda odd: ROW | odd),
)
async def test_hostile_answers_raise_panel_errors_only(status: int, body: object) -> None:
    """For any bytes from a panel, a call returns or raises a PanelError, never another error."""
    harness = PanelHarness()
    wanted = Account(KEY, NAME, CREDENTIAL, PLACES[0], harness.clock.now() + timedelta(days=30))
    async with httpx.AsyncClient(transport=_always(status, body, harness)) as http:
        panel = MarzbanPanel(harness.settings, http, harness.clock)
        calls = (panel.ensure(wanted), panel.get(NAME, KEY), panel.delete(NAME, KEY), panel.list_owned(0, 2))
        for call in (*calls, panel.nodes()):
            try:
                await call
            except PanelError as error:
                assert PASSWORD not in repr(error)  # noqa: PT017  whether it is raised is the panel's choice
        assert await panel.check()


async def test_body_of_a_500_is_never_read(harness: PanelHarness, wanted: Account) -> None:
    """An unread answer drops its connection: the panel closes that one without notice."""
    read: list[str] = []

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            read.append("read")
            yield b"Internal Server Error"

        async def aclose(self) -> None:
            read.append("closed")

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/admin/token":
            return await harness.transport.handle_async_request(request)
        return httpx.Response(500, stream=Body())

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        with pytest.raises(PanelUnavailable):
            await MarzbanPanel(harness.settings, http, harness.clock).ensure(wanted)
    assert set(read) == {"closed"}


async def test_endless_answer_is_cut(harness: PanelHarness, wanted: Account) -> None:
    """An answer of many megabytes is refused instead of being kept in memory."""
    async with httpx.AsyncClient(transport=_always(200, b"[" * 5_000_000, harness)) as http:
        with pytest.raises(PanelUnavailable, match="connection failed"):
            await MarzbanPanel(harness.settings, http, harness.clock).ensure(wanted)


async def test_no_secret_leaves_the_adapter(
    harness: PanelHarness, wanted: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither password, token nor credential shows in logs, reprs, messages or the causes of what is raised."""
    caplog.set_level(logging.DEBUG)
    outputs: list[object] = [harness.settings, harness.panel]
    await harness.panel.ensure(wanted)
    for fault in (DOWN, TOO_MANY, BROKEN, TIMEOUT, HTML, TOKEN_EXPIRED):
        harness.faults.turn_on(fault)
        for call in (
            harness.panel.ensure(wanted),
            harness.panel.delete(NAME, KEY),
            harness.new_panel(password="hunter2").nodes(),
        ):
            try:
                await call
            except PanelError as error:
                outputs += [error, error.__cause__, error.__context__]
        harness.faults.clear()
    async with httpx.AsyncClient(transport=_always(422, {"detail": {"proxies": f"no {CREDENTIAL}"}}, harness)) as http:
        with pytest.raises(PanelRejected) as refused:
            await MarzbanPanel(harness.settings, http, harness.clock).ensure(wanted)
    text = caplog.text + " ".join(f"{one!r} {one}" for one in [*outputs, refused.value])
    assert not [secret for secret in (PASSWORD, "hunter2", str(CREDENTIAL), "eyJ") if secret in text]


def _always(status: int, body: object, harness: PanelHarness) -> httpx.AsyncBaseTransport:
    """A panel that accepts the login and then always gives the same answer."""

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/admin/token":
            return await harness.transport.handle_async_request(request)
        if isinstance(body, bytes):
            return httpx.Response(status, content=body)
        return httpx.Response(status, content=_json(body))

    return httpx.MockTransport(answer)


def _json(body: object) -> bytes:
    return json.dumps(body).encode()
