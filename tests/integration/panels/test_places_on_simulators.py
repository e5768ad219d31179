"""Places of keys on simulated panels of both families: mended within a panel, and spread again over panels."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import httpx
import pytest

from orbit_domain.access.key import Key
from orbit_domain.ids import PanelId
from orbit_domain.use_cases.audit_panels import AuditPanels
from orbit_sandbox.marzban.sim_marzban import SimMarzban
from tests.integration.panels.three_panels import A, B, C, PanelWorld
from tests.support.shop import Shop


@pytest.fixture
async def world() -> AsyncIterator[PanelWorld]:
    """Three panels that are reached, and no worker."""
    world = PanelWorld()
    async with AsyncExitStack() as stack:
        clients = {one: httpx.AsyncClient(transport=line) for one, line in world.lines.items()}
        for client in clients.values():
            await stack.enter_async_context(client)
        world.connect(clients)
        yield world


async def sold_on(world: PanelWorld, shop: Shop, panel_id: PanelId, customers: int) -> list[Key]:
    """So many keys that live on that panel, confirmed."""
    async with world.storage.transaction() as tx:
        for record in await tx.panels.all():
            await tx.panels.put(replace(record, draining=record.id != panel_id))
    first = 1000 * (1 + (panel_id == C))
    for tg_id in range(first, first + customers):
        await shop.register_user(tg_id, f"user{tg_id}", "en")
        await shop.start_trial(tg_id)
    while await shop.provision_keys():
        pass
    async with world.storage.transaction() as tx:
        return list(await tx.keys.on_panel(panel_id, None, 100))


def served_at(world: PanelWorld, key: Key) -> set[str]:
    """The inbounds or squads that the panel itself has for the account of *key*."""
    if key.panel_id == C:
        return {f"{squad}" for squad in world.remnawave.users[key.username].squads}
    sim = world.marzbans[A]
    return set(sim.served_on(sim.users[key.username], "vless"))


def move(world: PanelWorld, key: Key, *, away: bool) -> None:
    """Take the account from its place by hand, and give it another one unless it goes *away* from all."""
    if key.panel_id == C:
        others = [squad for squad in world.remnawave.squads if f"{squad}" not in key.home.groups]
        world.remnawave.users[key.username].squads = [] if away else others[:1]
        return
    sim: SimMarzban = world.marzbans[A]
    tags = sim.tags_of("vless")
    mine = {next(tag for tag in tags if tag not in key.home.groups)} if not away else set()
    sim.users[key.username].proxies["vless"].excluded = set(tags) - mine


async def test_who_lost_their_place_get_it_back(world: PanelWorld) -> None:
    """Two accounts of each family: one is served nowhere, one elsewhere; one sweep, and each is where it was sold."""
    shop = Shop(world.ports())
    await shop.open()
    keys = [key for panel_id in (A, C) for key in await sold_on(world, shop, panel_id, 2)]
    for number, key in enumerate(keys):
        move(world, key, away=number % 2 == 0)
    assert not any(served_at(world, key) == set(key.home.groups) for key in keys)
    assert (await shop.mend_drift()).mended == 4
    while await shop.provision_keys():
        pass
    assert [served_at(world, key) for key in keys] == [set(key.home.groups) for key in keys]
    ports = world.ports()
    assert (await AuditPanels(ports.storage, ports.clock, ports.panels)()).findings == {}
    assert (await shop.mend_drift()).mended == 0


async def test_keys_of_a_full_panel_are_shared_with_two_new_ones(world: PanelWorld) -> None:
    """Six on a Marzban become two on each, one of them a Remnawave: served all the time, and cleaned afterwards."""
    shop = Shop(world.ports())
    await shop.open()
    await sold_on(world, shop, A, 6)
    async with world.storage.transaction() as tx:
        for record in await tx.panels.all():
            await tx.panels.put(replace(record, draining=False))
    assert await shop.start_rebalance("cli:owner")
    moved = 0
    while begun := await shop.rebalance_keys():
        moved += begun
        async with world.storage.transaction() as tx:
            keys = await tx.keys.page(None, 100)
        assert all(key.serving.panel_id and key.username in world.accounts(key.serving.panel_id) for key in keys)
        assert len(world.accounts(A)) == 6 - moved + begun
        while await shop.provision_keys():
            pass
        world.clock.advance(minutes=1)
    assert (moved, [len(world.accounts(panel_id)) for panel_id in (A, B, C)]) == (4, [2, 2, 2])
    ports = world.ports()
    audit = await AuditPanels(ports.storage, ports.clock, ports.panels)()
    assert (audit.findings, audit.not_audited) == ({}, {})
