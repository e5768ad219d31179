"""The adapter's own rules: what it sends, what it doesn't, and how it reads what comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orbit_adapters.marzban.mapping import expire_of
from orbit_domain.access.account import Account, AccountStatus
from orbit_domain.access.ports import PanelRefused, PanelUnavailable, UsernameTaken
from orbit_domain.ids import KeyId
from orbit_sandbox.marzban.state import Admin, Inbound, PanelUser, Proxy
from tests.integration.marzban.rig import BASE_URL, PLACES, Rig

KEY = KeyId(UUID(int=77))
NAME = "orbit_77"
CREDENTIAL = UUID("77777777-0000-4000-8000-000000000000")
NOTE = f"orbit:{KEY}"


def account(rig: Rig, **changes: object) -> Account:
    """A month in Frankfurt with *changes*."""
    plain = Account(KEY, NAME, CREDENTIAL, PLACES[0], rig.clock.now() + timedelta(days=30), traffic_bytes=1_000)
    return replace(plain, **changes)  # type: ignore[arg-type]


async def test_creation_says_everything_explicitly(rig: Rig) -> None:
    """The panel is told inbounds, credential, note and absolute terms: nothing is left to its defaults."""
    wanted = account(rig)
    await rig.panel.ensure(wanted)
    assert rig.line.bodies == [
        {
            "username": NAME,
            "proxies": {"vless": {"id": str(CREDENTIAL)}},
            "inbounds": {"vless": ["VLESS Frankfurt"]},
            "expire": expire_of(wanted),
            "data_limit": 1_000,
            "status": "active",
            "note": NOTE,
        }
    ]


async def test_extension_is_one_change_of_absolute_values(rig: Rig) -> None:
    """A renewal sends end, limit and status once, and neither credential nor inbounds."""
    await rig.panel.ensure(account(rig))
    rig.line.bodies.clear()
    longer = account(rig, expires_at=rig.clock.now() + timedelta(days=60))
    await rig.panel.ensure(longer)
    assert rig.line.bodies == [{"expire": expire_of(longer), "data_limit": 1_000, "status": "active"}]


async def test_move_sends_inbounds_alone(rig: Rig) -> None:
    """Another placement changes the inbounds and leaves terms and credential unsaid."""
    await rig.panel.ensure(account(rig))
    rig.line.bodies.clear()
    await rig.panel.ensure(account(rig, placement=PLACES[1]))
    assert rig.line.bodies == [{"inbounds": {"vless": ["VLESS Amsterdam"]}}]


async def test_nothing_is_sent_when_nothing_differs(rig: Rig) -> None:
    """Looking after an account that is as it should be only reads."""
    await rig.panel.ensure(account(rig))
    rig.line.sent.clear()
    await rig.panel.ensure(account(rig))
    assert rig.line.sent == [("GET", f"/api/user/{NAME}")]


async def test_limited_account_is_reset_before_its_renewal(rig: Rig) -> None:
    """Renewing an exhausted account forgets the traffic first: the panel would limit it again at once."""
    await rig.panel.ensure(account(rig))
    rig.world.carry(NAME, 1, down=1_000)
    rig.clock.advance(timedelta(seconds=10))
    rig.line.sent.clear()
    seen = await rig.panel.ensure(account(rig, expires_at=rig.clock.now() + timedelta(days=60)))
    assert [method for method, _ in rig.line.sent] == ["GET", "POST", "PUT"]
    assert rig.line.count("POST", "/reset") == 1
    assert (seen.status, seen.used_traffic_bytes) == (AccountStatus.ACTIVE, 0)


async def test_moving_a_limited_account_gives_no_traffic(rig: Rig) -> None:
    """A move changes where, not how much: what was used up stays used up."""
    wanted = account(rig)
    await rig.panel.ensure(wanted)
    rig.world.carry(NAME, 1, down=1_000)
    rig.clock.advance(timedelta(seconds=10))
    seen = await rig.panel.ensure(replace(wanted, placement=PLACES[1]))
    assert (seen.status, seen.used_traffic_bytes) == (AccountStatus.LIMITED, 1_000)


async def test_unsuitable_place_is_noticed_before_moving(rig: Rig) -> None:
    """An inbound of another protocol would cut the customer off, so the panel isn't even told of it."""
    rig.world.add_inbound(Inbound("Trojan", "trojan", 1))
    await rig.panel.ensure(account(rig))
    with pytest.raises(PanelRefused):
        await rig.panel.ensure(account(rig, placement=("Trojan",)))
    assert rig.line.count("PUT") == 0


