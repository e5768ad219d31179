"""How a panel is logged in to: logins are shared, and whatever came instead of one is told in words."""

import asyncio
import socket
import ssl

import httpx
import pytest

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.panel_plugin.connection_errors import in_words
from orbit_domain.access.ports import PanelAuthFailed, PanelError, PanelUnavailable
from orbit_domain.ids import KeyId
from orbit_testing.contracts.vpn_panel_hooks import KEY_ID
from tests.integration.marzban.harness import START, PanelHarness, panel_settings, served
from tests.support.clock import FakeClock

KEY: KeyId = KEY_ID


class LoginServer(httpx.AsyncBaseTransport):
    """Counts the logins and answers all of them alike, once it is opened."""

    def __init__(self, status: int, body: object) -> None:
        self.status, self.body = status, body
        self.logins = 0
        self.open = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.logins += 1
        await self.open.wait()
        if self.status == 0:
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(self.status, json=self.body, request=request)


def panel_behind(transport: httpx.AsyncBaseTransport, **settings: object) -> MarzbanPanel:
    """An adapter that sends no request twice, before *transport*."""
    http = httpx.AsyncClient(transport=transport)
    return MarzbanPanel(panel_settings(attempts=1, **settings), http, FakeClock(START))


@pytest.mark.parametrize("status", [0, 401, 404])
async def test_callers_at_once_share_one_login_also_a_failed_one(status: int) -> None:
    """Twenty keys before a panel that hangs or refuses wait for one login together, not for twenty in a row."""
    server = LoginServer(status, {"detail": "no"})
    panel = panel_behind(server)
    calls = [asyncio.ensure_future(panel.get(f"orbit_{number}", KEY)) for number in range(20)]
    for _ in range(100):
        await asyncio.sleep(0)
    server.open.set()
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(end, PanelError) for end in ends)
    assert server.logins == 1


async def test_a_caller_that_gives_up_leaves_the_login_to_the_others(harness: PanelHarness) -> None:
    """One key's turn may end while another's goes on."""
    impatient, patient = (asyncio.ensure_future(harness.panel.get("orbit_1", KEY)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient is None
    assert (impatient.cancelled(), harness.sim.logins) == (True, 1)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, {"detail": "Incorrect username or password"}, "check the administrator's name and password"),
        (404, {"detail": "Not Found"}, "answered 404 to our login (Not Found): is this a Marzban panel?"),
        (405, {"detail": "Method Not Allowed"}, "answered 405 to our login (Method Not Allowed)"),
        (403, {"detail": "no\x1b[31m " + "a" * 40}, "answered 403 to our login (no [31m …)"),
        (404, {"error": "nothing here"}, "answered 404 with something that can't be read"),
        (200, {"hello": "world"}, "answered 200 with something that can't be read"),
    ],
)
async def test_a_login_that_fails_says_what_came(status: int, body: object, said: str) -> None:
    """Only a 401 speaks of the password; anything else is told as it came, without what may be a secret."""
    server = LoginServer(status, body)
    server.open.set()
    panel = panel_behind(server)
    for _ in range(2):
        with pytest.raises((PanelAuthFailed, PanelUnavailable)) as caught:
            await panel.nodes()
        assert said in caught.value.reason
    (result,) = await panel.check()
    assert (result.ok, said in result.seen, bool(result.remedy)) == (False, True, True)


async def seen_by_doctor(base_url: str) -> str:
    """What the doctor says of a panel at that address."""
    async with httpx.AsyncClient() as http:
        (result,) = await MarzbanPanel(panel_settings(base_url=base_url, attempts=1), http, FakeClock(START)).check()
    return result.seen


async def test_a_real_connection_that_fails_is_told_in_words(harness: PanelHarness) -> None:
    """A refused connection, an unknown name, and https before a plain port each name their cause."""
    with served(harness.app) as url:
        no_tls = await seen_by_doctor(url.replace("http://", "https://"))
    assert "is it http instead of https" in no_tls
    assert "nothing listens on that port" in await seen_by_doctor("http://127.0.0.1:1")
    assert "can't be resolved" in await seen_by_doctor("http://panel.invalid")


def certificate_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (certificate_error(), "its certificate isn't trusted (self-signed certificate)"),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "is it http instead of https"),
        (socket.gaierror(-2, "Name or service not known"), "its name can't be resolved"),
        (ExceptionGroup("all", [OSError("one"), ConnectionRefusedError(111, "refused")]), "nothing listens"),
        (ConnectionResetError(104, "reset"), "it reset the connection"),
        (OSError(113, "No route to host"), "No route to host"),
        (None, "ConnectError"),
    ],
)
def test_every_cause_has_its_words(cause: BaseException | None, said: str) -> None:
    """However deep the cause is hidden, it is what the owner reads."""
    outer = OSError("All connection attempts failed")
    outer.__cause__ = cause
    error = httpx.ConnectError("failed")
    error.__cause__ = outer
    error.__context__ = error
    assert said in in_words(error)
