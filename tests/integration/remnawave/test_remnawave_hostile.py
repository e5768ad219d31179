"""No answer of a panel, or of what stands before it, crashes the adapter, deceives it or makes it leak a secret."""

import json
import logging
from copy import deepcopy
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_adapters.remnawave.panel import RemnawavePanel
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_domain.access.account import Account, AccountStatus
from orbit_domain.access.ports import OutcomeUnknown, PanelError, PanelRejected, PanelUnavailable
from orbit_sandbox.marzban.fault_injection import BROKEN, CUT_JSON, DOWN, HTML, LOSE_ANSWER, TIMEOUT, TOKEN_EXPIRED
from orbit_sandbox.remnawave.answers import user_answer
from orbit_sandbox.remnawave.sim_remnawave import TOKEN, V3
from tests.integration.marzban.harness import START
from tests.integration.remnawave.harness import (
    CREDENTIAL,
    KEY,
    NAME,
    SECRET,
    PanelHarness,
    month_in_helsinki,
    panel_settings,
)
from tests.support.clock import FakeClock

Json = dict[str, Any]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
WORDS = st.sampled_from(
    ["response", "message", "errorCode", "statusCode", "users", "links", "internalSquads", "hasMore", "username", "id"]
)
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner), max_leaves=12)
LONG_AGO = "1970-01-01T00:00:00.000Z"


@pytest.fixture
def harness() -> PanelHarness:
    """The demo's panel, of the newer version."""
    return PanelHarness(V3)


async def user_row(harness: PanelHarness, wanted: Account) -> Json:
    """Our account as the panel shows it."""
    await harness.panel.ensure(wanted)
    return user_answer(harness.sim, harness.sim.users[NAME])


def answering(settings_: RemnawaveSettings, status: int, body: object) -> RemnawavePanel:
    """A panel that always gives the same answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=content, request=request)

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return RemnawavePanel(settings_, http, FakeClock(START))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
@pytest.mark.parametrize(
    "page",
    [b"<html>nginx</html>", b"", {"message": "no Route matched"}, {"message": "x", "statusCode": 418}, [], None],
    ids=["html", "empty", "gateway", "other status", "list", "null"],
)
async def test_a_proxys_own_refusal_proves_nothing(
    harness: PanelHarness, wanted: Account, status: int, page: object
) -> None:
    """Only the panel's own words mean that an account is absent or a name taken: anything else is no answer."""
    panel = answering(harness.settings, status, page)
    for call in (panel.ensure(wanted), panel.get(NAME, KEY), panel.delete(NAME, KEY), panel.list_owned(0, 2)):
        with pytest.raises(PanelUnavailable):
            await call


async def test_a_wrong_base_url_is_no_absence(harness: PanelHarness, wanted: Account) -> None:
    """The panel's framework knows no such address: nothing is concluded about the account, and a person is told."""
    await harness.panel.ensure(wanted)
    elsewhere = harness.new_panel(base_url="http://remnawave.test:3000/panel")
    for call in (elsewhere.ensure(wanted), elsewhere.get(NAME, KEY), elsewhere.delete(NAME, KEY)):
        with pytest.raises(PanelUnavailable, match=r"answered 404.*check the panel's base URL"):
            await call


@pytest.mark.parametrize(
    "body", [b"<html>Under maintenance</html>", b"", b'{"response": {"isDeleted"', {}, {"response": 1}]
)
async def test_a_page_instead_of_a_removal_is_no_removal(harness: PanelHarness, wanted: Account, body: object) -> None:
    """A 200 that isn't the panel's own leaves the outcome unknown."""
    row = await user_row(harness, wanted)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(request: httpx.Request) -> httpx.Response:
        shown = json.dumps({"response": row}).encode()
        return httpx.Response(200, content=shown if request.method == "GET" else content, request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        with pytest.raises(OutcomeUnknown):
            await RemnawavePanel(harness.settings, http, harness.clock).delete(NAME, KEY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "orbit_6"),
        ("username", NAME.upper()),
        ("status", "ON_FIRE"),
        ("expireAt", "+275760-09-13T00:00:00.000Z"),
        ("expireAt", "2027-01-01T00:00:00"),
        ("trafficLimitBytes", -1),
        ("userTraffic", {"usedTrafficBytes": -5}),
        ("userTraffic", {"usedTrafficBytes": 1e300}),
        ("vlessUuid", "nope"),
        ("activeInternalSquads", None),
        ("activeInternalSquads", [{"uuid": "'; DROP TABLE squads; --"}]),
        ("id", None),
        ("id", "../../nodes"),
        ("description", 7),
        ("subscriptionUrl", "javascript:alert(1)"),
        ("subscriptionUrl", "https:///x"),
    ],
)
async def test_a_user_that_makes_no_sense_is_no_answer(
    harness: PanelHarness, wanted: Account, field: str, value: object
) -> None:
    """A foreign account, impossible numbers and times, keys that lead elsewhere: nothing of it is believed."""
    row = await user_row(harness, wanted)
    row[field] = value
    panel = answering(harness.settings, 200, {"response": row | {"links": [f"vless://{CREDENTIAL}@x"]}})
    for call in (panel.get(NAME, KEY), panel.ensure(wanted)):
        with pytest.raises((PanelUnavailable, OutcomeUnknown)) as error:
            await call
        assert str(CREDENTIAL) not in repr(error.value)


