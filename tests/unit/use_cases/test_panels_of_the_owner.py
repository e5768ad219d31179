"""The owner's panels: added, changed, explained, removed, each with who did it and why."""

from dataclasses import replace

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.access.panel_changes import NoSuchPanel, PanelEdit, PanelExists, PanelHasAccounts, PanelHasKeys
from orbit_domain.access.repository import PanelDuties, PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.node.choice import Choice, NoNode
from orbit_domain.node.eligibility import Exclusion
from orbit_domain.node.fleet import NodeReading
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import MAIN, World

FRA = PanelRecord(PanelId("fra"), "memory", "Frankfurt", priority=5)
DOCUMENT = {"base_url": "https://fra.example"}


async def add(shop: Shop, world: World, panel: PanelRecord = FRA) -> MemoryPanel:
    """A panel with one node, added by the owner; the shop over the ports of now knows it."""
    there = MemoryPanel(panel.id, world.clock, [NodeReading("f", True, ("in-f",), 0)])
    world.panels[panel.id] = there
    await shop.add_panel(panel, DOCUMENT, "cli:root", "grows")
    return there


async def log(shop: Shop, panel: PanelId) -> list[tuple[str, str, str]]:
    """What was done to the panel, the oldest first."""
    (listed,) = await shop.list_panels(panel)
    return [(one.action, one.actor, one.reason) for one in reversed(listed.actions)]


async def test_an_added_panel_is_listed_with_how_it_is_reached(shop: Shop, world: World) -> None:
    """By priority, with its connection and its log; the settings' panel has none of both. Twice is refused."""
    await add(shop, world)
    fra, main = await shop.list_panels()
    assert (fra.record, fra.keys, fra.connection) == (FRA, 0, DOCUMENT)
    assert (main.record.id, main.connection, main.actions) == (MAIN, {}, ())
    assert await log(shop, FRA.id) == [("add_panel", "cli:root", "memory; grows")]
    with pytest.raises(PanelExists):
        await shop.add_panel(replace(FRA, name="other"), {}, "cli:root")
    assert (await shop.list_panels(FRA.id))[0].record == FRA


async def test_each_change_is_logged_with_what_was_before(shop: Shop, world: World) -> None:
    """Values, limit and connection; what changes nothing leaves no row, and what isn't named stays."""
    await add(shop, world)
    edit = PanelEdit(name="F", capacity=7, excluded_nodes=("bad",), draining=True)
    changed = await shop.change_panel(FRA.id, edit, "cli:root", "full")
    assert changed == replace(FRA, name="F", capacity=7, excluded_nodes=("bad",), draining=True)
    await shop.change_panel(FRA.id, PanelEdit(has_no_limit=True), "cli:root", connection={"base_url": "https://x"})
    await shop.change_panel(FRA.id, PanelEdit(draining=True), "cli:root", "again")
    assert [reason for _, _, reason in await log(shop, FRA.id)] == [
        "memory; grows",
        "name: Frankfurt → F; capacity: None → 7; excluded_nodes: () → ('bad',); draining: False → True; full",
        "capacity: 7 → None; connection",
    ]
    (listed,) = await shop.list_panels(FRA.id)
    assert (listed.record.capacity, listed.connection) == (None, {"base_url": "https://x"})
    with pytest.raises(NoSuchPanel):
        await shop.change_panel(PanelId("ams"), PanelEdit(draining=True), "cli:root")


async def test_a_drained_panel_keeps_its_keys_and_gets_no_new_ones(alice: Buyer, bob: Buyer, world: World) -> None:
    """Who lives there is renewed there; the next customer's key is placed elsewhere."""
    await add(alice.shop, world)
    shop = Shop(world.ports())
    alice.shop = bob.shop = shop
    await alice.buy()
    assert (await alice.key()).panel_id == FRA.id
    await shop.change_panel(FRA.id, PanelEdit(draining=True), "cli:root")
    await bob.buy()
    assert (await bob.key()).panel_id == MAIN
    assert await alice.buy() is not None
    assert ((await alice.key()).panel_id, (await shop.list_panels(FRA.id))[0].keys) == (FRA.id, 1)


