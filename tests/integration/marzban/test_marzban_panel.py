"""The adapter's own rules: which requests it sends, and how it reads the answers."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from orbit_adapters.marzban.mapping import expire_of
from orbit_domain.access.account import Account, AccountStatus, TrafficQuota
from orbit_domain.access.ports import ForeignAccount, OutcomeUnknown, PanelRejected, PanelUnavailable, PlacementGone
from orbit_domain.ids import KeyId
from orbit_sandbox.marzban.state import Admin, Inbound, PanelUser, Proxy
from orbit_testing.contracts.vpn_panel_hooks import CallFault
from tests.integration.marzban.harness import BASE_URL, PLACES, PanelHarness

KEY = KeyId(UUID(int=77))
NAME = "orbit_77"
CREDENTIAL = UUID("77777777-0000-4000-8000-000000000000")
NOTE = f"orbit:{KEY}"


def account(harness: PanelHarness, **changes: object) -> Account:
    """A month in Frankfurt with *changes*."""
    ends_at = harness.clock.now() + timedelta(days=30)
    plain = Account(KEY, NAME, CREDENTIAL, PLACES[0], ends_at, TrafficQuota(1_000))
    return replace(plain, **changes)  # type: ignore[arg-type]


async def test_creation_sends_everything_explicitly(harness: PanelHarness) -> None:
    """A creation sends inbounds, credential, note and absolute terms: nothing is left to the panel's defaults."""
    wanted = account(harness)
    await harness.panel.ensure(wanted)
    assert harness.transport.bodies == [
        {
            "username": NAME,
            "proxies": {"vless": {"id": str(CREDENTIAL)}},
            "inbounds": {"vless": ["VLESS Frankfurt"]},
            "expire": expire_of(wanted),
            "data_limit": 1_000,
            "data_limit_reset_strategy": "month",
            "status": "active",
            "note": NOTE,
        }
    ]


async def test_extension_is_one_change_of_absolute_values(harness: PanelHarness) -> None:
    """A renewal sends end, limit, its period and status once, and neither credential nor inbounds."""
    await harness.panel.ensure(account(harness))
    harness.transport.bodies.clear()
    longer = account(harness, expires_at=harness.clock.now() + timedelta(days=60))
    await harness.panel.ensure(longer)
    terms = {"data_limit": 1_000, "data_limit_reset_strategy": "month", "status": "active"}
    assert harness.transport.bodies == [{"expire": expire_of(longer), **terms}]


async def test_move_sends_inbounds_alone(harness: PanelHarness) -> None:
    """Another placement sends the inbounds only, neither terms nor credential."""
    await harness.panel.ensure(account(harness))
    harness.transport.bodies.clear()
    await harness.panel.ensure(account(harness, groups=PLACES[1]))
    assert harness.transport.bodies == [{"inbounds": {"vless": ["VLESS Amsterdam"]}}]


async def test_nothing_is_sent_when_nothing_differs(harness: PanelHarness) -> None:
    """`ensure` of an account that is as wanted only reads."""
    await harness.panel.ensure(account(harness))
    harness.transport.sent.clear()
    await harness.panel.ensure(account(harness))
    assert harness.transport.sent == [("GET", f"/api/user/{NAME}")]


async def test_limited_account_is_reset_before_its_renewal(harness: PanelHarness) -> None:
    """A renewal of an exhausted account resets the traffic first: otherwise the panel limits it again at once."""
    await harness.panel.ensure(account(harness))
    harness.sim.carry(NAME, 1, down=1_000)
    harness.clock.advance(seconds=10)
    harness.transport.sent.clear()
    longer = account(harness, expires_at=harness.clock.now() + timedelta(days=60), reset_traffic=True)
    seen = await harness.panel.ensure(longer)
    assert [method for method, _ in harness.transport.sent] == ["GET", "POST", "PUT"]
    assert harness.transport.count("POST", "/reset") == 1
    assert (seen.status, seen.used_traffic_bytes) == (AccountStatus.ACTIVE, 0)