async def test_an_end_in_1970_is_an_expired_account(harness: PanelHarness, wanted: Account) -> None:
    """It is read as it is, and a renewal gives it its time."""
    await harness.panel.ensure(wanted)
    harness.sim.users[NAME].expire_at = harness.sim.users[NAME].expire_at.replace(year=1970)
    harness.clock.advance(minutes=1)
    found = await harness.panel.get(NAME, KEY)
    assert found is not None
    assert (found.status, found.expires_at and found.expires_at.year) == (AccountStatus.EXPIRED, 1970)
    assert (await harness.panel.ensure(wanted)).expires_at == wanted.expires_at.replace(microsecond=500_000)


async def test_two_accounts_with_our_note_are_both_shown(harness: PanelHarness, wanted: Account) -> None:
    """A copy that a person made has the key's note: the list shows it, and each is changed by its own name alone."""
    await harness.panel.ensure(wanted)
    copy = deepcopy(harness.sim.users[NAME])
    copy.username, copy.id, copy.short_uuid = "copy", 99, "copied"
    harness.sim.users["copy"] = copy
    listed = await harness.panel.list_owned(0, 10)
    assert [(one.key_id, one.state.username) for one in listed.accounts] == [(KEY, NAME), (KEY, "copy")]
    await harness.panel.delete(NAME, KEY)
    assert set(harness.sim.users) == {"copy"}


@pytest.mark.parametrize(
    "page",
    [
        {"users": "row", "hasMore": True, "nextCursor": None},
        {"users": "row", "hasMore": True, "nextCursor": "0"},
        {"users": "row", "hasMore": True, "nextCursor": "999999"},
        {"users": "row row", "hasMore": False, "nextCursor": None},
        {"users": "", "hasMore": True, "nextCursor": "5"},
        {"users": "row", "hasMore": "perhaps", "nextCursor": None},
        {"users": "row", "nextCursor": None},
    ],
)
async def test_a_list_that_leads_nowhere_is_an_error(harness: PanelHarness, wanted: Account, page: Json) -> None:
    """A list that repeats itself, never ends or hides accounts is no list."""
    row = await user_row(harness, wanted)
    spoilt = page | {"users": [row for _ in page["users"].split()]}
    with pytest.raises(PanelUnavailable):
        await answering(harness.settings, 200, {"response": spoilt}).list_owned(0, 2)
    fine = {"users": [row], "hasMore": False, "nextCursor": None}
    assert len((await answering(harness.settings, 200, {"response": fine}).list_owned(0, 2)).accounts) == 1


@pytest.mark.parametrize("name", ["a/b", "../stream", "x?size=1", "o'hare\"", "имя", "%2e%2e", "n\n"])
async def test_odd_names_stay_names(harness: PanelHarness, name: str) -> None:
    """No name leads to another address of the panel."""
    await harness.panel.delete(name, KEY)
    assert await harness.panel.get(name, KEY) is None
    assert {path.rpartition(f"/{name}")[0] for _, path in harness.transport.sent} == {"/api/users/by-username"}


async def test_an_endless_body_is_cut(harness: PanelHarness, wanted: Account) -> None:
    """Ten megabytes are refused instead of being kept in memory."""
    with pytest.raises(PanelUnavailable):
        await answering(harness.settings, 200, b"[" * 10_000_000).ensure(wanted)


async def test_a_redirect_gets_no_token(harness: PanelHarness, wanted: Account) -> None:
    """Another host is never asked, so it never sees our token."""
    asked: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": "https://evil.example/"}, request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), follow_redirects=True) as http:
        with pytest.raises(PanelUnavailable, match="redirect"):
            await RemnawavePanel(harness.settings, http, harness.clock).ensure(wanted)
    assert set(asked) == {"remnawave.test"}


@settings(max_examples=40)
@given(
    status=st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 409, 418, 429, 500, 502]),
    body=st.binary(max_size=64) | JSON | JSON.map(lambda inner: {"response": inner}),
)
async def test_hostile_answers_raise_panel_errors_only(status: int, body: object) -> None:
    """For any bytes from a panel, a call returns or raises a PanelError, never another error."""
    wanted, panel = month_in_helsinki(), answering(panel_settings(attempts=1), status, body)
    calls = (panel.ensure(wanted), panel.get(NAME, KEY), panel.delete(NAME, KEY), panel.list_owned(0, 2))
    for call in (*calls, panel.nodes()):
        try:
            await call
        except PanelError as error:
            assert TOKEN not in repr(error)  # noqa: PT017  whether it is raised is the panel's choice
    assert await panel.check()


async def test_no_secret_leaves_the_adapter(
    harness: PanelHarness, wanted: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither token, secret nor credential shows in logs, reprs, messages or the causes of what is raised."""
    caplog.set_level(logging.DEBUG)
    outputs: list[object] = [harness.settings, harness.panel, await harness.panel.check()]
    await harness.panel.ensure(wanted)
    for fault in (DOWN, BROKEN, TIMEOUT, HTML, CUT_JSON, LOSE_ANSWER, TOKEN_EXPIRED):
        harness.faults.turn_on(fault)
        for call in (harness.panel.ensure(wanted), harness.panel.delete(NAME, KEY), harness.panel.nodes()):
            try:
                await call
            except PanelError as error:
                outputs += [error, error.__cause__, error.__context__]
        harness.faults.clear()
    words = {"message": f"no {CREDENTIAL}", "errorCode": "A001"}
    with pytest.raises(PanelRejected) as refused:
        await answering(harness.settings, 400, words).ensure(wanted)
    text = caplog.text + " ".join(f"{one!r} {one}" for one in [*outputs, refused.value])
    assert not [secret for secret in (TOKEN, SECRET, str(CREDENTIAL)) if secret in text]
