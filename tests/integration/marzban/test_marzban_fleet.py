"""How the panel's nodes become placements for keys, and the doctor's checks."""

import httpx
import pytest

from orbit_adapters.panel_plugin.plugin import PanelCheck
from orbit_domain.access.ports import PanelUnavailable
from orbit_domain.node.fleet import NodeReading
from orbit_sandbox.marzban.state import Admin, Host, Inbound, PanelUser
from tests.integration.marzban.harness import PanelHarness


def use(harness: PanelHarness) -> None:
    """Some traffic: 150 bytes through Frankfurt, 40 through Amsterdam, 7 through the panel itself."""
    harness.sim.users["u"] = harness.sim.users.get("u") or _user(harness)
    harness.sim.carry("u", 1, up=50, down=100)
    harness.sim.carry("u", 2, down=40)
    harness.sim.carry("u", None, up=7, down=0)


async def test_nodes_are_joined_with_inbounds_by_address(harness: PanelHarness) -> None:
    """Without settings, each node gets the inbounds whose hosts have its address, and its traffic."""
    use(harness)
    harness.sim.node_named("Amsterdam").usage_coefficient = 1.25
    harness.sim.node_named("Amsterdam").status = "connecting"
    assert await harness.panel.nodes() == (
        NodeReading("Amsterdam", False, ("VLESS Amsterdam",), 40, usage_coefficient_milli=1250),
        NodeReading("Frankfurt", True, ("VLESS Frankfurt",), 150),
    )


async def test_settings_override_addresses() -> None:
    """Tags, region, room and exclusion are the owner's; a node that the panel lacks is shown as not connected."""
    harness = PanelHarness(
        nodes={
            "Frankfurt": {"inbound_tags": ["VLESS Amsterdam", "VLESS Frankfurt"], "region": "eu"},
            "Amsterdam": {"region": "nl", "capacity": 100, "excluded": True},
            "Tokyo": {"inbound_tags": ["VLESS Tokyo"]},
            "Master": {"inbound_tags": ["VLESS Frankfurt"]},
        }
    )
    use(harness)
    async with harness.http:
        seen = {node.name: node for node in await harness.panel.nodes()}
    assert seen == {
        "Amsterdam": NodeReading("Amsterdam", True, ("VLESS Amsterdam",), 40, region="nl", capacity=100, excluded=True),
        "Frankfurt": NodeReading("Frankfurt", True, ("VLESS Amsterdam", "VLESS Frankfurt"), 150, region="eu"),
        "Master": NodeReading("Master", True, ("VLESS Frankfurt",), 7),
        "Tokyo": NodeReading("Tokyo", False, ("VLESS Tokyo",), 0),
    }


async def test_tag_of_no_node_is_ignored(harness: PanelHarness) -> None:
    """An inbound whose hosts point elsewhere belongs to no node and is not listed; nor are other protocols."""
    harness.sim.add_inbound(Inbound("VLESS CDN", "vless", 1), Host(address="cdn.example.com"))
    harness.sim.add_inbound(Inbound("Trojan", "trojan", 2), Host(address="203.0.113.10"))
    assert {tag for node in await harness.panel.nodes() for tag in node.groups} == {
        "VLESS Frankfurt",
        "VLESS Amsterdam",
    }


async def test_hosts_with_several_addresses_and_switched_off_hosts(harness: PanelHarness) -> None:
    """One host may name several addresses; a disabled one names none."""
    harness.sim.hosts["VLESS Frankfurt"] = [Host(address="203.0.113.10, 203.0.113.20")]
    harness.sim.hosts["VLESS Amsterdam"][0].is_disabled = True
    assert {node.name: node.groups for node in await harness.panel.nodes()} == {
        "Frankfurt": ("VLESS Frankfurt",),
        "Amsterdam": ("VLESS Frankfurt",),
    }


async def test_panel_without_a_mapping_is_one_node(harness: PanelHarness) -> None:
    """A panel whose hosts have no node's address is one node: every VLESS inbound, all traffic."""
    use(harness)
    for hosts in harness.sim.hosts.values():
        hosts[0].address = "{SERVER_IP}"
    assert await harness.panel.nodes() == (NodeReading("default", True, ("VLESS Frankfurt", "VLESS Amsterdam"), 197),)
    for node in harness.sim.nodes.values():
        node.status = "error"
    assert [node.connected for node in await harness.panel.nodes()] == [False]