async def test_a_panel_with_keys_stays(alice: Buyer, world: World) -> None:
    """Refused with their number, nothing is changed; an empty one goes, and another start doesn't bring it back."""
    shop = alice.shop
    await alice.buy()
    with pytest.raises(PanelHasKeys) as refused:
        await shop.remove_panel(MAIN, "cli:root")
    assert refused.value.keys == 1
    await add(shop, world)
    await shop.remove_panel(FRA.id, "cli:root", "sold")
    assert [one.record.id for one in await shop.list_panels()] == [MAIN]
    with pytest.raises(NoSuchPanel):
        await shop.remove_panel(FRA.id, "cli:root")
    async with world.storage.transaction() as tx:
        assert (await tx.admin_log.of_subject("panel:fra", 1))[0].reason == "sold"


async def test_a_panel_with_something_to_remove_stays_unless_it_is_gone_for_ever(alice: Buyer, world: World) -> None:
    """Listed and refused with the number while accounts are there; forgotten on the owner's word alone."""
    there, shop = await add(alice.shop, world), Shop(world.ports())
    alice.shop = shop
    await alice.buy()
    world.panel.unavailable = True
    await shop.evacuate_panel(FRA.id, "cli:root")
    assert (await shop.list_panels(FRA.id))[0].duties == PanelDuties()
    world.panel.unavailable = False
    await shop.evacuate_panel(FRA.id, "cli:root")
    there.unavailable = True
    with pytest.raises(PanelHasKeys) as served:
        await shop.remove_panel(FRA.id, "cli:root", forget=True)
    assert (served.value.keys, served.value.leaving) == (0, 1)
    await shop.work()
    assert (await shop.list_panels(FRA.id))[0].duties == PanelDuties(removing=1)
    with pytest.raises(PanelHasAccounts) as refused:
        await shop.remove_panel(FRA.id, "cli:root")
    assert refused.value.accounts == 1
    assert await shop.remove_panel(FRA.id, "cli:root", "burnt", forget=True) == 1
    async with world.storage.transaction() as tx:
        assert (await tx.admin_log.of_subject("panel:fra", 1))[0].reason == "accounts forgotten: 1; burnt"
        assert await tx.keys.duties() == {}
    there.unavailable = False
    await add(shop, world)
    await Shop(world.ports()).evacuate_panel(MAIN, "cli:root")
    await Shop(world.ports()).work()
    assert ((await alice.key()).panel_id, world.panel.accounts) == (FRA.id, {})


async def test_a_choice_is_explained_with_every_candidate(shop: Shop, world: World) -> None:
    """The chosen node, why each other one is out, and which panels said nothing; nothing is placed."""
    fra = await add(shop, world)
    fra.readings = (NodeReading("f", True, ("in-f",), 0), NodeReading("g", False, ("in-g",), 0))
    now = Shop(world.ports())
    explained = await now.explain_placement()
    assert isinstance(explained.choice, Choice)
    assert (explained.choice.panel_id, explained.choice.node) == (FRA.id, "f")
    assert {(one.node, one.exclusion) for one in explained.choice.reasons} == {
        ("f", None),
        ("home", None),
        ("g", Exclusion.NOT_CONNECTED),
    }
    await now.change_panel(FRA.id, PanelEdit(regions=("eu",)), "cli:root")
    abroad = await now.explain_placement("eu")
    assert isinstance(abroad.choice, Choice)
    assert abroad.choice.node == "f"
    world.panel.unavailable = True
    elsewhere = await now.explain_placement("asia")
    assert (type(elsewhere.choice), elsewhere.without_nodes) == (NoNode, (MAIN,))
    assert (fra.accounts, world.panel.accounts) == ({}, {})