async def test_switched_off_account_is_not_woken_by_a_renewal(rig: Rig) -> None:
    """An account that is to stay off gets its new end without the reset that would wake it."""
    await rig.panel.ensure(account(rig))
    rig.world.carry(NAME, 1, down=1_000)
    rig.clock.advance(timedelta(seconds=10))
    off = account(rig, enabled=False, expires_at=rig.clock.now() + timedelta(days=60))
    assert (await rig.panel.ensure(off)).status == AccountStatus.DISABLED
    assert rig.line.count("POST", "/reset") == 0


async def test_other_protocols_survive_a_renewal(rig: Rig) -> None:
    """What an administrator added to the account by hand stays through renewals."""
    await rig.panel.ensure(account(rig))
    rig.world.users[NAME].proxies["trojan"] = Proxy({"password": "p", "flow": ""})
    await rig.panel.ensure(account(rig, expires_at=rig.clock.now() + timedelta(days=60)))
    assert set(rig.world.users[NAME].proxies) == {"vless", "trojan"}


async def test_dead_key_is_refused_and_taken_back(rig: Rig) -> None:
    """An inbound without a usable host gives no link: the new account is removed and the owner told why."""
    rig.world.hosts["VLESS Frankfurt"][0].is_disabled = True
    with pytest.raises(PanelRefused, match="VLESS Frankfurt"):
        await rig.panel.ensure(account(rig))
    assert rig.world.users == {}


async def test_move_to_a_dead_place_is_taken_back(rig: Rig) -> None:
    """A customer isn't left on an inbound that gives no link: the account goes back to where it was."""
    made = await rig.panel.ensure(account(rig))
    rig.world.hosts["VLESS Amsterdam"][0].is_disabled = True
    with pytest.raises(PanelRefused):
        await rig.panel.ensure(account(rig, placement=PLACES[1]))
    found = await rig.panel.find(NAME, KEY)
    assert found is not None
    assert found.links == made.links


async def test_account_whose_place_died_is_reported(rig: Rig) -> None:
    """An account that is as asked for and yet has no link isn't called fine."""
    await rig.panel.ensure(account(rig))
    rig.world.hosts["VLESS Frankfurt"][0].is_disabled = True
    with pytest.raises(PanelRefused):
        await rig.panel.ensure(account(rig))
    assert set(rig.world.users) == {NAME}


def wreck(rig: Rig, note: str | None) -> PanelUser:
    """A half-made row: every answer that holds it is a 500."""
    rig.world.users[NAME] = PanelUser(NAME, rig.clock.now(), "orbit", note=note)
    return rig.world.users[NAME]


async def test_half_made_account_of_ours_is_healed(rig: Rig) -> None:
    """A row with our note that the panel can't show becomes the account it was meant to be."""
    wreck(rig, NOTE)
    seen = await rig.panel.ensure(account(rig))
    assert (seen.status, len(seen.links)) == (AccountStatus.ACTIVE, 1)
    assert rig.world.served_on(rig.world.users[NAME], "vless") == ["VLESS Frankfurt"]


async def test_half_made_account_of_ours_is_removed(rig: Rig) -> None:
    """A row with our note that the panel can't show can still be removed."""
    wreck(rig, NOTE)
    await rig.panel.remove(NAME, KEY)
    assert rig.world.users == {}


@pytest.mark.parametrize("note", [None, "grandmother", "orbit:another"])
async def test_half_made_account_of_others_is_left(rig: Rig, note: str | None) -> None:
    """A row that can't be shown and doesn't carry our note is somebody else's."""
    row = wreck(rig, note)
    with pytest.raises(UsernameTaken):
        await rig.panel.ensure(account(rig))
    await rig.panel.remove(NAME, KEY)
    assert (rig.world.users[NAME], row.proxies) == (row, {})


