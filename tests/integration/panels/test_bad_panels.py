"""Whatever stands between the shop and a panel answers instead of it: nothing is lost, shown raw, or doubled."""

import logging

import pytest
from structlog.testing import capture_logs

from orbit_domain.access.key import username_for
from orbit_domain.ids import PanelId
from orbit_domain.order.order import OrderState
from orbit_sandbox.marzban.state import Inbound
from tests.integration.panels.spoiling_line import ELSEWHERE, MARKER, SPOILS, SpoilingLine
from tests.integration.panels.story import Story
from tests.integration.panels.three_panels import A, C, PanelWorld, three_panels
from tests.support.invariants import check_ledger
from tests.support.virtual_time import in_virtual_time

BAD_FOR_S = 15
QUOTED = 'VLESS "O\'Brien"; <b>`$(id)`</b> %s ‮'


async def a_panel_goes_bad_in_every_way(world: PanelWorld, panel_id: PanelId, line: SpoilingLine) -> None:
    """One kind of nonsense after another, and between them the panel itself."""
    async with three_panels(world) as three:
        story = Story(three)
        await story.open_for_sale(panel_id)
        early = await story.sell(2)
        links, apps = await story.own_links(), await story.apps(early)
        for kind, spoil in SPOILS.items():
            await apps.ask_all()
            # What was read of the panel is as good as new for some minutes: from now on it is asked again.
            world.clock.advance(minutes=10)
            await story.pass_time(5)  # The scanner reads on: else no payment is requested.
            line.spoil = spoil
            (late,) = await story.meet(1)
            orders = [(buyer, await story.pay(buyer)) for buyer in (early[0], late)]
            await three.shop.mend_drift()
            await apps.ask_all()
            await story.pass_time(BAD_FOR_S)
            await apps.ask_all()
            states = {(await buyer.order(order.id)).state for buyer, order in orders}
            assert states <= {OrderState.PAID, OrderState.DELIVERED}, kind
            line.spoil = None
            for buyer, order in orders:
                await story.delivered(buyer, order)
            await story.until_nothing_is_to_do()
            assert world.accounts(panel_id) == {username_for(buyer.tg_id, 1) for buyer in story.buyers}, kind
            assert apps.wrong == [], kind
        assert (await three.shop.mend_drift()).mended == 0
        assert links.items() <= (await story.own_links()).items()
        await check_ledger(world)
    assert {host for host in line.hosts if host in ELSEWHERE} == set()


@pytest.mark.parametrize("panel_id", [A, C], ids=["marzban", "remnawave"])
def test_a_bad_panel_costs_nobody_anything(panel_id: PanelId, caplog: pytest.LogCaptureFixture) -> None:
    """Each customer has his last servers meanwhile, what was paid comes when the panel is itself, one account each."""
    caplog.set_level(logging.WARNING)
    world = PanelWorld()
    world.lines[panel_id]._inner = line = SpoilingLine(world.lines[panel_id]._inner)
    with capture_logs() as logs:
        in_virtual_time(world.clock, lambda: a_panel_goes_bad_in_every_way(world, panel_id, line))
    told = repr([sent.notice for sent in world.notifier.sent])
    assert MARKER not in f"{told}{logs}{caplog.text}"


async def sold_at_odd_inbounds(world: PanelWorld) -> set[tuple[str, ...]]:
    sim = world.marzbans[A]
    hosts = sim.hosts.pop(next(iter(sim.inbounds)))
    sim.inbounds.clear()
    sim.add_inbound(Inbound(QUOTED, "vless", 443))
    sim.hosts = {QUOTED: hosts}
    async with three_panels(world) as three:
        story = Story(three)
        await story.open_for_sale(A)
        people = await story.sell(2)
        apps = await story.apps(people)
        await apps.ask_all()
        assert (apps.wrong, (await three.shop.mend_drift()).mended) == ([], 0)
        return {(await buyer.key()).home.groups for buyer in people}


def test_inbounds_may_be_called_anything() -> None:
    """Quotes, markup and marks of direction in a tag are only a name: keys are placed there and their links serve."""
    world = PanelWorld()
    assert in_virtual_time(world.clock, lambda: sold_at_odd_inbounds(world)) == {(QUOTED,)}
