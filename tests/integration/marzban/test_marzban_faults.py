"""The fault matrix of the panel: no account is doubled, no foreign one is touched, and the state converges."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_domain.access.account import Account, AccountStatus
from orbit_domain.access.ports import ForeignAccount, OutcomeUnknown, PanelAuthFailed, PanelUnavailable, PlacementGone
from orbit_domain.ids import KeyId
from orbit_sandbox.marzban.fault_injection import BROKEN, DOWN, HTML, TIMEOUT, TOKEN_EXPIRED, TOO_MANY
from orbit_sandbox.marzban.state import Admin, Inbound, PanelUser, Proxy
from orbit_testing.contracts.vpn_panel_hooks import CallFault
from tests.integration.marzban.harness import PLACES, START, PanelHarness, panel_settings
from tests.support.clock import FakeClock

KEY = KeyId(UUID(int=5))
NAME = "orbit_5"
CREDENTIAL = UUID("55555555-0000-4000-8000-000000000000")


@pytest.fixture
def wanted(harness: PanelHarness) -> Account:
    """A month in Frankfurt."""
    return Account(KEY, NAME, CREDENTIAL, PLACES[0], harness.clock.now() + timedelta(days=30))


async def test_401_expired_token_is_renewed_once(harness: PanelHarness, wanted: Account) -> None:
    """When the panel invalidates our token, all calls in flight share one new login and succeed."""
    await harness.panel.ensure(wanted)
    harness.sim.forget_tokens()
    found = await asyncio.gather(*(harness.panel.get(NAME, KEY) for _ in range(12)))
    assert None not in found
    assert harness.sim.logins == 2


async def test_401_midway_does_not_lose_the_change(harness: PanelHarness, wanted: Account) -> None:
    """A token that dies between two requests of one call costs a login, not the call."""
    harness.faults.turn_on(TOKEN_EXPIRED, 1)
    await harness.panel.ensure(wanted)
    assert set(harness.sim.users) == {NAME}


async def test_token_is_kept_until_the_panel_refuses_it(harness: PanelHarness, wanted: Account) -> None:
    """Twenty calls at once, and as many later, need one login."""
    await asyncio.gather(*(harness.panel.get(NAME, KEY) for _ in range(20)))
    await asyncio.gather(*(harness.panel.get(NAME, KEY) for _ in range(20)))
    assert harness.sim.logins == 1


async def test_401_wrong_password_is_not_hammered(harness: PanelHarness, wanted: Account) -> None:
    """A refused login isn't repeated for thirty seconds: each try shows the password in the panel's notifications."""
    panel = harness.new_panel(password="wrong")
    for _ in range(10):
        with pytest.raises(PanelAuthFailed):
            await panel.ensure(wanted)
    assert harness.sim.logins == 1
    harness.clock.advance(seconds=31)
    with pytest.raises(PanelAuthFailed):
        await panel.ensure(wanted)
    assert harness.sim.logins == 2


async def test_401_for_every_token_ends_in_a_refusal(harness: PanelHarness, wanted: Account) -> None:
    """A panel that refuses its own tokens gets one more login; then calls are refused without requests."""
    harness.faults.turn_on(TOKEN_EXPIRED)
    for _ in range(5):
        with pytest.raises(PanelAuthFailed):
            await harness.panel.ensure(wanted)
    assert harness.sim.logins == 2


async def test_403_account_of_another_administrator_is_not_ours(harness: PanelHarness, wanted: Account) -> None:
    """Another administrator's account is neither adopted nor found nor removed, even with our note on it."""
    await harness.panel.ensure(wanted)
    harness.sim.admins["seller"] = Admin("seller", "p", is_sudo=False)
    seller = harness.new_panel(username="seller", password="p")
    with pytest.raises(ForeignAccount):
        await seller.ensure(wanted)
    assert await seller.get(NAME, KEY) is None
    await seller.delete(NAME, KEY)
    assert set(harness.sim.users) == {NAME}
    with pytest.raises(PanelAuthFailed, match="sudo"):
        await seller.nodes()


