"""A panel comes back from an old backup: sweeps bring it to what was sold, and no customer's link is another one."""

from typing import Any

import pytest

from orbit_domain.ids import PanelId
from orbit_domain.use_cases.audit_panels import AuditPanels
from tests.integration.panels.story import Story
from tests.integration.panels.three_panels import A, C, PanelWorld, three_panels
from tests.support.invariants import check_ledger
from tests.support.virtual_time import in_virtual_time

BEFORE, AFTER, RENEWED = 4, 4, 2
SWEEPS = 2


async def sweeps_after_a_restore(world: PanelWorld, panel_id: PanelId) -> int:
    """How many mend something. Half of its customers came after the backup, and two of the others renewed since."""
    sim: Any = world.remnawave if panel_id == C else world.marzbans[panel_id]
    async with three_panels(world) as three:
        story = Story(three)
        await story.open_for_sale(panel_id)
        early = await story.sell(BEFORE)
        backup = sim.back_up()
        people = early + await story.sell(AFTER)
        for buyer in early[:RENEWED]:
            await story.buy(buyer)
        links, apps = await story.own_links(), await story.apps(people)
        credentials = {key.id: key.credential for key in await story.keys()}
        singles = {key.id: key.links for key in await story.keys()}
        await apps.ask_all()
        world.clock.advance(minutes=10)

        sim.restore(backup)
        assert len(world.accounts(panel_id)) == BEFORE
        mended = [(await three.shop.mend_drift()).mended]
        await apps.ask_all()
        while mended[-1]:
            await story.until_nothing_is_to_do()
            mended.append((await three.shop.mend_drift()).mended)
        assert mended[0] == AFTER + RENEWED

        world.clock.advance(minutes=10)
        await apps.ask_all()
        assert apps.wrong == []
        assert await story.own_links() == links
        assert {key.id: key.credential for key in await story.keys()} == credentials
        assert {key.id: key.links for key in await story.keys()} == singles
        ports = world.ports()
        audit = await AuditPanels(ports.storage, ports.clock, ports.panels)()
        assert (audit.findings, len(world.accounts(panel_id))) == ({}, BEFORE + AFTER)
        await check_ledger(world)
        return len(mended) - 1


@pytest.mark.parametrize("panel_id", [A, C], ids=["marzban", "remnawave"])
def test_a_restored_panel_converges_and_changes_no_link(panel_id: PanelId) -> None:
    """Two sweeps at most: ends follow the renewals, lost accounts are back, and apps have their servers all along."""
    world = PanelWorld()
    assert 1 <= in_virtual_time(world.clock, lambda: sweeps_after_a_restore(world, panel_id)) <= SWEEPS
