"""Panels do what they are asked and their answers are lost, again and again: each key ends with one account."""

import os
from collections import Counter
from contextlib import AsyncExitStack
from random import Random

import httpx

from orbit_domain.access.key import username_for
from orbit_domain.access.placement import PlacementState
from orbit_domain.ids import PanelId, TelegramId
from tests.integration.panels.cutting_line import CuttingLine
from tests.integration.panels.three_panels import A, B, C, PanelWorld
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop

CUTS = int(os.environ.get("ORBIT_TEST_CUT_ANSWERS", "50"))
"""How many answers are lost; 10 000 on demand (`make cuts`)."""
SEED = 20261122
CUSTOMERS = 12
ROUNDS = 60
"""More turns than any key needs, whose every other answer is lost."""


async def until_nothing_is_to_do(world: PanelWorld, shop: Shop) -> None:
    for _ in range(ROUNDS):
        await shop.work(1)
        world.clock.advance(minutes=10)
        async with world.storage.transaction() as tx:
            if not any(one.is_due_work for key in await tx.keys.page(None, 100) for one in key.placements):
                return
    raise AssertionError("something is still to do")


async def check_accounts(world: PanelWorld, people: list[Buyer]) -> None:
    """One account a key, under its first name, as its key says; nobody has heard of a key more than twice."""
    await check_ledger(world)
    held = Counter(name for panel_id in (A, B, C) for name in world.accounts(panel_id))
    assert held == Counter(username_for(buyer.tg_id, 1) for buyer in people)
    for buyer in people:
        key = await buyer.key()
        assert key.panel_id is not None
        assert username_for(buyer.tg_id, 1) in world.accounts(key.panel_id)
        assert {one.state for one in key.placements} <= {PlacementState.HOME, PlacementState.GONE}


async def a_shop_over_lines_that_lose_answers(seed: str) -> Counter[PanelId]:
    """Sales, renewals and an evacuation; how many answers of each panel were lost."""
    world = PanelWorld()
    lines = {one: CuttingLine(line, Random(f"{seed}/{one}")) for one, line in world.lines.items()}
    async with AsyncExitStack() as stack:
        clients = {one: httpx.AsyncClient(transport=line) for one, line in lines.items()}
        for client in clients.values():
            await stack.enter_async_context(client)
        world.connect(clients)
        shop = Shop(world.ports())
        await shop.open()
        people = [Buyer(shop, world, TelegramId(100 + number)) for number in range(CUSTOMERS)]
        for buyer in people:
            await buyer.start()
            await shop.start_trial(buyer.tg_id)
        await until_nothing_is_to_do(world, shop)
        await check_accounts(world, people)
        credentials = [(await buyer.key()).credential for buyer in people]
        for buyer in people:
            view = await buyer.start_purchase()
            buyer.send(view, view.payment.quote.due.units)
        await until_nothing_is_to_do(world, shop)
        await shop.evacuate_panel(A, "owner")
        await until_nothing_is_to_do(world, shop)
        await check_accounts(world, people)
        assert world.accounts(A) == set()
        assert [(await buyer.key()).credential for buyer in people] == credentials
    return Counter({one: line.cut for one, line in lines.items()})


async def test_no_lost_answer_makes_a_second_account() -> None:
    """Made, renewed, moved and removed while every other answer is cut: one account a key, with its own credential."""
    cut, shops = Counter[PanelId](), 0
    while cut.total() < CUTS:
        cut += await a_shop_over_lines_that_lose_answers(f"{SEED}/{shops}")
        shops += 1
    assert set(cut) == {A, B, C}
    print(f"{cut.total()} answers lost in {shops} shops of {CUSTOMERS} customers each: one account a key")
