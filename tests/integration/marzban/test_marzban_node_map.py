"""The doctor says which node has which inbounds, and names whatever can't be used as it is set up."""

import json

import pytest

from orbit_adapters.panel_plugin.plugin import PanelCheck
from tests.integration.marzban.harness import PanelHarness, panel_settings


async def result(harness: PanelHarness, name: str, **settings: object) -> PanelCheck:
    """One row of the doctor, with *settings*."""
    return next(one for one in await harness.new_panel(**settings).check() if one.name == name)


async def test_the_doctor_says_what_maps_to_what(harness: PanelHarness) -> None:
    """Each node with its inbounds, on one line."""
    row = await result(harness, "nodes")
    assert (row.ok, row.seen) == (True, "Amsterdam: VLESS Amsterdam; Frankfurt: VLESS Frankfurt")
    assert (await result(harness, "node map")).ok


@pytest.mark.parametrize("status", ["disabled", "error"])
async def test_a_panel_without_a_usable_node_is_not_well(harness: PanelHarness, status: str) -> None:
    """All nodes are out: no key could be placed, and the row says why."""
    for node in harness.sim.nodes.values():
        node.status = status
    row = await result(harness, "nodes")
    assert (row.ok, f"VLESS Frankfurt, {status}" in row.seen, bool(row.remedy)) == (False, True, True)


async def test_nodes_excluded_by_the_settings_are_no_places(harness: PanelHarness) -> None:
    """Whoever excludes every node is told that no key has a place."""
    nodes = {name: {"excluded": True} for name in ("Frankfurt", "Amsterdam")}
    row = await result(harness, "nodes", nodes=nodes)
    assert (row.ok, row.seen.count("excluded by the settings")) == (False, 2)


async def test_hosts_by_name_and_nodes_by_address_are_told(harness: PanelHarness) -> None:
    """No host has the address of a node: that all of them count as one place isn't kept silent."""
    for tag, hosts in harness.sim.hosts.items():
        hosts[0].address = f"{tag.split()[-1].lower()}.example.com"
    row = await result(harness, "node map")
    assert (row.ok, row.seen) == (False, "2 nodes count as one: no host has the address of a node")
    assert "ORBIT_PANEL_NODES" in row.remedy
    assert (await result(harness, "nodes")).seen == "the whole panel: VLESS Frankfurt, VLESS Amsterdam"


async def test_names_propose_the_map_that_addresses_do_not_give(harness: PanelHarness) -> None:
    """The map that the row proposes is taken as it stands, keeps what was set already, and then all is well."""
    for tag, hosts in harness.sim.hosts.items():
        hosts[0].address = f"{tag.split()[-1].lower()}.example.com"
    known = {"Frankfurt": {"region": "eu"}}
    remedy = (await result(harness, "node map", nodes=known)).remedy
    proposed = json.loads(remedy[remedy.index("{") :])
    assert proposed == {
        "Frankfurt": {"region": "eu", "inbound_tags": ["VLESS Frankfurt"]},
        "Amsterdam": {"inbound_tags": ["VLESS Amsterdam"]},
    }
    assert (await result(harness, "node map", nodes=proposed)).ok
    harness.sim.node_named("Amsterdam").name = "Amster"
    harness.sim.hosts["VLESS Amsterdam"][0].remark = "🇳🇱 amster (fast)"
    remedy = (await result(harness, "node map")).remedy
    assert json.loads(remedy[remedy.index("{") :])["Amster"] == {"inbound_tags": ["VLESS Amsterdam"]}


async def test_a_node_that_nothing_leads_to_is_named(harness: PanelHarness) -> None:
    """One host matches its node and the other doesn't: the node that vanishes is named; a disabled one may vanish."""
    harness.sim.hosts["VLESS Amsterdam"][0].address = "ams.example.com"
    row = await result(harness, "node map")
    assert not row.ok
    assert row.seen.startswith("Amsterdam (")
    assert row.seen.endswith("gets no keys: no host has its address")
    harness.sim.node_named("Amsterdam").status = "disabled"
    assert (await result(harness, "node map")).ok


async def test_a_misspelt_node_of_the_settings_is_named(harness: PanelHarness) -> None:
    """A name that the panel lacks is no node of it, with the name that was probably meant."""
    nodes = {"Frankfrut": {"inbound_tags": ["VLESS Frankfurt"]}, "Master": {"inbound_tags": ["VLESS Amsterdam"]}}
    row = await result(harness, "node map", nodes=nodes)
    assert (row.ok, row.seen) == (False, "the panel has no node Frankfrut, did you mean Frankfurt?")
    row = await result(harness, "node map", nodes={"Tokyo": {"region": "jp"}})
    assert (row.ok, row.seen) == (False, "the panel has no node Tokyo")


@pytest.mark.parametrize(
    ("settings", "ok", "seen"),
    [
        ({"subscription_base_url": "https://s.example.com"}, True, "customers' links begin with https://s.example.com"),
        ({}, True, "customers' links begin with http://panel.test:8000, the panel's own address"),
        ({"subscription_base_url": "http://10.0.0.7:8000"}, False, "customers' links begin with http://10.0.0.7:8000"),
        ({"subscription_base_url": "http://localhost"}, False, "customers' links begin with http://localhost"),
        ({"subscription_base_url": "https://[::1]:8000"}, False, "customers' links begin with https://[::1]:8000"),
    ],
)
async def test_the_doctor_says_where_subscription_links_lead(
    harness: PanelHarness, settings: dict[str, object], ok: bool, seen: str
) -> None:
    """The owner reads what customers get, and that an address of the inner network is no use to them."""
    row = await result(harness, "subscription links", **settings)
    assert (row.ok, row.seen, "ORBIT_PANEL_SUBSCRIPTION_URL" in row.remedy) == (ok, seen, True)


async def test_the_doctor_sends_nothing_twice(harness: PanelHarness) -> None:
    """With one attempt each failed request is the last one, so that no retry is logged among the results."""
    harness.faults.turn_on("panel.500")
    panel = type(harness.panel)(panel_settings(attempts=1), harness.http, harness.clock)
    (row,) = await panel.check()
    assert (row.name, row.ok) == ("login", False)
    assert len(harness.transport.sent) == 2
