"""What customers do in a shop over three panels, and what is to be seen of it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from orbit_domain.access.key import Key
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.order.order import Order, OrderState
from tests.integration.panels.asking_app import AskingApps, Subscriber
from tests.integration.panels.three_panels import ThreePanels
from tests.support.buyer import Buyer
from tests.support.virtual_time import until

WITHIN_S = 60


class Story:
    """The shop's customers, and what happens to the panels."""

    def __init__(self, three: ThreePanels) -> None:
        self.three = three
        self.world, self.shop = three.world, three.shop
        self.buyers: list[Buyer] = []

    async def meet(self, customers: int) -> list[Buyer]:
        """So many new customers."""
        people = [Buyer(self.shop, self.world, TelegramId(100 + len(self.buyers) + one)) for one in range(customers)]
        self.buyers += people
        for buyer in people:
            await buyer.start()
        return people

    async def sell(self, customers: int) -> list[Buyer]:
        """So many new customers, who get what they pay for."""
        people = await self.meet(customers)
        await asyncio.gather(*map(self.buy, people))
        return people

    async def buy(self, buyer: Buyer) -> None:
        """A month, delivered."""
        await self.delivered(buyer, await self.pay(buyer))

    async def is_paid(self, buyer: Buyer, order: Order) -> None:
        """Wait for the money."""

        async def has_come() -> bool:
            return (await buyer.order(order.id)).state in (OrderState.PAID, OrderState.DELIVERED)

        await until(has_come, WITHIN_S, every_s=0.05)

    async def delivered(self, buyer: Buyer, order: Order) -> None:
        """Wait for what was paid."""

        async def is_delivered() -> bool:
            return (await buyer.order(order.id)).state is OrderState.DELIVERED

        await until(is_delivered, WITHIN_S)

    async def pay(self, buyer: Buyer) -> Order:
        """A month, paid."""
        view = await buyer.start_purchase()
        buyer.send(view, view.payment.quote.due.units)
        return await buyer.order_of(view)

    async def pass_time(self, seconds: float) -> None:
        """Let the worker go on for so long."""
        await asyncio.sleep(seconds)

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
