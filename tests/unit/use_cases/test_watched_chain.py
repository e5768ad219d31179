"""Coins are offered only while the chain is scanned; what was sent meanwhile is never lost."""

from dataclasses import fields, replace

import pytest

from orbit_adapters.memory.chain import MemorySources
from orbit_domain.notice.notice import ScanStopped
from orbit_domain.order.order import OrderState
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.payment.source import Batch, Cursor, SourceUnavailable
from orbit_entry.worker.jobs import Jobs
from tests.support.buyer import ALICE, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, PRICE, World


async def check_not_offered(buyer: Buyer) -> None:
    """Neither checkout nor top-up offers coins, and a request is refused by name."""
    checkout = await buyer.choose()
    assert checkout.offers == ()
    with pytest.raises(MethodUnavailable):
        await buyer.request_payment(checkout.order.id)
    with pytest.raises(MethodUnavailable):
        await buyer.top_up(20_000)


async def test_before_the_first_scan_coins_are_not_offered(world: World) -> None:
    """A shop that never read its chain requests no coins."""
    shop = Shop(world.ports())
    await shop.seed_shop()
    alice = Buyer(shop, world)
    await alice.start()
    world.chain.silent = True
    await check_not_offered(alice)
    await shop.scan_and_settle()
    await check_not_offered(alice)
    world.chain.silent = False
    await shop.scan_and_settle()
    assert len((await alice.choose()).offers) == 1


async def test_a_scanner_that_is_behind_withdraws_the_offer(alice: Buyer, world: World) -> None:
    """Ten minutes without a complete reading are still fine, a second more is not; reading on restores the offer."""
    world.chain.silent = True
    world.clock.advance(minutes=10)
    await alice.shop.work()
    assert len((await alice.choose()).offers) == 1
    world.clock.advance(seconds=1)
    await alice.shop.work()
    await check_not_offered(alice)
    world.chain.silent = False
    await alice.shop.work()
    assert len((await alice.choose()).offers) == 1


async def test_an_open_request_is_shown_again_while_the_scanner_is_behind(alice: Buyer, world: World) -> None:
    """An open request still shows where to send: it was made in good faith."""
    view = await alice.start_purchase()
    world.chain.silent = True
    world.clock.advance(minutes=12)
    again = await alice.request_payment((await alice.order_of(view)).id)
    assert again.payment.id == view.payment.id


async def test_money_sent_while_the_chain_was_not_scanned_is_credited(alice: Buyer, world: World) -> None:
    """However long the reading stood still, what came meanwhile buys what it was sent for."""
    view = await alice.start_purchase()
    world.chain.silent = True
    world.clock.advance(minutes=5)
    alice.send(view)
    world.clock.advance(days=2)
    await alice.shop.work()
    world.chain.silent = False
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    await check_ledger(world)


async def test_i_have_paid_shows_the_payment_also_when_the_chain_is_silent(alice: Buyer, world: World) -> None:
    """The tap is answered with what is known; it neither fails nor confirms anything by itself."""
    view = await alice.start_purchase()
    world.chain.silent = True
    alice.send(view)
    assert (await alice.shop.check_payment(ALICE, view.payment.id)).received.units == 0
    world.chain.silent = False
    seen = await alice.shop.check_payment(ALICE, view.payment.id)
    assert seen.order is not None
    assert (seen.received.units, seen.order.state) == (COIN, OrderState.PAID)


async def test_a_hole_stops_the_reading_and_notifies_the_owner_once(alice: Buyer, world: World) -> None:
    """What lies before the hole is credited, what lies behind it waits, and nothing expires meanwhile."""
    view = await alice.start_purchase()
    alice.send(view)
    hidden = world.chain.deposit(COIN, "hidden")
    second = await alice.start_purchase("sub_3m")
    alice.send(second, second.payment.quote.due.units)
    world.chain.lost = {hidden.external_id}
    await alice.shop.work(5)
    (stopped,) = world.notices(OWNER, "scan_stopped")
    assert isinstance(stopped, ScanStopped)
    assert stopped.alarm == "hole"
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    world.clock.advance(hours=5)
    await alice.shop.work()
    assert (await alice.refreshed(second)).payment.is_open
    await check_not_offered(alice)
    world.chain.lost = set()
    await alice.shop.work()
    assert (await alice.order_of(second)).state is OrderState.DELIVERED
    assert len(await alice.shop.list_unmatched()) == 1
    assert len(world.notices(OWNER, "scan_stopped")) == 1
    await check_ledger(world)


