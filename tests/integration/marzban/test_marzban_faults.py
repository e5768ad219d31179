"""The fault matrix of the panel, row by row: nothing doubled, nothing foreign touched, and it converges."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_domain.access.account import Account, AccountStatus
from orbit_domain.access.ports import PanelRefused, PanelUnavailable, UsernameTaken
from orbit_domain.ids import KeyId
from orbit_sandbox.marzban.fault_injection import BROKEN, DOWN, HTML, TIMEOUT, TOKEN_EXPIRED, TOO_MANY
from orbit_sandbox.marzban.state import Admin, Inbound, PanelUser, Proxy
from orbit_testing.contracts.vpn_panel import Break
from tests.integration.marzban.rig import PLACES, FakeClock, Rig, panel_settings

KEY = KeyId(UUID(int=5))
NAME = "orbit_5"
CREDENTIAL = UUID("55555555-0000-4000-8000-000000000000")


@pytest.fixture
def wanted(rig: Rig) -> Account:
    """A month in Frankfurt."""
    return Account(KEY, NAME, CREDENTIAL, PLACES[0], rig.clock.now() + timedelta(days=30))


async def test_401_expired_token_is_renewed_once(rig: Rig, wanted: Account) -> None:
    """When the panel forgets our token, everybody in flight shares one new login and nobody notices."""
    await rig.panel.ensure(wanted)
    rig.world.forget_tokens()
    found = await asyncio.gather(*(rig.panel.find(NAME, KEY) for _ in range(12)))
    assert None not in found
    assert rig.world.logins == 2


async def test_401_midway_does_not_lose_the_change(rig: Rig, wanted: Account) -> None:
    """A token that dies between two requests of one call costs a login, not the call."""
    rig.faults.turn_on(TOKEN_EXPIRED, 1)
    await rig.panel.ensure(wanted)
    assert set(rig.world.users) == {NAME}


async def test_token_is_kept_until_the_panel_refuses_it(rig: Rig, wanted: Account) -> None:
    """Twenty calls at once, and as many later, need one login."""
    await asyncio.gather(*(rig.panel.find(NAME, KEY) for _ in range(20)))
    await asyncio.gather(*(rig.panel.find(NAME, KEY) for _ in range(20)))
    assert rig.world.logins == 1


async def test_401_wrong_password_is_not_hammered(rig: Rig, wanted: Account) -> None:
    """A refused login isn't tried again for thirty seconds, whoever asks: each try shows the password to others."""
    panel = rig.another(password="wrong")
    for _ in range(10):
        with pytest.raises(PanelRefused):
            await panel.ensure(wanted)
    assert rig.world.logins == 1
    rig.clock.advance(timedelta(seconds=31))
    with pytest.raises(PanelRefused):
        await panel.ensure(wanted)
    assert rig.world.logins == 2


async def test_401_for_every_token_ends_in_a_refusal(rig: Rig, wanted: Account) -> None:
    """A panel that takes no token it issues is given up after one more login, and left in peace."""
    rig.faults.turn_on(TOKEN_EXPIRED)
    for _ in range(5):
        with pytest.raises(PanelRefused):
            await rig.panel.ensure(wanted)
    assert rig.world.logins == 2


async def test_403_account_of_another_administrator_is_not_ours(rig: Rig, wanted: Account) -> None:
    """What another administrator owns is neither adopted nor found nor removed, even with our note on it."""
    await rig.panel.ensure(wanted)
    rig.world.admins["seller"] = Admin("seller", "p", is_sudo=False)
    seller = rig.another(username="seller", password="p")
    with pytest.raises(UsernameTaken):
        await seller.ensure(wanted)
    assert await seller.find(NAME, KEY) is None
    await seller.remove(NAME, KEY)
    assert set(rig.world.users) == {NAME}
    with pytest.raises(PanelRefused, match="sudo"):
        await seller.nodes()


async def test_404_on_change_makes_the_account_again(rig: Rig, wanted: Account) -> None:
    """An account that vanishes between look and change comes back under the same link."""
    made = await rig.panel.ensure(wanted)

    def vanish(request: httpx.Request) -> None:
        if request.method == "PUT":
            rig.world.users.pop(NAME, None)
            rig.line.traps.clear()

    rig.line.traps.append(vanish)
    seen = await rig.panel.ensure(replace(wanted, expires_at=wanted.expires_at + timedelta(days=30)))
    assert seen.links == made.links
    assert set(rig.world.users) == {NAME}


