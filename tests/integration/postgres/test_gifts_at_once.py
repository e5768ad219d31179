"""Takers, the giver and the owner act on one gift at the same moment, on a real server."""

import asyncio
from datetime import timedelta

from orbit_domain.ids import Nonce, PlanCode, TelegramId
from orbit_domain.order.order import OrderState
from orbit_domain.storage import StorageError
from tests.integration.postgres.contended_shop import ContendedShop
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import World

ROUNDS = 8
TAKERS = [TelegramId(600 + number) for number in range(3)]
MONTH = timedelta(days=30)


async def test_a_gift_is_taken_or_its_price_goes_back_and_never_both(contended_shop: ContendedShop) -> None:
    """Three takers with two taps each, a giver who gives up, an owner who refunds: in the end all sums agree."""
    world = World(storage=contended_shop.storage())
    shop = Shop(world.ports())
    await shop.open()
    alice = Buyer(shop, world, ALICE)
    takers = [Buyer(shop, world, tg_id) for tg_id in TAKERS]
    for buyer in (alice, *takers):
        await buyer.start()
    await alice.add_balance(500_000)
    taken = 0
    for number in range(ROUNDS):
        order = (await shop.open_gift(ALICE, "A", PlanCode("sub_1m"), Nonce(f"{number:x}"))).order
        await shop.pay_from_balance(ALICE, order.id)
        code = (await shop.show_gift(ALICE, order.id)).code
        taps = [shop.take_gift(tg_id, "T", code) for tg_id in TAKERS for _ in range(2)]
        back = [shop.give_up_gift(ALICE, order.id), shop.refund_order(order.id, "cli:owner", "race")]
        answers = await asyncio.gather(*(taps + back if number % 2 else back + taps), return_exceptions=True)
        assert [one for one in answers if isinstance(one, Exception) and not _is_refusal(one)] == []
        after = await alice.order(order.id)
        taken += after.state is not OrderState.REFUNDED
    await shop.work()
    ends = [await buyer.ends_at() for buyer in takers]
    left = sum((end - world.clock.now() for end in ends if end is not None), timedelta())
    assert left == taken * MONTH
    price = (await shop.list_plans(ALICE)).offers[0].plan.price.units
    paid_in = await _credited(world)
    assert await alice.balance() == paid_in - taken * price
    assert (await shop.audit_ledger()).findings == ()
    assert (await shop.reconcile()).differences == []


def _is_refusal(error: Exception) -> bool:
    """What a tap or a command may answer: a refusal, or that the storage was busy, so that it comes again."""
    return isinstance(error, StorageError) or type(error).__module__.startswith("orbit_domain.")


async def _credited(world: World) -> int:
    """What has come to Alice's balance from outside."""
    async with world.storage.transaction() as tx:
        lines = await tx.ledger.statement_lines(ALICE, 100)
    return sum(line.units for line in lines if line.kind == "credit")