async def test_the_terms_follow_every_reset(harness: PanelHarness) -> None:
    """A reset may change what the panel does with an account: the terms are set after it, also right ones."""
    wanted = account(harness)
    await harness.panel.ensure(wanted)
    harness.sim.carry(NAME, 1, down=10)
    harness.transport.bodies.clear()
    await harness.panel.ensure(replace(wanted, reset_traffic=True))
    assert [body["expire"] for body in harness.transport.bodies] == [expire_of(wanted)]
    assert (harness.sim.users[NAME].used_traffic, harness.sim.users[NAME].status) == (0, "active")


@pytest.mark.parametrize("kind", CallFault)
async def test_a_reset_whose_change_fails_is_done_again(harness: PanelHarness, kind: CallFault) -> None:
    """Between reset and change the account keeps its old end, so the next call finds work to do and does both."""
    await harness.panel.ensure(account(harness))
    harness.sim.carry(NAME, 1, down=1_000)
    harness.clock.advance(seconds=10)
    longer = account(harness, expires_at=harness.clock.now() + timedelta(days=60), reset_traffic=True)
    harness.transport.fail_next(kind, "PUT", times=3)
    with suppress(OutcomeUnknown):
        await harness.panel.ensure(longer)
    seen = await harness.panel.ensure(longer)
    assert (seen.status, seen.used_traffic_bytes) == (AccountStatus.ACTIVE, 0)
    assert harness.sim.users[NAME].expire == expire_of(longer)


async def test_nothing_is_reset_without_use_or_limit(harness: PanelHarness) -> None:
    """A first month and an unlimited renewal send no reset: there is nothing to forget."""
    await harness.panel.ensure(account(harness, reset_traffic=True))
    harness.sim.carry(NAME, 1, down=500)
    await harness.panel.ensure(account(harness, traffic=TrafficQuota(), reset_traffic=True))
    assert harness.transport.count("POST", "/reset") == 0
    assert harness.sim.users[NAME].data_limit_reset_strategy == "no_reset"


async def test_an_older_account_gets_its_monthly_traffic(harness: PanelHarness) -> None:
    """An account that was made without a strategy is given one, and keeps what it has used."""
    wanted = account(harness)
    await harness.panel.ensure(wanted)
    harness.sim.carry(NAME, 1, down=500)
    harness.sim.users[NAME].data_limit_reset_strategy = "no_reset"
    seen = await harness.panel.ensure(wanted)
    assert (harness.sim.users[NAME].data_limit_reset_strategy, seen.used_traffic_bytes) == ("month", 500)


async def test_moving_a_limited_account_gives_no_traffic(harness: PanelHarness) -> None:
    """A move changes the placement, not the traffic: used traffic stays used."""
    wanted = account(harness)
    await harness.panel.ensure(wanted)
    harness.sim.carry(NAME, 1, down=1_000)
    harness.clock.advance(seconds=10)
    seen = await harness.panel.ensure(replace(wanted, groups=PLACES[1]))
    assert (seen.status, seen.used_traffic_bytes) == (AccountStatus.LIMITED, 1_000)


async def test_unsuitable_placement_is_refused_before_a_move(harness: PanelHarness) -> None:
    """An inbound of another protocol would cut the customer off, so no change is sent."""
    harness.sim.add_inbound(Inbound("Trojan", "trojan", 1))
    await harness.panel.ensure(account(harness))
    with pytest.raises(PlacementGone):
        await harness.panel.ensure(account(harness, groups=("Trojan",)))
    assert harness.transport.count("PUT") == 0


async def test_switched_off_account_is_not_woken_by_a_renewal(harness: PanelHarness) -> None:
    """A disabled account gets its new end without a reset, because a reset would enable it."""
    await harness.panel.ensure(account(harness))
    harness.sim.carry(NAME, 1, down=1_000)
    harness.clock.advance(seconds=10)
    off = account(harness, enabled=False, expires_at=harness.clock.now() + timedelta(days=60), reset_traffic=True)
    assert (await harness.panel.ensure(off)).status == AccountStatus.DISABLED
    assert harness.transport.count("POST", "/reset") == 0