async def test_404_on_change_makes_the_account_again(harness: PanelHarness, wanted: Account) -> None:
    """An account that vanishes between read and change is created again under the same link."""
    made = await harness.panel.ensure(wanted)

    def vanish(request: httpx.Request) -> None:
        if request.method == "PUT":
            harness.sim.users.pop(NAME, None)
            harness.transport.fault_hooks.clear()

    harness.transport.fault_hooks.append(vanish)
    seen = await harness.panel.ensure(replace(wanted, expires_at=wanted.expires_at + timedelta(days=30)))
    assert seen.links == made.links
    assert set(harness.sim.users) == {NAME}


async def test_409_with_our_note_is_adopted(harness: PanelHarness, wanted: Account) -> None:
    """When another replica is faster, its account is changed to the wanted state and not created twice."""

    def create_first(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path == "/api/user" and NAME not in harness.sim.users:
            row = PanelUser(NAME, harness.clock.now(), "orbit", note=f"orbit:{KEY}", expire=1)
            row.proxies["vless"] = Proxy({"id": str(CREDENTIAL), "flow": ""}, excluded={"VLESS Frankfurt"})
            harness.sim.users[NAME] = row

    harness.transport.fault_hooks.append(create_first)
    seen = await harness.panel.ensure(wanted)
    assert seen.expires_at is not None
    assert seen.expires_at >= wanted.expires_at
    assert len(seen.links) == 1
    assert harness.transport.count("POST", "/api/user") == 1


async def test_two_replicas_at_once_make_one_account(harness: PanelHarness, wanted: Account) -> None:
    """Two concurrent processes with the same account get the same links."""
    other = harness.new_panel()
    await asyncio.gather(harness.panel.get(NAME, KEY), other.get(NAME, KEY))
    first, second = await asyncio.gather(harness.panel.ensure(wanted), other.ensure(wanted))
    assert first.links == second.links
    assert harness.transport.count("POST", "/api/user") == 2
    assert set(harness.sim.users) == {NAME}


async def test_409_with_another_note_is_a_collision(harness: PanelHarness, wanted: Account) -> None:
    """A foreign account that takes the name between read and creation stays unchanged."""

    def take_name(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path == "/api/user" and NAME not in harness.sim.users:
            harness.sim.users[NAME] = PanelUser(NAME, harness.clock.now(), "orbit", note="another owner")
            harness.sim.users[NAME].proxies |= {"vless": _proxy()}

    harness.transport.fault_hooks.append(take_name)
    with pytest.raises(ForeignAccount):
        await harness.panel.ensure(wanted)
    assert harness.sim.users[NAME].note == "another owner"


async def test_400_without_vless_is_a_refusal(harness: PanelHarness, wanted: Account) -> None:
    """A panel whose core has no VLESS at all is misconfigured: a refusal that names the protocol, not a retry."""
    harness.sim.inbounds.clear()
    harness.sim.add_inbound(Inbound("VLESS Frankfurt", "trojan", 1))
    with pytest.raises(PlacementGone, match="VLESS is disabled"):
        await harness.panel.ensure(wanted)
    assert harness.transport.count("POST", "/api/user") == 1


@pytest.mark.parametrize("fault", [DOWN, TOO_MANY, BROKEN, TIMEOUT])
async def test_passing_errors_are_retried(harness: PanelHarness, wanted: Account, fault: str) -> None:
    """Two failures in a row of a harmless request are retried until it succeeds."""
    await harness.panel.ensure(wanted)
    harness.faults.turn_on(fault, 2)
    assert await harness.panel.get(NAME, KEY) is not None


@pytest.mark.parametrize("fault", [DOWN, TOO_MANY, BROKEN, TIMEOUT, HTML])
async def test_lasting_errors_are_unavailability(harness: PanelHarness, wanted: Account, fault: str) -> None:
    """429, 5xx, timeouts and unexpected pages raise PanelUnavailable and change nothing; the next call works."""
    await harness.panel.get(NAME, KEY)
    harness.faults.turn_on(fault)
    for call in (harness.panel.ensure(wanted), harness.panel.delete(NAME, KEY), harness.panel.nodes()):
        with pytest.raises(PanelUnavailable):
            await call
    assert harness.sim.users == {}
    harness.faults.clear()
    assert (await harness.panel.ensure(wanted)).status == AccountStatus.ACTIVE


async def test_connection_refused_is_unavailability(wanted: Account) -> None:
    """A panel that doesn't listen is unavailable, already at login."""
    async with httpx.AsyncClient() as http:
        panel = MarzbanPanel(panel_settings(base_url="http://127.0.0.1:1"), http, FakeClock(START))
        with pytest.raises(PanelUnavailable, match="it refuses the connection: nothing listens on that port"):
            await panel.ensure(wanted)


@pytest.mark.parametrize("kind", [CallFault.ANSWER_LOST, CallFault.ANSWER_CUT])
async def test_timeout_that_did_create_is_looked_up(harness: PanelHarness, wanted: Account, kind: CallFault) -> None:
    """When the account was made and the answer lost, the same call finds it: one creation, no second request."""
    harness.transport.fail_next(kind, "POST")
    seen = await harness.panel.ensure(wanted)
    assert seen.links
    assert harness.transport.count("POST", "/api/user") == 1


async def test_account_found_after_a_lost_creation_is_new(harness: PanelHarness, wanted: Account) -> None:
    """No answer to the creation and none to the look after it: whoever finds the account later says it is new, once."""
    await harness.panel.get(NAME, KEY)
    harness.transport.fail_next(CallFault.ANSWER_LOST, "POST")
    harness.transport.fault_hooks.append(
        lambda request: CallFault.NOTHING_DONE if request.method == "GET" and harness.sim.users else None
    )
    with pytest.raises(OutcomeUnknown):
        await harness.panel.ensure(wanted)
    harness.transport.fault_hooks.clear()
    assert set(harness.sim.users) == {NAME}
    assert [(await harness.panel.ensure(wanted)).is_new for _ in range(2)] == [True, False]


async def test_timeout_that_did_not_create_is_not_repeated_blindly(harness: PanelHarness, wanted: Account) -> None:
    """A creation without an answer and without an account may still arrive: its outcome is unknown."""
    harness.transport.fail_next(CallFault.NOTHING_DONE, "POST")
    with pytest.raises(OutcomeUnknown):
        await harness.panel.ensure(wanted)
    assert harness.transport.count("POST", "/api/user") == 1
    assert (await harness.panel.ensure(wanted)).links


@pytest.mark.parametrize("kind", CallFault)
async def test_lost_change_is_repeated_because_it_is_absolute(
    harness: PanelHarness, wanted: Account, kind: CallFault
) -> None:
    """A renewal whose answers are lost is sent again and counts once."""
    await harness.panel.ensure(wanted)
    longer = replace(wanted, expires_at=wanted.expires_at + timedelta(days=30))
    harness.transport.fail_next(kind, "PUT", times=2 if kind != CallFault.ANSWER_CUT else 0)
    seen = await harness.panel.ensure(longer)
    assert seen.expires_at is not None
    assert seen.expires_at - longer.expires_at < timedelta(seconds=1)


@pytest.mark.parametrize("kind", [CallFault.ANSWER_LOST, CallFault.NOTHING_DONE])
async def test_removal_without_an_answer_is_looked_up(harness: PanelHarness, wanted: Account, kind: CallFault) -> None:
    """Without an answer to a removal the account's absence decides: gone is success, still there is unknown."""
    await harness.panel.ensure(wanted)
    harness.transport.fail_next(kind, "DELETE", times=3)
    if kind == CallFault.ANSWER_LOST:
        await harness.panel.delete(NAME, KEY)
        assert harness.sim.users == {}
    else:
        with pytest.raises(OutcomeUnknown):
            await harness.panel.delete(NAME, KEY)
        assert set(harness.sim.users) == {NAME}


async def test_slow_drip_is_cut_by_one_deadline(harness: PanelHarness, wanted: Account) -> None:
    """The deadline covers the whole answer, not each byte: a panel that never finishes is cut."""
    drip = asyncio.Event()

    class Dripping(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await drip.wait()
            raise AssertionError("never reached")

    async with httpx.AsyncClient(transport=Dripping()) as http:
        panel = MarzbanPanel(panel_settings(timeout_s=0.001), http, harness.clock)
        with pytest.raises(PanelUnavailable, match="no answer in time"):
            await panel.ensure(wanted)


async def test_at_most_four_requests_in_flight(harness: PanelHarness) -> None:
    """With any number of callers, the panel gets four requests at a time."""
    now_in, maximum = 0, 0

    class Counting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal now_in, maximum
            now_in += 1
            maximum = max(maximum, now_in)
            for _ in range(5):
                await asyncio.sleep(0)
            now_in -= 1
            return await harness.transport.handle_async_request(request)

    async with httpx.AsyncClient(transport=Counting()) as http:
        panel = MarzbanPanel(harness.settings, http, harness.clock)
        await asyncio.gather(*(panel.get(f"orbit_{n}", KEY) for n in range(40)))
    assert maximum == 4


async def test_panel_restored_from_an_old_backup_converges(harness: PanelHarness, wanted: Account) -> None:
    """Accounts that a restored panel lost, or has with an earlier end, are as wanted after one `ensure`."""
    others = [replace(wanted, key_id=KeyId(UUID(int=n)), username=f"orbit_{n}") for n in range(10, 16)]
    made = [await harness.panel.ensure(one) for one in others]
    for n, one in enumerate(others):
        if n % 2:
            del harness.sim.users[one.username]
        else:
            harness.sim.users[one.username].expire = 1
            harness.sim.users[one.username].status = "expired"
    seen = [await harness.panel.ensure(one) for one in others]
    assert [one.links for one in seen] == [one.links for one in made]
    assert {one.status for one in seen} == {AccountStatus.ACTIVE}


@pytest.mark.parametrize(
    "edit",
    [
        lambda user: setattr(user, "status", "disabled"),
        lambda user: setattr(user, "expire", None),
        lambda user: setattr(user, "data_limit", 1),
        lambda user: user.proxies["vless"].excluded.add("VLESS Frankfurt"),
        lambda user: user.proxies["vless"].settings.update(id="00000000-0000-4000-8000-000000000000"),
    ],
    ids=["disabled", "made endless", "limited", "moved", "secret changed"],
)
async def test_what_a_person_edited_is_repaired(
    harness: PanelHarness, wanted: Account, edit: Callable[[PanelUser], None]
) -> None:
    """Drift of any kind is corrected to what Orbit's database says."""
    made = await harness.panel.ensure(wanted)
    edit(harness.sim.users[NAME])
    seen = await harness.panel.ensure(wanted)
    assert (seen.status, seen.expires_at, seen.links) == (AccountStatus.ACTIVE, made.expires_at, made.links)
    assert harness.sim.users[NAME].data_limit is None


async def test_login_behind_a_strange_page_is_unavailability(harness: PanelHarness, wanted: Account) -> None:
    """A maintenance page at login says nothing about our password: no pause, the next call works."""
    harness.faults.turn_on(DOWN, 3)
    with pytest.raises(PanelUnavailable):
        await harness.panel.ensure(wanted)
    assert (await harness.panel.ensure(wanted)).links


def _proxy() -> Proxy:
    return Proxy({"id": "5c0ffee0-0000-4000-8000-000000000000", "flow": ""})
