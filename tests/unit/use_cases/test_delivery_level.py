"""The service level, read from a shop that sold."""

from dataclasses import replace

from tests.support.buyer import Buyer
from tests.support.world import World


async def test_what_was_sold_is_judged(alice: Buyer, bob: Buyer, world: World) -> None:
    """Two come at once, one after the panel was down, one still waits; older days aren't asked for. Pages change
    nothing.
    """
    read = replace(alice.shop.read_delivery_level, page=1)
    assert (await read(30)).part_in_time is None
    await alice.buy()
    world.clock.advance(days=40)
    await alice.shop.scan_and_settle()
    await alice.buy()
    world.panel.unavailable = True
    view = await bob.start_purchase()
    bob.send(view, view.payment.quote.due.units)
    for _ in range(10):
        await bob.shop.work(1)
        world.clock.advance(minutes=1)
    world.panel.unavailable = False
    await bob.shop.work()
    found = await read(30)
    assert (found.in_time, found.late, found.open) == (1, 1, 0)
    # Nobody got anything while it waited, so it may have been the panel's fault alone.
    assert (found.unproven, found.part_at_most) == (1, 1)
    assert not found.is_kept
    (late,) = found.latest
    assert (late.order.tg_id, late.is_delivered, late.waited.total_seconds()) == (bob.tg_id, True, 600)
    world.panel.unavailable = True
    view = await bob.start_purchase()
    bob.send(view, view.payment.quote.due.units)
    await bob.shop.work(1)
    assert (await read(30)).open == 1
    world.clock.advance(minutes=2)
    waiting = await read(30)
    assert (waiting.late, waiting.open, waiting.latest[0].is_delivered) == (2, 0, False)
    assert (await read(60)).in_time == 2