async def test_other_protocols_survive_a_renewal(harness: PanelHarness) -> None:
    """Protocols that an administrator added by hand stay through renewals."""
    await harness.panel.ensure(account(harness))
    harness.sim.users[NAME].proxies["trojan"] = Proxy({"password": "p", "flow": ""})
    await harness.panel.ensure(account(harness, expires_at=harness.clock.now() + timedelta(days=60)))
    assert set(harness.sim.users[NAME].proxies) == {"vless", "trojan"}


async def test_dead_key_is_refused_and_taken_back(harness: PanelHarness) -> None:
    """An inbound without a usable host gives no link: the new account is removed, and the error says why."""
    harness.sim.hosts["VLESS Frankfurt"][0].is_disabled = True
    with pytest.raises(PlacementGone, match="VLESS Frankfurt"):
        await harness.panel.ensure(account(harness))
    assert harness.sim.users == {}


async def test_move_to_a_dead_place_is_taken_back(harness: PanelHarness) -> None:
    """A move to an inbound that gives no link is reverted: the account keeps its earlier placement."""
    made = await harness.panel.ensure(account(harness))
    harness.sim.hosts["VLESS Amsterdam"][0].is_disabled = True
    with pytest.raises(PlacementGone):
        await harness.panel.ensure(account(harness, groups=PLACES[1]))
    found = await harness.panel.get(NAME, KEY)
    assert found is not None
    assert found.links == made.links


async def test_account_whose_placement_has_no_host_is_refused(harness: PanelHarness) -> None:
    """An account that is as wanted but has no link is refused."""
    await harness.panel.ensure(account(harness))
    harness.sim.hosts["VLESS Frankfurt"][0].is_disabled = True
    with pytest.raises(PlacementGone):
        await harness.panel.ensure(account(harness))
    assert set(harness.sim.users) == {NAME}


def broken_account(harness: PanelHarness, note: str | None) -> PanelUser:
    """A half-made account: every answer that contains it is a 500."""
    harness.sim.users[NAME] = PanelUser(NAME, harness.clock.now(), "orbit", note=note)
    return harness.sim.users[NAME]


async def test_half_made_account_of_ours_is_healed(harness: PanelHarness) -> None:
    """`ensure` repairs an account with our note that the panel can't show."""
    broken_account(harness, NOTE)
    seen = await harness.panel.ensure(account(harness))
    assert (seen.status, len(seen.links)) == (AccountStatus.ACTIVE, 1)
    assert harness.sim.served_on(harness.sim.users[NAME], "vless") == ["VLESS Frankfurt"]


async def test_half_made_account_of_ours_is_removed(harness: PanelHarness) -> None:
    """An account with our note that the panel can't show can still be removed."""
    broken_account(harness, NOTE)
    await harness.panel.delete(NAME, KEY)
    assert harness.sim.users == {}


@pytest.mark.parametrize("note", [None, "another owner", "orbit:another"])
async def test_half_made_account_of_others_is_left(harness: PanelHarness, note: str | None) -> None:
    """An account that the panel can't show and that lacks our note is foreign."""
    row = broken_account(harness, note)
    with pytest.raises(ForeignAccount):
        await harness.panel.ensure(account(harness))
    await harness.panel.delete(NAME, KEY)
    assert (harness.sim.users[NAME], row.proxies) == (row, {})


async def test_panel_that_answers_500_to_everything_is_not_changed(harness: PanelHarness) -> None:
    """When every read fails, nothing is changed: the fault is the panel's, not the account's."""
    await harness.panel.ensure(account(harness))
    harness.transport.sent.clear()
    harness.faults.turn_on("panel.500")
    for call in (
        harness.panel.ensure(account(harness)),
        harness.panel.delete(NAME, KEY),
        harness.panel.get(NAME, KEY),
    ):
        with pytest.raises(PanelUnavailable):
            await call
    assert {method for method, _ in harness.transport.sent} == {"GET"}


