"""What a few customers of a shop have done in ten days: the past that a large shop repeats."""

from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import PRICE, World

FIRST_ID, PEOPLE = 7_000_000_000, 20
NODES = {"main": ("home", "away"), "second": ("north", "south"), "third": ("east",)}
_MONTHS = ("sub_1m", "sub_1m", "sub_3m", "sub_3m", "sub_6m", "sub_12m")


async def live(storage: Storage) -> datetime:
    """Let them live on the empty *storage*: the time when it is quiet again.

    Some only look around, one leaves a payment open, some try for nothing, the others buy: one of them twice, one with
    auto-renewal, one with something on the balance.
    """
    world = World(NODES, storage=storage)
    shop = Shop(world.ports())
    await shop.open()
    people = [Buyer(shop, world, TelegramId(FIRST_ID + number)) for number in range(PEOPLE)]
    for one in people:
        await one.start()
    leaving, trying, buying = people[9:11], people[11:14], people[14:]
    for one in leaving:
        await one.start_purchase()
    for one in trying:
        await shop.start_trial(one.tg_id)
    for one, plan in zip(buying, _MONTHS, strict=True):
        await _pay(one, plan)
    await shop.work()
    await _pay(buying[0], "sub_1m")
    await buying[1].add_balance(2 * PRICE)
    await shop.switch_auto_renewal(buying[2].tg_id, on=True)
    for _ in range(2):
        world.clock.advance(days=5)
        await shop.work()
    return world.clock.now()


async def _pay(buyer: Buyer, plan: str) -> None:
    view = await buyer.start_purchase(plan)
    buyer.send(view, view.payment.quote.due.units)
