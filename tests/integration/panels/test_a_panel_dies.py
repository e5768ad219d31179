"""Three panels of two families, one of which hangs, dies, and comes back from an old backup."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from orbit_domain.access.key import Key
from orbit_domain.access.placement import PlacementState
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.notice.notice import KeyReady
from orbit_domain.order.order import Order, OrderState
from orbit_domain.use_cases.audit_panels import AuditPanels
from tests.integration.panels.asking_app import PATIENCE_S, AskingApps, Subscriber
from tests.integration.panels.panel_line import Line
from tests.integration.panels.three_panels import A, B, C, PanelWorld, ThreePanels, three_panels
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.virtual_time import in_virtual_time, until

ON_A, ELSEWHERE = 12, 4
WITHIN_S = 60


class Story:
    """The shop's customers, and what happens to the panels."""

    def __init__(self, three: ThreePanels) -> None:
        self.three = three
        self.world, self.shop = three.world, three.shop
        self.buyers: list[Buyer] = []

    async def sell(self, customers: int) -> list[Buyer]:
        """So many new customers, who get what they pay for."""
        people = [Buyer(self.shop, self.world, TelegramId(100 + len(self.buyers) + one)) for one in range(customers)]
        self.buyers += people
        for buyer in people:
            await buyer.start()
        await asyncio.gather(*map(self.buy, people))
        return people

    async def buy(self, buyer: Buyer) -> None:
        """A month, delivered."""
        order = await self.pay(buyer)

        async def is_delivered() -> bool:
            return (await buyer.order(order.id)).state is OrderState.DELIVERED

        await until(is_delivered, WITHIN_S)

    async def pay(self, buyer: Buyer) -> Order:
        """A month, paid."""
        view = await buyer.start_purchase()
        buyer.send(view, view.payment.quote.due.units)
        return await buyer.order_of(view)

    async def homes(self, people: Sequence[Buyer]) -> Counter[PanelId | None]:
        """How many of them live on each panel."""
        return Counter([(await buyer.key()).panel_id for buyer in people])

    async def open_for_sale(self, *panel_ids: PanelId) -> None:
        """New keys go to these panels alone."""
        async with self.world.storage.transaction() as tx:
            for record in await tx.panels.all():
                await tx.panels.put(replace(record, draining=record.id not in panel_ids))

    async def until_nothing_is_to_do(self) -> None:
        """Let the worker work."""

        async def is_done() -> bool:
            return not any(one.is_due_work for key in await self.keys() for one in key.placements)

        await until(is_done, WITHIN_S)

    async def keys(self) -> Sequence[Key]:
        async with self.world.storage.transaction() as tx:
            return await tx.keys.page(None, 100)

    async def own_links(self) -> dict[TelegramId, str]:
        return {buyer.tg_id: (await self.shop.give_link(buyer.tg_id)).url for buyer in self.buyers}

    async def apps(self, people: Sequence[Buyer]) -> AskingApps:
        links = await self.own_links()
        subscribers = [Subscriber(links[buyer.tg_id], f"{(await buyer.key()).credential}") for buyer in people]
        return AskingApps(self.three.web, self.world.clock, subscribers)


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
