"""Three panels of two families, one of which hangs, dies, and comes back from an old backup."""

import asyncio
from collections import Counter

from orbit_domain.access.placement import PlacementState
from orbit_domain.notice.notice import KeyReady
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.audit_panels import AuditPanels
from tests.integration.panels.asking_app import PATIENCE_S
from tests.integration.panels.panel_line import Line
from tests.integration.panels.story import Story
from tests.integration.panels.three_panels import A, B, C, PanelWorld, three_panels
from tests.support.invariants import check_ledger
from tests.support.virtual_time import in_virtual_time

ON_A, ELSEWHERE = 12, 4


async def a_panel_dies(world: PanelWorld) -> None:
    """The story, from the first sale to the last look."""
    async with three_panels(world) as three:
        story = Story(three)
        marzban, line = world.marzbans[A], world.lines[A]
        await story.open_for_sale(A)
        early = await story.sell(ON_A - 4)
        old_state = marzban.back_up()
        on_a = early + await story.sell(4)
        await story.open_for_sale(A, B, C)
        await story.sell(ELSEWHERE)
        assert (await story.homes(on_a), len(world.accounts(A))) == ({A: ON_A}, ON_A)
        links, apps = await story.own_links(), await story.apps(on_a)
        await apps.ask_all()

        # What was read of a panel is as good as new for some minutes: from now on it is asked again.
        world.clock.advance(minutes=10)
        async with apps.all_the_time():
            line.state = Line.HUNG
            await asyncio.sleep(10)
            renewed = await story.pay(early[0])
            late = await story.sell(ELSEWHERE)
            line.state = Line.REFUSING
            await asyncio.sleep(5)
            late += await story.sell(ELSEWHERE)
            assert (await early[0].order(renewed.id)).state is OrderState.PAID
            assert set(await story.homes(late)) == {B, C}
            evacuation = await three.shop.evacuate_panel(A, "owner")
            assert evacuation.moved == {B: ON_A // 2, C: ON_A // 2}
            await story.buy(on_a[-1])
            assert (await early[0].order(renewed.id)).state is OrderState.DELIVERED
            assert (await story.homes(on_a), len(world.accounts(A))) == (evacuation.moved, ON_A)
            marzban.restore(old_state)
            line.state = Line.OPEN
            await story.until_nothing_is_to_do()
        assert (world.accounts(A), line.hung > 0) == (set(), True)
        # Ten times a second, but for rounding.
        assert apps.asked > 9 * apps.watched_s > 9 * 20

        # Its owner goes back once more, when the worker has nothing left to do there: now the sweep must find them.
        marzban.restore(old_state)
        assert (await three.shop.mend_drift()).waiting == {A: len(early)}
        await three.shop.mend_drift(confirmed=True)
        await story.until_nothing_is_to_do()
        world.clock.advance(minutes=10)
        await apps.ask_all()
        assert (apps.wrong, apps.longest_s < PATIENCE_S) == ([], True)
        assert links.items() <= (await story.own_links()).items()
        await check_ends(world, story)


async def check_ends(world: PanelWorld, story: Story) -> None:
    """Ledger, keys and panels agree, each key has one account in all panels, and nobody heard of another link."""
    await check_ledger(world)
    ports = world.ports()
    audit = await AuditPanels(ports.storage, ports.clock, ports.panels)()
    keys = await story.keys()
    assert (audit.findings, audit.not_audited, audit.accounts) == ({}, {}, len(keys))
    held = Counter((panel_id, name) for panel_id in (A, B, C) for name in world.accounts(panel_id))
    assert held == Counter((key.panel_id, key.username) for key in keys)
    states = Counter(one.state for key in keys for one in key.placements)
    assert states == {PlacementState.HOME: len(keys), PlacementState.GONE: ON_A}
    told = [notice for buyer in story.buyers for notice in buyer.notices("key_ready")]
    assert Counter(notice.is_new for notice in told if isinstance(notice, KeyReady)) == {True: len(keys), False: 2}


def test_nobody_notices_that_a_panel_dies() -> None:
    """A panel hangs, dies, is evacuated and returns: every app has its servers all the time, and all agree after it."""
    world = PanelWorld()
    in_virtual_time(world.clock, lambda: a_panel_dies(world))
    assert all(line.state is Line.OPEN for line in world.lines.values())