async def test_panel_that_answers_500_to_everything_is_left_alone(rig: Rig) -> None:
    """When nothing can be read, nothing is changed: the panel is ill, not the account."""
    await rig.panel.ensure(account(rig))
    rig.line.sent.clear()
    rig.faults.turn_on("panel.500")
    for call in (rig.panel.ensure(account(rig)), rig.panel.remove(NAME, KEY), rig.panel.find(NAME, KEY)):
        with pytest.raises(PanelUnavailable):
            await call
    assert {method for method, _ in rig.line.sent} == {"GET"}


async def test_removal_counts_when_the_account_is_gone(rig: Rig) -> None:
    """An administrator from the environment makes the panel fall over after each removal, yet it's done."""
    rig.world.admins["orbit"] = Admin("orbit", "sandbox-password", in_database=False)
    await rig.panel.ensure(account(rig))
    await rig.panel.remove(NAME, KEY)
    assert rig.world.users == {}


@pytest.mark.parametrize(
    ("prefix", "override", "start"),
    [
        ("", None, f"{BASE_URL}/sub/"),
        ("", "https://links.example.com/shop/", "https://links.example.com/shop/sub/"),
        ("https://sub.example.com", "https://links.example.com", "https://sub.example.com/sub/"),
    ],
)
async def test_subscription_link_is_absolute(prefix: str, override: str | None, start: str) -> None:
    """A relative link is completed with the configured base; one that is absolute already is kept."""
    rig = Rig(subscription_base_url=override)
    rig.world.subscription_url_prefix = prefix
    async with rig.http:
        assert (await rig.panel.ensure(account(rig))).subscription_url.startswith(start)


@pytest.mark.parametrize("prefix", ["javascript:alert(1)//", "//evil.example", "file://", "https://[", "data:,"])
async def test_link_that_is_no_web_address_is_not_passed_on(rig: Rig, prefix: str) -> None:
    """A panel can't make us hand customers anything but a web address."""
    rig.world.subscription_url_prefix = prefix
    with pytest.raises(PanelUnavailable):
        await rig.panel.ensure(account(rig))


@pytest.mark.parametrize(
    ("expires_at", "expire"),
    [
        (datetime(2026, 12, 1, tzinfo=UTC), 1_796_083_200),
        (datetime(2026, 12, 1, 0, 0, 0, 1, tzinfo=UTC), 1_796_083_201),
        (datetime(2026, 12, 1, 0, 0, 0, 999_999, tzinfo=UTC), 1_796_083_201),
        (datetime(1970, 1, 1, tzinfo=UTC), 1),
        (datetime(1, 1, 1, tzinfo=UTC), 1),
    ],
)
def test_end_is_rounded_up_and_never_means_for_ever(rig: Rig, expires_at: datetime, expire: int) -> None:
    """The panel's zero is "never ends": no moment is ever sent as that, and none loses its last second."""
    assert expire_of(account(rig, expires_at=expires_at)) == expire


@pytest.mark.parametrize("name", ["", "ab", "Orbit_1", "orbit-1", "a/../b", "orbit_1\n", "я_1", "a" * 33, "%2e%2e"])
async def test_odd_names_never_reach_the_panel(rig: Rig, name: str) -> None:
    """A name that the panel would mangle is refused before anything is sent."""
    with pytest.raises(PanelRefused):
        await rig.panel.ensure(account(rig, username=name))
    assert rig.line.sent == []


async def test_account_already_over_is_made_and_reported(rig: Rig) -> None:
    """A key whose time has passed is kept as it was asked for, and seen as expired, without being pushed again."""
    over = account(rig, expires_at=rig.clock.now() - timedelta(days=1))
    await rig.panel.ensure(over)
    rig.clock.advance(timedelta(seconds=10))
    rig.line.bodies.clear()
    assert (await rig.panel.ensure(over)).status == AccountStatus.EXPIRED
    assert rig.line.bodies == []


async def test_account_waiting_for_its_first_use_is_started(rig: Rig) -> None:
    """An account put on hold by hand gets the explicit end that Orbit's books say."""
    await rig.panel.ensure(account(rig))
    row = rig.world.users[NAME]
    row.status, row.expire, row.on_hold_expire_duration = "on_hold", None, 86_400
    seen = await rig.panel.ensure(account(rig))
    assert seen.status == AccountStatus.ACTIVE
    assert rig.world.users[NAME].expire == expire_of(account(rig))
