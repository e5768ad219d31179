"""What is Remnawave's own: squads, derived links, revival, and the traps that its answers don't show."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from orbit_domain.access.account import Account, AccountStatus
from orbit_domain.access.ports import PanelRejected, PlacementGone
from orbit_domain.node.fleet import NodeReading
from orbit_sandbox.remnawave import users
from orbit_sandbox.remnawave.state import Inbound
from tests.integration.remnawave.harness import HELSINKI, KEY, LIMIT, NAME, WARSAW, PanelHarness, numbered

OTHER_CREDENTIAL = UUID("66666666-0000-4000-8000-000000000000")


def wait(harness: PanelHarness, **by: float) -> None:
    """Let time pass, and the panel's jobs run."""
    harness.clock.advance(**by)
    harness.sim.settle()


# ---- links of our own


async def test_a_panel_that_went_back_in_time_gives_everybody_the_same_links(
    harness: PanelHarness, wanted: Account
) -> None:
    """Accounts made after the backup come back with their links and addresses, so no customer's app is lost."""
    backup = harness.sim.back_up()
    accounts = [numbered(wanted, number) for number in range(3)]
    before = [await harness.panel.ensure(account) for account in accounts]
    harness.sim.restore(backup)
    after = [await harness.panel.ensure(account) for account in accounts]
    assert [(one.links, one.subscription_url) for one in after] == [(one.links, one.subscription_url) for one in before]
    assert len({one.subscription_url for one in after}) == 3


async def test_a_new_credential_keeps_the_subscription_and_gives_no_old_password(
    harness: PanelHarness, wanted: Account
) -> None:
    """Who knows the old credential knows no password of the account any more, and the customer's address stays."""
    before = await harness.panel.ensure(wanted)
    old = harness.sim.users[NAME]
    wait(harness, days=9)
    after = await harness.panel.ensure(replace(wanted, credential=OTHER_CREDENTIAL))
    new = harness.sim.users[NAME]
    assert (after.subscription_url, after.links != before.links) == (before.subscription_url, True)
    assert new.trojan_password != old.trojan_password
    assert new.ss_password != old.ss_password
    # The day of the month on which traffic is given again.
    assert new.created_at == old.created_at


async def test_links_depend_on_our_secret_alone(harness: PanelHarness, wanted: Account) -> None:
    """Nobody who knows a key's id can name its subscription; another secret gives another one."""
    first = await harness.panel.ensure(wanted)
    await harness.panel.delete(NAME, KEY)
    second = await harness.new_panel(secret="another-secret-of-our-own-with-40-chars!").ensure(wanted)
    assert first.subscription_url != second.subscription_url
    assert f"{KEY}" not in first.subscription_url


async def test_the_shops_own_address_stands_before_the_subscription(harness: PanelHarness, wanted: Account) -> None:
    """An address in the settings replaces that of the panel, and nothing else of the link."""
    first = await harness.panel.ensure(wanted)
    seen = await harness.new_panel(subscription_base_url="https://sub.shop.example/x/").ensure(wanted)
    assert seen.subscription_url == f"https://sub.shop.example/x/{first.subscription_url.rpartition('/')[2]}"


async def test_our_subscription_held_by_another_account_is_a_persons_matter(
    harness: PanelHarness, wanted: Account
) -> None:
    """The panel takes a subscription's id once: when an account of another name has it, nothing is made or changed."""
    await harness.panel.ensure(wanted)
    stored = {**harness.sim.users}
    with pytest.raises(PanelRejected, match="another account"):
        await harness.panel.ensure(replace(wanted, username="orbit_5_2"))
    assert harness.sim.users == stored


# ---- squads


async def test_a_squad_without_a_host_gets_nobody(harness: PanelHarness, wanted: Account) -> None:
    """Placeholders aren't links: no account is made where none is served, and none is moved there."""
    nowhere = replace(wanted, groups=(f"{harness.sim.add_squad('Nowhere', []).uuid}",))
    with pytest.raises(PlacementGone):
        await harness.panel.ensure(nowhere)
    assert harness.sim.users == {}
    made = await harness.panel.ensure(wanted)
    with pytest.raises(PlacementGone):
        await harness.panel.ensure(nowhere)
    found = await harness.panel.get(NAME, KEY)
    assert found is not None
    assert found.links == made.links


async def test_a_squad_deleted_on_the_panel_is_seen(harness: PanelHarness, wanted: Account) -> None:
    """The panel leaves its members active and dead. The placement is refused, and another one serves them again."""
    await harness.panel.ensure(wanted)
    harness.sim.drop_squad(UUID(HELSINKI[0]))
    harness.clock.advance(minutes=2)
    with pytest.raises(PlacementGone):
        await harness.panel.ensure(wanted)
    moved = await harness.panel.ensure(replace(wanted, groups=WARSAW))
    assert moved.links
    assert harness.sim.users[NAME].squads == [UUID(WARSAW[0])]


async def test_a_squad_deleted_a_moment_ago_is_no_failure_of_the_panel(harness: PanelHarness, wanted: Account) -> None:
    """The panel answers 500 to a squad that it no longer has: the adapter looks, and says that the place is gone."""
    await harness.panel.ensure(numbered(wanted, 1))
    harness.sim.drop_squad(UUID(HELSINKI[0]))
    with pytest.raises(PlacementGone):
        await harness.panel.ensure(wanted)
    assert NAME not in harness.sim.users


