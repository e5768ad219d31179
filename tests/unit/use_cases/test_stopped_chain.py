"""A stopped scanner can be looked at, and continues on the owner's word without skipping money in silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.order.order import OrderState
from orbit_domain.payment.source import Cursor, ResetRefused, SourceAlarm, SourceUnavailable
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import AdminAction
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, World


async def cursor_of(world: World) -> Cursor | None:
    async with world.storage.transaction() as tx:
        return await tx.cursors.get(world.chain.name)


async def set_cursor(world: World, cursor: Cursor) -> None:
    async with world.storage.transaction() as tx:
        assert await tx.cursors.move(await tx.cursors.get(world.chain.name), cursor)


async def actions(world: World) -> tuple[AdminAction, ...]:
    async with world.storage.transaction() as tx:
        return await tx.admin_log.of_subject(world.chain.name, 10)


def just_before(record: SourceRecord) -> tuple[str, str]:
    """The range in which only *record* lies."""
    return str(int(record.external_id) - 1), record.external_id


async def test_a_chain_that_reads_on_shows_cursor_watermark_log_and_what_is_new(alice: Buyer, world: World) -> None:
    """The view says how far the chain was read and what a scan would bring now; looking changes nothing."""
    for units in (COIN, 2 * COIN):
        world.chain.deposit(units, "known")
    await alice.shop.work()
    fresh = world.chain.deposit(COIN, "fresh")
    world.clock.advance(seconds=40)
    before = await cursor_of(world)
    view = await alice.shop.show_source(world.chain, 2)
    assert (view.cursor, view.problems, view.watermark_age) == (before, (), timedelta(seconds=40))
    assert [transfer.amount.units for transfer in view.logged] == [2 * COIN, COIN]
    assert (view.newest.position, view.batch.records, view.batch.alarm) == (fresh.position, (fresh,), None)
    assert await cursor_of(world) == before


async def test_a_chain_that_stands_still_says_why(alice: Buyer, world: World) -> None:
    """The view names the alarm, or why the chain can't be read; a chain that was never read has no cursor."""
    await set_cursor(world, Cursor(world.chain.name, "77:" + "ab" * 32))
    assert (await alice.shop.show_source(world.chain)).batch.alarm is SourceAlarm.ANCHOR_MISSING
    world.chain.silent = True
    view = await alice.shop.show_source(world.chain)
    assert (view.batch, view.newest, len(view.problems)) == (None, None, 1)
    world.chain.name = "ton:testnet:another"
    view = await alice.shop.show_source(world.chain)
    assert (view.cursor, view.batch, view.watermark_age) == (None, None, None)


async def test_a_reset_reads_on_from_the_newest_position_known_to_both(alice: Buyer, world: World) -> None:
    """After an invented row the scanner stops; the plan leads back to what is shown alike, and no money is skipped."""
    view = await alice.start_purchase()
    world.chain.deposit(COIN, "true")
    await alice.shop.work()
    true = await cursor_of(world)
    assert true is not None
    await set_cursor(world, replace(true, position=f"{int(true.position.partition(':')[0]) + 5}:{'ab' * 32}"))
    alice.send(view)
    assert (await alice.shop.read_receipts()).alarm is SourceAlarm.ANCHOR_MISSING
    plan = await alice.shop.reset_source.plan(world.chain)
    assert (plan.after, plan.unproved) == (replace(true, watermark=None), None)
    assert (await alice.shop.read_receipts()).alarm is SourceAlarm.ANCHOR_MISSING  # a plan changes nothing
    await alice.shop.reset_source(plan, "cli:owner", "an invented row")
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    await check_ledger(world)


async def test_a_false_watermark_is_proved_anew(alice: Buyer, world: World) -> None:
    """A reset of a chain that is shown alike keeps the position and drops the watermark: nothing expires unproved."""
    view = await alice.start_purchase()
    true = await cursor_of(world)
    assert true is not None
    await set_cursor(world, replace(true, watermark=world.clock.now() + timedelta(days=29_000)))
    assert (await alice.shop.show_source(world.chain)).watermark_age == timedelta(days=-29_000)
    plan = await alice.shop.reset_source.plan(world.chain)
    assert (plan.after, plan.unproved) == (replace(true, watermark=None), None)
    await alice.shop.reset_source(plan, "cli:owner", "2106")
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