async def test_panel_without_vless_has_no_place(harness: PanelHarness) -> None:
    """A panel without a VLESS inbound has no nodes."""
    harness.sim.inbounds.clear()
    assert await harness.panel.nodes() == ()


async def test_traffic_counts_thirty_days(harness: PanelHarness) -> None:
    """Older traffic no longer counts."""
    use(harness)
    harness.clock.advance(days=31)
    use(harness)
    assert {node.name: node.traffic_bytes for node in await harness.panel.nodes()} == {
        "Frankfurt": 150,
        "Amsterdam": 40,
    }


async def test_nodes_of_a_panel_that_is_down_are_unknown(harness: PanelHarness) -> None:
    """A panel that is down has no readings: an error, not an empty fleet."""
    harness.faults.turn_on("panel.down")
    with pytest.raises(PanelUnavailable):
        await harness.panel.nodes()


def by_name(results: tuple[PanelCheck, ...]) -> dict[str, bool]:
    """The checks by name and whether they passed."""
    return {result.name: result.ok for result in results}


async def test_doctor_finds_a_healthy_panel_healthy(harness: PanelHarness) -> None:
    """On the demo's panel every check passes, and each result says what was seen."""
    results = await harness.panel.check()
    names = (
        "login",
        "sudo",
        "administrator",
        "version",
        "inbounds",
        "nodes",
        "node map",
        "subscription links",
        "clock",
    )
    assert by_name(results) == dict.fromkeys(names, True)
    assert all(result.seen for result in results)


async def test_doctor_sees_an_ordinary_administrator(harness: PanelHarness) -> None:
    """An administrator without sudo can't read nodes: only the sudo check fails."""
    harness.sim.admins["seller"] = Admin("seller", "p", is_sudo=False)
    results = by_name(await harness.new_panel(username="seller", password="p").check())
    assert [name for name, ok in results.items() if not ok] == ["sudo"]


async def test_doctor_sees_the_environments_administrator(harness: PanelHarness) -> None:
    """An administrator who exists only in the panel's environment makes removals fail: the check says so."""
    harness.sim.admins["root"] = Admin("root", "p", in_database=False)
    results = by_name(await harness.new_panel(username="root", password="p").check())
    assert [name for name, ok in results.items() if not ok] == ["administrator"]


async def test_doctor_sees_tags_that_the_panel_lacks(harness: PanelHarness) -> None:
    """A tag in the settings that the panel doesn't have is named."""
    nodes = {"Frankfurt": {"inbound_tags": ["VLESS Frankfurt", "VLESS Gone"]}}
    result = next(one for one in await harness.new_panel(nodes=nodes).check() if one.name == "inbounds")
    assert (result.ok, result.seen) == (False, "unknown: VLESS Gone")


@pytest.mark.parametrize(("hours", "ok"), [(3, False), (-3, False), (0, True)])
async def test_doctor_compares_clocks(harness: PanelHarness, hours: int, ok: bool) -> None:
    """A panel whose clock is hours away from ours ends keys at the wrong time: the check says the difference."""
    ahead = PanelHarness()
    ahead.clock.advance(hours=hours)
    panel = type(harness.panel)(harness.settings, ahead.http, harness.clock)
    result = next(one for one in await panel.check() if one.name == "clock")
    assert (result.ok, f"{hours * 3600:+d} s" in result.seen or abs(hours) == 0) == (ok, True)


async def test_doctor_survives_any_panel(harness: PanelHarness) -> None:
    """A panel that is down or refuses our password is a failed check with a remedy."""
    harness.faults.turn_on("panel.down")
    down = await harness.panel.check()
    harness.faults.clear()
    shut = await harness.new_panel(password="wrong").check()
    for results in (down, shut):
        assert by_name(results) == {"login": False}
        assert results[0].remedy
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, text="hi"))) as http:
        assert by_name(await type(harness.panel)(harness.settings, http, harness.clock).check()) == {"login": False}


async def test_doctor_names_another_version(harness: PanelHarness) -> None:
    """A version that Orbit wasn't tested with fails the version check."""
    harness.app.version = "0.9.0"
    result = next(one for one in await harness.panel.check() if one.name == "version")
    assert (result.ok, result.seen) == (False, "0.9.0")


def _user(harness: PanelHarness) -> PanelUser:
    return PanelUser("u", harness.clock.now(), "orbit")