async def test_a_squad_named_twice_is_one(harness: PanelHarness, wanted: Account) -> None:
    """The panel would fail on it."""
    assert (await harness.panel.ensure(replace(wanted, groups=HELSINKI * 2))).links


async def test_squads_are_places_with_the_owners_settings(harness: PanelHarness) -> None:
    """A squad is a place if it has a VLESS inbound and a node; quotes in its name are only signs.

    What a node doesn't say of its traffic isn't taken for none.
    """
    odd = """O'Hare "); DROP TABLE squads; --"""
    inbound = Inbound(UUID(int=0xA9), "TAG'", "vless", 1)
    place = harness.sim.add_place(odd, "203.0.113.9", inbound)
    harness.sim.add_squad("No node", [Inbound(UUID(int=0xA8), "LONELY", "vless", 2)])
    harness.sim.add_squad("Other protocol", [Inbound(UUID(int=0xA7), "SS", "shadowsocks", 3)])
    harness.sim.nodes[0].is_connected = False
    harness.sim.nodes[1].is_disabled = True
    harness.sim.nodes[1].traffic_used = None  # type: ignore[assignment]  as some answer
    harness.sim.nodes[2].traffic_used = 7
    panel = harness.new_panel(squads={odd: {"region": "us", "capacity": 9, "excluded": True}})
    assert await panel.nodes() == (
        NodeReading("Helsinki", False, HELSINKI, 0),
        NodeReading(odd, True, (f"{place.uuid}",), 7, region="us", capacity=9, excluded=True),
        NodeReading("Warsaw", False, WARSAW, None),
    )


# ---- states


@pytest.mark.parametrize("stopped", ["EXPIRED", "LIMITED"])
async def test_who_is_switched_off_stays_off(harness: PanelHarness, wanted: Account, stopped: str) -> None:
    """The panel takes the status for an expired or limited account and does nothing: it is off all the same."""
    await harness.panel.ensure(wanted)
    if stopped == "LIMITED":
        harness.sim.carry(NAME, LIMIT)
    wait(harness, minutes=1 if stopped == "LIMITED" else 31 * 24 * 60)
    assert harness.sim.users[NAME].status == stopped
    off = await harness.panel.ensure(replace(wanted, enabled=False))
    assert (off.status, off.links) == (AccountStatus.DISABLED, ())
    wait(harness, minutes=2)
    assert harness.sim.users[NAME].status == "DISABLED"


async def test_an_end_in_the_past_ends_the_account_once(harness: PanelHarness, wanted: Account) -> None:
    """The panel refuses an end that has passed: the account ends within a minute, however often it is asked for."""
    await harness.panel.ensure(wanted)
    ended = replace(wanted, expires_at=harness.clock.now() - timedelta(days=1))
    for _ in range(4):
        await harness.panel.ensure(ended)
        wait(harness, seconds=20)
    assert harness.sim.users[NAME].status == "EXPIRED"
    seen = await harness.panel.ensure(ended)
    assert seen.status == AccountStatus.EXPIRED
    assert (await harness.panel.ensure(wanted)).status == AccountStatus.ACTIVE


async def test_who_expired_by_a_wrong_clock_is_revived(harness: PanelHarness, wanted: Account) -> None:
    """The same end again revives an account, but not in its last seconds: by the panel's clock they may be over."""
    await harness.panel.ensure(wanted)
    harness.sim.users[NAME].status = "EXPIRED"
    assert (await harness.panel.ensure(wanted)).status == AccountStatus.ACTIVE
    harness.clock.advance(days=30, seconds=-10)
    harness.sim.users[NAME].status = "EXPIRED"
    harness.sim.clock = type(harness.clock)(wanted.expires_at + timedelta(seconds=9))
    assert (await harness.panel.ensure(wanted)).status == AccountStatus.EXPIRED


async def test_an_overused_account_past_its_end_is_revived_whole(harness: PanelHarness, wanted: Account) -> None:
    """A renewal gives its traffic too: otherwise the panel would limit it again within the minute."""
    await harness.panel.ensure(wanted)
    harness.sim.carry(NAME, LIMIT)
    wait(harness, days=31)
    longer = replace(wanted, expires_at=wanted.expires_at + timedelta(days=60), reset_traffic=True)
    assert (await harness.panel.ensure(longer)).status == AccountStatus.ACTIVE
    wait(harness, minutes=2)
    assert harness.sim.users[NAME].status == "ACTIVE"


async def test_no_device_is_limited_by_accident(harness: PanelHarness, wanted: Account) -> None:
    """An account has no limit of devices, whatever the panel's own is; one that the owner sets by hand stays."""
    await harness.panel.ensure(wanted)
    assert harness.sim.users[NAME].hwid_device_limit == 0
    harness.sim.users[NAME].hwid_device_limit = 3
    await harness.panel.ensure(replace(wanted, groups=WARSAW))
    assert harness.sim.users[NAME].hwid_device_limit == 3


async def test_names_that_differ_in_case_are_two(harness: PanelHarness, wanted: Account) -> None:
    """The panel tells them apart, and so do we: a foreign ORBIT_5 is no obstacle and stays what it is."""
    users.create(harness.sim, {"username": NAME.upper(), "expireAt": "2027-01-01T00:00:00Z"})
    assert (await harness.panel.ensure(wanted)).is_new
    assert harness.sim.users[NAME.upper()].description is None
