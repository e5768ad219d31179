"""How the panel's nodes become places for keys, and what the doctor finds."""

from datetime import timedelta

import httpx
import pytest

from orbit_adapters.marzban.check import CheckResult
from orbit_domain.access.ports import PanelUnavailable
from orbit_domain.node.fleet import NodeReading
from orbit_sandbox.marzban.state import Admin, Host, Inbound, PanelUser
from tests.integration.marzban.rig import Rig


def use(rig: Rig) -> None:
    """Some traffic: 150 bytes through Frankfurt, 40 through Amsterdam, 7 through the panel itself."""
    rig.world.users["u"] = rig.world.users.get("u") or _user(rig)
    rig.world.carry("u", 1, up=50, down=100)
    rig.world.carry("u", 2, down=40)
    rig.world.carry("u", None, up=7, down=0)


async def test_nodes_are_joined_with_inbounds_by_address(rig: Rig) -> None:
    """Without a word from the owner, each node gets the inbounds whose hosts carry its address, and its traffic."""
    use(rig)
    rig.world.node_named("Amsterdam").usage_coefficient = 1.25
    rig.world.node_named("Amsterdam").status = "connecting"
    assert await rig.panel.nodes() == (
        NodeReading("Amsterdam", False, ("VLESS Amsterdam",), 40, usage_coefficient_milli=1250),
        NodeReading("Frankfurt", True, ("VLESS Frankfurt",), 150),
    )


async def test_settings_say_more_than_addresses() -> None:
    """What the owner says of a node wins; a node that he names and the panel hasn't got is shown as not connected."""
    rig = Rig(
        nodes={
            "Frankfurt": {"inbound_tags": ["VLESS Amsterdam", "VLESS Frankfurt"], "region": "eu"},
            "Amsterdam": {"region": "nl", "capacity": 100},
            "Tokyo": {"inbound_tags": ["VLESS Tokyo"]},
            "Master": {"inbound_tags": ["VLESS Frankfurt"]},
        }
    )
    use(rig)
    async with rig.http:
        seen = {node.name: node for node in await rig.panel.nodes()}
    assert seen == {
        "Amsterdam": NodeReading("Amsterdam", True, ("VLESS Amsterdam",), 40, region="nl"),
        "Frankfurt": NodeReading("Frankfurt", True, ("VLESS Amsterdam", "VLESS Frankfurt"), 150, region="eu"),
        "Master": NodeReading("Master", True, ("VLESS Frankfurt",), 7),
        "Tokyo": NodeReading("Tokyo", False, ("VLESS Tokyo",), 0),
    }


async def test_tag_of_no_node_is_ignored(rig: Rig) -> None:
    """An inbound whose hosts point elsewhere belongs to no node and is offered nowhere, as other protocols are."""
    rig.world.add_inbound(Inbound("VLESS CDN", "vless", 1), Host(address="cdn.example.com"))
    rig.world.add_inbound(Inbound("Trojan", "trojan", 2), Host(address="203.0.113.10"))
    assert {tag for node in await rig.panel.nodes() for tag in node.placement} == {"VLESS Frankfurt", "VLESS Amsterdam"}


async def test_hosts_with_several_addresses_and_switched_off_hosts(rig: Rig) -> None:
    """One host may name several addresses; a disabled one names none."""
    rig.world.hosts["VLESS Frankfurt"] = [Host(address="203.0.113.10, 203.0.113.20")]
    rig.world.hosts["VLESS Amsterdam"][0].is_disabled = True
    assert {node.name: node.placement for node in await rig.panel.nodes()} == {
        "Frankfurt": ("VLESS Frankfurt",),
        "Amsterdam": ("VLESS Frankfurt",),
    }


async def test_panel_without_a_mapping_is_one_node(rig: Rig) -> None:
    """A plain panel, whose hosts name no node, is offered whole: every VLESS inbound, all traffic."""
    use(rig)
    for hosts in rig.world.hosts.values():
        hosts[0].address = "{SERVER_IP}"
    assert await rig.panel.nodes() == (NodeReading("default", True, ("VLESS Frankfurt", "VLESS Amsterdam"), 197),)
    for node in rig.world.nodes.values():
        node.status = "error"
    assert [node.connected for node in await rig.panel.nodes()] == [False]


