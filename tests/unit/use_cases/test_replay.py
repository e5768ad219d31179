"""After a restore: what was paid since the backup is known before anything that would contradict it begins."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields
from datetime import timedelta

import pytest

from orbit_domain.access.sweep import SWEEP
from orbit_domain.backup.replay import REPLAY
from orbit_domain.broadcast.broadcast import BroadcastState
from orbit_domain.notice.backup_notices import ReplayEnded
from orbit_domain.order.order import OrderState
from orbit_domain.storage import AdminAction
from orbit_entry.runtime.periodic_job import Intervals, JobName, PeriodicJob
from orbit_entry.worker.jobs import Jobs
from orbit_testing import samples
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, World

WAITING = {
    JobName.RECENT_KEYS, JobName.DRIFT, JobName.SWEEP, JobName.EVACUATIONS, JobName.REBALANCE, JobName.RENEWALS,
    JobName.REMINDERS,
}  # fmt: skip


def jobs(world: World) -> dict[JobName, PeriodicJob]:
    """What a new process runs in the background."""
    shop = Shop(world.ports())
    found = Jobs(**{field.name: getattr(shop, field.name) for field in fields(Jobs)})
    return {job.name: job for job in found.jobs(Intervals())}


async def restore(world: World, take_back: Callable[[], None]) -> Shop:
    """The storage is that of the backup again, and a new process may start."""
    taken_at = world.clock.now() - timedelta(hours=1)
    take_back()
    shop = Shop(world.ports())
    await shop.begin_replay(taken_at, "cli:vera")
    return shop


def backup(world: World) -> Callable[[], None]:
    """The state of now, and how to go back to it."""
    tables = deepcopy(world.storage._tables)

    def take_back() -> None:
        world.storage._tables = tables

    return take_back


async def log(world: World, subject: str) -> list[AdminAction]:
    async with world.storage.transaction() as tx:
        return list(reversed(await tx.admin_log.of_subject(subject, 20)))


async def test_what_was_paid_since_is_known_before_anything_else_begins(alice: Buyer, world: World) -> None:
    """The order asked for before the backup is delivered once; nobody is reminded, charged or swept before that."""
    await alice.buy()
    world.clock.advance(days=28)
    await alice.shop.scan_and_settle()
    view = await alice.start_purchase()
    take_back = backup(world)
    alice.send(view)
    await alice.shop.work()
    ends_at, accounts = await alice.ends_at(), deepcopy(world.panel.accounts)
    world.clock.advance(hours=1)
    shop = await restore(world, take_back)
    process = jobs(world)
    for name in (*WAITING, JobName.NOTICES):
        await process[name].run()
    assert alice.notices("period_ending") == []
    assert (await log(world, SWEEP), await shop.show_replay() is None) == ([], False)

    await process[JobName.MONEY].run()
    assert (await alice.order_of(view)).state is OrderState.PAID
    await process[JobName.KEYS].run()
    assert ((await alice.order_of(view)).state, await alice.ends_at()) == (OrderState.DELIVERED, ends_at)
    assert (await alice.balance(), world.panel.accounts.keys()) == (0, accounts.keys())
    await check_ledger(world)
    assert [one.action for one in await log(world, REPLAY)] == ["restore_shop", "end_replay"]
    await process[JobName.SWEEP].run()
    assert [one.action for one in await log(world, SWEEP)] == ["start_sweep", "end_sweep"]


async def test_money_without_a_customer_is_told_of_once(alice: Buyer, world: World) -> None:
    """What was asked for after the backup is booked, without an alert for each; the owner hears how many there are."""
    take_back = backup(world)
    bob = Buyer(alice.shop, world, BOB)
    await bob.start()
    for buyer in (alice, bob):
        await buyer.buy()
    world.clock.advance(hours=1)
    shop = await restore(world, take_back)
    await jobs(world)[JobName.MONEY].run()
    await shop.work()
    (notice,) = world.notices(OWNER, "replay_ended")
    assert isinstance(notice, ReplayEnded)
    assert (notice.nameless, notice.unread, world.notices(OWNER, "unmatched_money")) == (2, "", [])
    assert sum(one.receipt.amount.units for one in await shop.list_unmatched()) == 2 * COIN
    assert (await shop.audit_ledger()).findings == ()
    world.chain.deposit(COIN, "after it")
    await shop.work()
    assert len(world.notices(OWNER, "unmatched_money")) == 1


async def test_a_source_that_is_down_keeps_it_going_until_a_person_ends_it(alice: Buyer, world: World) -> None:
    """Sales go on meanwhile; whoever ends it by hand is in the log, with what wasn't read."""
    await alice.start()
    take_back = backup(world)
    world.clock.advance(hours=1)
    shop = await restore(world, take_back)
    process = jobs(world)
    world.chain.silent = True
    with pytest.raises(Exception, match="chain"):
        await process[JobName.MONEY].run()
    replay = await shop.show_replay()
    assert replay is not None
    assert (replay.behind, replay.is_done) == ((world.chain.name,), False)
    assert await shop.end_replay() == replay
    assert await shop.end_replay("cli:vera") is None
    assert await shop.end_replay("cli:vera") is None
    began, ended = await log(world, REPLAY)
    assert (began.actor, ended.actor, ended.reason) == ("cli:vera", "cli:vera", f"not read: {world.chain.name}")
    await shop.work()
    (notice,) = world.notices(OWNER, "replay_ended")
    assert isinstance(notice, ReplayEnded)
    assert notice.unread == world.chain.name


async def test_a_broadcast_that_was_running_waits_for_its_author(alice: Buyer, world: World) -> None:
    """Who got it since the backup isn't known any more."""
    await alice.start()
    async with world.storage.transaction() as tx:
        await tx.broadcasts.add(samples.broadcast(state=BroadcastState.RUNNING))
    shop = await restore(world, backup(world))
    await shop.queue_broadcasts()
    await shop.work()
    assert world.notices(ALICE, "announcement") == []
    async with world.storage.transaction() as tx:
        (one,) = await tx.broadcasts.newest(1)
    assert one.state is BroadcastState.PAUSED