async def test_409_with_our_note_is_adopted(rig: Rig, wanted: Account) -> None:
    """When another replica is faster, its account is brought to what we want instead of made twice."""

    def be_faster(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path == "/api/user" and NAME not in rig.world.users:
            row = PanelUser(NAME, rig.clock.now(), "orbit", note=f"orbit:{KEY}", expire=1)
            row.proxies["vless"] = Proxy({"id": str(CREDENTIAL), "flow": ""}, excluded={"VLESS Frankfurt"})
            rig.world.users[NAME] = row

    rig.line.traps.append(be_faster)
    seen = await rig.panel.ensure(wanted)
    assert seen.expires_at is not None
    assert seen.expires_at >= wanted.expires_at
    assert len(seen.links) == 1
    assert rig.line.count("POST", "/api/user") == 1


async def test_two_replicas_at_once_make_one_account(rig: Rig, wanted: Account) -> None:
    """Two processes with the same wish at the same moment see the same links."""
    other = rig.another()
    await asyncio.gather(rig.panel.find(NAME, KEY), other.find(NAME, KEY))
    first, second = await asyncio.gather(rig.panel.ensure(wanted), other.ensure(wanted))
    assert first.links == second.links
    assert rig.line.count("POST", "/api/user") == 2
    assert set(rig.world.users) == {NAME}


async def test_409_with_another_note_is_a_collision(rig: Rig, wanted: Account) -> None:
    """A stranger who takes the name between look and creation keeps it."""

    def snatch(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path == "/api/user" and NAME not in rig.world.users:
            rig.world.users[NAME] = PanelUser(NAME, rig.clock.now(), "orbit", note="somebody")
            rig.world.users[NAME].proxies |= {"vless": _proxy()}

    rig.line.traps.append(snatch)
    with pytest.raises(UsernameTaken):
        await rig.panel.ensure(wanted)
    assert rig.world.users[NAME].note == "somebody"


async def test_400_without_vless_is_a_refusal(rig: Rig, wanted: Account) -> None:
    """A panel whose core has no VLESS at all is misconfigured: a refusal that names the protocol, not a retry."""
    rig.world.inbounds.clear()
    rig.world.add_inbound(Inbound("VLESS Frankfurt", "trojan", 1))
    with pytest.raises(PanelRefused, match="VLESS is disabled"):
        await rig.panel.ensure(wanted)
    assert rig.line.count("POST", "/api/user") == 1


@pytest.mark.parametrize("fault", [DOWN, TOO_MANY, BROKEN, TIMEOUT])
async def test_trouble_that_passes_is_ridden_out(rig: Rig, wanted: Account, fault: str) -> None:
    """Two failures in a row of something harmless to repeat are not even noticed."""
    await rig.panel.ensure(wanted)
    rig.faults.turn_on(fault, 2)
    assert await rig.panel.find(NAME, KEY) is not None


@pytest.mark.parametrize("fault", [DOWN, TOO_MANY, BROKEN, TIMEOUT, HTML])
async def test_trouble_that_stays_is_unavailability(rig: Rig, wanted: Account, fault: str) -> None:
    """429, 5xx, silence and strange pages mean "later", change nothing, and heal by themselves."""
    await rig.panel.find(NAME, KEY)
    rig.faults.turn_on(fault)
    for call in (rig.panel.ensure(wanted), rig.panel.remove(NAME, KEY), rig.panel.nodes()):
        with pytest.raises(PanelUnavailable):
            await call
    assert rig.world.users == {}
    rig.faults.heal()
    assert (await rig.panel.ensure(wanted)).status == AccountStatus.ACTIVE


async def test_connection_refused_is_unavailability(wanted: Account) -> None:
    """A panel that doesn't listen is unavailable, at login already."""
    async with httpx.AsyncClient() as http:
        panel = MarzbanPanel(panel_settings(base_url="http://127.0.0.1:1"), http, FakeClock())
        with pytest.raises(PanelUnavailable, match="ConnectError"):
            await panel.ensure(wanted)


@pytest.mark.parametrize("kind", [Break.ANSWER_LOST, Break.ANSWER_CUT])
async def test_timeout_that_did_create_is_looked_up(rig: Rig, wanted: Account, kind: Break) -> None:
    """When the account was made and the answer lost, the same call finds it: one creation, no second request."""
    rig.line.break_next(kind, "POST")
    seen = await rig.panel.ensure(wanted)
    assert seen.links
    assert rig.line.count("POST", "/api/user") == 1


async def test_timeout_that_did_not_create_is_not_repeated_blindly(rig: Rig, wanted: Account) -> None:
    """A creation without an answer and without an account may still be on its way: it's left for later."""
    rig.line.break_next(Break.NOTHING_DONE, "POST")
    with pytest.raises(PanelUnavailable):
        await rig.panel.ensure(wanted)
    assert rig.line.count("POST", "/api/user") == 1
    assert (await rig.panel.ensure(wanted)).links


@pytest.mark.parametrize("kind", Break)
async def test_lost_change_is_repeated_because_it_is_absolute(rig: Rig, wanted: Account, kind: Break) -> None:
    """A renewal whose answers are lost is sent again and counts once."""
    await rig.panel.ensure(wanted)
    longer = replace(wanted, expires_at=wanted.expires_at + timedelta(days=30))
    rig.line.break_next(kind, "PUT", times=2 if kind != Break.ANSWER_CUT else 0)
    seen = await rig.panel.ensure(longer)
    assert seen.expires_at is not None
    assert seen.expires_at - longer.expires_at < timedelta(seconds=1)


@pytest.mark.parametrize("kind", [Break.ANSWER_LOST, Break.NOTHING_DONE])
async def test_removal_without_an_answer_is_looked_up(rig: Rig, wanted: Account, kind: Break) -> None:
    """When no removal is answered, the account's absence is: gone is done, still there is unavailability."""
    await rig.panel.ensure(wanted)
    rig.line.break_next(kind, "DELETE", times=3)
    if kind == Break.ANSWER_LOST:
        await rig.panel.remove(NAME, KEY)
        assert rig.world.users == {}
    else:
        with pytest.raises(PanelUnavailable):
            await rig.panel.remove(NAME, KEY)
        assert set(rig.world.users) == {NAME}


async def test_slow_drip_is_cut_by_one_deadline(rig: Rig, wanted: Account) -> None:
    """A panel that never finishes an answer is left after the deadline for the whole, not for each byte."""
    drip = asyncio.Event()

    class Dripping(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await drip.wait()
            raise AssertionError("never reached")

    async with httpx.AsyncClient(transport=Dripping()) as http:
        panel = MarzbanPanel(panel_settings(timeout_s=0.001), http, rig.clock)
        with pytest.raises(PanelUnavailable, match="no answer in time"):
            await panel.ensure(wanted)


async def test_at_most_four_requests_in_flight(rig: Rig) -> None:
    """However many ask, the panel sees four at a time."""
    now_in, maximum = 0, 0

    class Counting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal now_in, maximum
            now_in += 1
            maximum = max(maximum, now_in)
            for _ in range(5):
                await asyncio.sleep(0)
            now_in -= 1
            return await rig.line.handle_async_request(request)

    async with httpx.AsyncClient(transport=Counting()) as http:
        panel = MarzbanPanel(rig.settings, http, rig.clock)
        await asyncio.gather(*(panel.find(f"orbit_{n}", KEY) for n in range(40)))
    assert maximum == 4


async def test_panel_restored_from_an_old_backup_converges(rig: Rig, wanted: Account) -> None:
    """Accounts that a restored panel forgot, or remembers with an earlier end, are as wanted after one round."""
    others = [replace(wanted, key_id=KeyId(UUID(int=n)), username=f"orbit_{n}") for n in range(10, 16)]
    made = [await rig.panel.ensure(one) for one in others]
    for n, one in enumerate(others):
        if n % 2:
            del rig.world.users[one.username]
        else:
            rig.world.users[one.username].expire = 1
            rig.world.users[one.username].status = "expired"
    seen = [await rig.panel.ensure(one) for one in others]
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
async def test_what_a_person_edited_is_repaired(rig: Rig, wanted: Account, edit: Callable[[PanelUser], None]) -> None:
    """Drift of any kind is brought back to what Orbit's books say."""
    made = await rig.panel.ensure(wanted)
    edit(rig.world.users[NAME])
    seen = await rig.panel.ensure(wanted)
    assert (seen.status, seen.expires_at, seen.links) == (AccountStatus.ACTIVE, made.expires_at, made.links)
    assert rig.world.users[NAME].data_limit is None


async def test_login_behind_a_strange_page_is_unavailability(rig: Rig, wanted: Account) -> None:
    """A maintenance page at login says nothing of our password: no quiet period, the next call works."""
    rig.faults.turn_on(DOWN, 3)
    with pytest.raises(PanelUnavailable):
        await rig.panel.ensure(wanted)
    assert (await rig.panel.ensure(wanted)).links


def _proxy() -> Proxy:
    return Proxy({"id": "5c0ffee0-0000-4000-8000-000000000000", "flow": ""})