async def test_panel_without_vless_has_no_place(rig: Rig) -> None:
    """A panel without a VLESS inbound offers nothing."""
    rig.world.inbounds.clear()
    assert await rig.panel.nodes() == ()


async def test_traffic_counts_thirty_days(rig: Rig) -> None:
    """Older traffic doesn't weigh on a node any more."""
    use(rig)
    rig.clock.advance(timedelta(days=31))
    use(rig)
    assert {node.name: node.traffic_bytes for node in await rig.panel.nodes()} == {"Frankfurt": 150, "Amsterdam": 40}


async def test_nodes_of_a_silent_panel_are_unknown(rig: Rig) -> None:
    """A panel that is down has no readings: an error, not an empty fleet."""
    rig.faults.turn_on("panel.down")
    with pytest.raises(PanelUnavailable):
        await rig.panel.nodes()


def by_name(findings: tuple[CheckResult, ...]) -> dict[str, bool]:
    """What was looked at and whether it is in order."""
    return {finding.name: finding.ok for finding in findings}


async def test_doctor_finds_a_healthy_panel_healthy(rig: Rig) -> None:
    """On the demo's panel everything is in order, and each finding says what was seen."""
    findings = await rig.panel.check()
    names = ("login", "sudo", "administrator", "version", "inbounds", "clock")
    assert by_name(findings) == dict.fromkeys(names, True)
    assert all(finding.seen for finding in findings)


async def test_doctor_sees_an_ordinary_administrator(rig: Rig) -> None:
    """An administrator without sudo can't read nodes: that is the one thing wrong."""
    rig.world.admins["seller"] = Admin("seller", "p", is_sudo=False)
    findings = by_name(await rig.another(username="seller", password="p").check())
    assert [name for name, ok in findings.items() if not ok] == ["sudo"]


async def test_doctor_sees_the_environments_administrator(rig: Rig) -> None:
    """An administrator that only the panel's environment knows makes removals fall over: warned of."""
    rig.world.admins["root"] = Admin("root", "p", in_database=False)
    findings = by_name(await rig.another(username="root", password="p").check())
    assert [name for name, ok in findings.items() if not ok] == ["administrator"]


async def test_doctor_sees_tags_that_the_panel_lacks(rig: Rig) -> None:
    """A tag in the settings that the panel doesn't have is named."""
    nodes = {"Frankfurt": {"inbound_tags": ["VLESS Frankfurt", "VLESS Gone"]}}
    finding = next(one for one in await rig.another(nodes=nodes).check() if one.name == "inbounds")
    assert (finding.ok, finding.seen) == (False, "unknown: VLESS Gone")


@pytest.mark.parametrize(("hours", "ok"), [(3, False), (-3, False), (0, True)])
async def test_doctor_compares_clocks(rig: Rig, hours: int, ok: bool) -> None:
    """A panel whose clock is hours away from ours ends keys at the wrong time: said with the difference."""
    ahead = Rig()
    ahead.clock.advance(timedelta(hours=hours))
    panel = type(rig.panel)(rig.settings, ahead.http, rig.clock)
    finding = next(one for one in await panel.check() if one.name == "clock")
    assert (finding.ok, f"{hours * 3600:+d} s" in finding.seen or abs(hours) == 0) == (ok, True)


async def test_doctor_survives_any_panel(rig: Rig) -> None:
    """A panel that is down, or takes no password of ours, is a finding with a remedy."""
    rig.faults.turn_on("panel.down")
    down = await rig.panel.check()
    rig.faults.heal()
    shut = await rig.another(password="wrong").check()
    for findings in (down, shut):
        assert by_name(findings) == {"login": False}
        assert findings[0].remedy
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, text="hi"))) as http:
        assert by_name(await type(rig.panel)(rig.settings, http, rig.clock).check()) == {"login": False}


async def test_doctor_names_another_version(rig: Rig) -> None:
    """A version that Orbit wasn't tested with is said, not hidden."""
    rig.app.version = "0.9.0"
    finding = next(one for one in await rig.panel.check() if one.name == "version")
    assert (finding.ok, finding.seen) == (False, "0.9.0")


def _user(rig: Rig) -> PanelUser:
    return PanelUser("u", rig.clock.now(), "orbit")