async def test_a_newest_row_that_isn_t_shown_yet_is_no_alarm(alice: Buyer, world: World) -> None:
    """An index that lags a little is normal: no notice, nothing expires, the next scan has it."""
    view = await alice.start_purchase()
    alice.send(view)
    world.chain.lags = True
    world.clock.advance(minutes=20)
    await alice.shop.work()
    assert (await alice.refreshed(view)).payment.is_open
    world.chain.lags = False
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    assert world.notices(OWNER, "scan_stopped") == []


async def test_history_that_was_rewritten_is_an_alarm_and_changes_nothing(alice: Buyer, world: World) -> None:
    """A row whose hash has changed stops the reading; the credit that it gave stays as it was."""
    await alice.add_balance(20_000)
    world.chain.records[-1] = replace(
        world.chain.records[-1], position=world.chain.records[-1].external_id + ":" + "f" * 64
    )
    world.chain.deposit(COIN, "later")
    await alice.shop.work(3)
    (stopped,) = world.notices(OWNER, "scan_stopped")
    assert isinstance(stopped, ScanStopped)
    assert (stopped.alarm, await alice.balance()) == ("hash_conflict", 20_000)
    assert await alice.shop.list_unmatched() == ()


async def test_what_a_wallet_got_before_it_was_the_shop_s_isn_t_booked(world: World) -> None:
    """The first scan starts after the old history: none of it is booked."""
    for _ in range(5):
        salary = world.chain.deposit(COIN, "salary")
    shop = Shop(world.ports())
    await shop.open()
    assert await shop.list_unmatched() == ()
    alice = Buyer(shop, world)
    await alice.start()
    view = await alice.start_purchase()
    alice.send(view, 2 * COIN)
    await shop.work()
    assert await alice.balance() == PRICE
    await check_ledger(world, since_lt=int(salary.external_id))


async def test_a_database_restored_from_an_old_backup_credit_everything_since_exactly_once(
    alice: Buyer, world: World
) -> None:
    """The cursor stands where the backup stood: what was read since is read again, and stays recorded once."""
    view = await alice.start_purchase()
    async with world.storage.transaction() as tx:
        old = await tx.cursors.get(world.chain.name)
    alice.send(view, 2 * COIN)
    await alice.shop.work()
    async with world.storage.transaction() as tx:
        assert old is not None
        assert await tx.cursors.move(await tx.cursors.get(world.chain.name), old)
    alice.send(view)
    assert (await alice.shop.read_receipts()).recorded == 1
    await alice.shop.work()
    assert await alice.balance() == 2 * PRICE
    await check_ledger(world)


class ChainWithHole:
    """A chain with a hole that stays; it fails after so many scans in one run."""

    def __init__(self, world: World, scans: int) -> None:
        self.name, self.method, self.dust_units = world.chain.name, world.chain.method, 0
        self.chain = world.chain
        self.left = scans

    async def newest(self) -> Cursor:
        return await self.chain.newest()

    async def read(self, cursor: Cursor) -> Batch:
        if not self.left:
            raise SourceUnavailable("scanned again and again within one run")
        self.left -= 1
        return await self.chain.read(cursor)


async def test_one_run_of_the_money_job_ends_at_a_hole(alice: Buyer, world: World) -> None:
    """A history that can't be proved now is read again in the next run, not at once and for ever."""
    hidden = world.chain.deposit(COIN, "hidden")
    world.chain.deposit(COIN, "behind it")
    world.chain.lost = {hidden.external_id}
    chain = ChainWithHole(world, scans=20)
    shop = Shop(replace(world.ports(), sources=MemorySources(chain)))
    schedule = Jobs(**{job.name: getattr(shop, job.name) for job in fields(Jobs)})
    await schedule.read_and_settle()
    assert chain.left >= 18