async def test_a_reset_says_which_range_is_not_proved(alice: Buyer, world: World) -> None:
    """Ahead of the cursor, in another history, or against another hash: the plan names the range, the audit row too."""
    first = world.chain.deposit(COIN, "first")
    await alice.shop.work()
    later = world.chain.deposit(COIN, "later")
    plan = await alice.shop.reset_source.plan(world.chain, later.external_id)
    assert plan.unproved == (first.external_id, later.external_id)
    await alice.shop.reset_source(plan, "cli:owner", "skip it")
    (row,) = await actions(world)
    told = (
        f"{first.position} to {later.position}, unproved after {first.external_id} up to {later.external_id}: skip it"
    )
    assert (row.actor, row.action, row.reason) == ("cli:owner", "reset_chain", told)
    await alice.shop.work()
    assert [one.receipt.comment for one in await alice.shop.list_unmatched()] == ["first"]

    world.chain.records = [replace(one, position=f"{one.external_id}:{'cd' * 32}") for one in world.chain.records]
    assert (await alice.shop.reset_source.plan(world.chain)).unproved == ("0", later.external_id)
    assert (await alice.shop.reset_source.plan(world.chain, later.external_id)).unproved == (
        str(int(later.external_id) - 1),
        later.external_id,
    )
    assert (await alice.shop.reset_source.plan(world.chain, first.external_id)).unproved == (
        str(int(first.external_id) - 1),
        first.external_id,
    )


async def test_going_back_books_nothing_twice(alice: Buyer, world: World) -> None:
    """An older position is read again from there: every row is recorded already, so nothing is credited anew."""
    first = world.chain.deposit(COIN, "first")
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    plan = await alice.shop.reset_source.plan(world.chain, first.external_id)
    assert plan.unproved is None
    await alice.shop.reset_source(plan, "cli:owner", "again")
    assert (await alice.shop.read_receipts()).recorded == 0
    assert await alice.balance() == 0
    await check_ledger(world)


async def test_a_reset_is_refused_when_it_can_not_be_done(alice: Buyer, world: World) -> None:
    """An lt that isn't shown, a chain that was never read, a silent one, and a scanner that moved meanwhile."""
    shop, chain = alice.shop, world.chain
    with pytest.raises(ResetRefused, match="no transaction with lt 5 is shown"):
        await shop.reset_source.plan(chain, "5")
    plan = await shop.reset_source.plan(chain)
    chain.deposit(COIN, "meanwhile")
    await shop.work()
    with pytest.raises(ResetRefused, match="read on meanwhile"):
        await shop.reset_source(plan, "cli:owner", "late")
    chain.silent = True
    with pytest.raises(SourceUnavailable):
        await shop.reset_source.plan(chain)
    chain.name = "ton:testnet:another"
    with pytest.raises(ResetRefused, match="never read"):
        await shop.reset_source.plan(chain)
    assert await actions(world) == ()


async def test_a_reset_done_twice_is_done_once(alice: Buyer, world: World) -> None:
    """The second call with the same plan changes nothing and adds no audit row."""
    world.chain.deposit(COIN, "x")
    await alice.shop.work()
    plan = await alice.shop.reset_source.plan(world.chain)
    for _ in range(2):
        await alice.shop.reset_source(plan, "cli:owner", "again")
    assert len(await actions(world)) == 1


async def test_a_time_ahead_closes_no_payment_and_the_owner_hears_once(alice: Buyer, world: World) -> None:
    """While the index shows a time of the future, payments stay open; an honest index delivers what was paid."""
    view = await alice.start_purchase()
    world.chain.is_ahead = True
    assert (await alice.shop.read_receipts()).alarm is SourceAlarm.TIME_AHEAD
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.is_open
    assert [notice.alarm for notice in world.notices(OWNER, "scan_stopped")] == ["time_ahead"]
    world.chain.is_ahead = False
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED


async def test_a_shop_that_has_read_nothing_has_nothing_to_reset(world: World) -> None:
    """Before the first scan there is no cursor; the first scan begins by itself."""
    shop = Shop(world.ports())
    with pytest.raises(ResetRefused):
        await shop.reset_source.plan(world.chain)