async def test_removal_counts_when_the_account_is_gone(harness: PanelHarness) -> None:
    """With an administrator from its environment, the panel fails after each removal, but the account is gone."""
    harness.sim.admins["orbit"] = Admin("orbit", "sandbox-password", in_database=False)
    await harness.panel.ensure(account(harness))
    await harness.panel.delete(NAME, KEY)
    assert harness.sim.users == {}


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
    harness = PanelHarness(subscription_base_url=override)
    harness.sim.subscription_url_prefix = prefix
    async with harness.http:
        assert (await harness.panel.ensure(account(harness))).subscription_url.startswith(start)


@pytest.mark.parametrize("prefix", ["javascript:alert(1)//", "//evil.example", "file://", "https://[", "data:,"])
async def test_link_that_is_no_web_address_is_not_passed_on(harness: PanelHarness, prefix: str) -> None:
    """Customers only get web addresses, whatever link the panel sends."""
    harness.sim.subscription_url_prefix = prefix
    with pytest.raises(OutcomeUnknown):
        await harness.panel.ensure(account(harness))


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
def test_end_is_rounded_up_and_never_means_for_ever(harness: PanelHarness, expires_at: datetime, expire: int) -> None:
    """The panel's zero is "never ends": no moment is ever sent as that, and none loses its last second."""
    assert expire_of(account(harness, expires_at=expires_at)) == expire


@pytest.mark.parametrize("name", ["", "ab", "Orbit_1", "orbit-1", "a/../b", "orbit_1\n", "я_1", "a" * 33, "%2e%2e"])
async def test_odd_names_never_reach_the_panel(harness: PanelHarness, name: str) -> None:
    """A name that the panel would change is refused before any request."""
    with pytest.raises(PanelRejected):
        await harness.panel.ensure(account(harness, username=name))
    assert harness.transport.sent == []


async def test_account_already_over_is_made_and_reported(harness: PanelHarness) -> None:
    """A key whose end has passed is created as wanted, reported as expired, and not changed again."""
    over = account(harness, expires_at=harness.clock.now() - timedelta(days=1))
    await harness.panel.ensure(over)
    harness.clock.advance(seconds=10)
    harness.transport.bodies.clear()
    assert (await harness.panel.ensure(over)).status == AccountStatus.EXPIRED
    assert harness.transport.bodies == []


async def test_account_waiting_for_its_first_use_is_started(harness: PanelHarness) -> None:
    """An account put on hold by hand gets the explicit end from Orbit's database."""
    await harness.panel.ensure(account(harness))
    row = harness.sim.users[NAME]
    row.status, row.expire, row.on_hold_expire_duration = "on_hold", None, 86_400
    seen = await harness.panel.ensure(account(harness))
    assert seen.status == AccountStatus.ACTIVE
    assert harness.sim.users[NAME].expire == expire_of(account(harness))


async def test_a_key_lives_on_after_its_inbound_was_renamed(harness: PanelHarness) -> None:
    """The old placement is refused as one, and the account takes the new one under the same subscription link."""
    wanted = account(harness)
    made = await harness.panel.ensure(wanted)
    (old,) = wanted.groups
    harness.sim.inbounds["Renamed"] = replace(harness.sim.inbounds.pop(old), tag="Renamed")
    harness.sim.hosts["Renamed"] = harness.sim.hosts.pop(old)
    longer = replace(wanted, expires_at=wanted.expires_at + timedelta(days=30))
    with pytest.raises(PlacementGone, match=old):
        await harness.panel.ensure(longer)
    (place,) = {node.groups for node in await harness.panel.nodes() if node.name == "Frankfurt"}
    seen = await harness.panel.ensure(replace(longer, groups=place))
    assert (seen.expires_at is not None, seen.is_new) == (True, False)
    path = urlsplit(made.subscription_url).path
    assert (await harness.http.get(f"{harness.settings.base_url}{path}/info")).status_code == 200
