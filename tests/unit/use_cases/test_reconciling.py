"""A reconciliation names what doesn't agree, and nothing else; the command that it names mends it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_domain.bookkeeping.difference import (
    ChangedRecord,
    CustomerWithoutKey,
    Difference,
    KeyWithoutTime,
    MisbookedAsset,
    OldUnmatchedMoney,
    OrderWithoutTime,
    TimeWithoutOrder,
    UnrecordedMoney,
    VanishedRecord,
    WrongHoldings,
    wrong_holdings,
)
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.money import TON, Money
from orbit_domain.order.order import OrderState
from orbit_domain.payment.source import Cursor, SourceUnavailable
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.subscription.subscription import GRACE, Grant, order_cause
from orbit_domain.use_cases.book_record import AlreadyRecorded, NoSuchRecord
from orbit_domain.use_cases.reconcile import Reconciliation
from orbit_testing import samples
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World

TOP_UP = 20_000
WHO = ("cli:owner", "found by a reconciliation")


@pytest.fixture
async def sold(alice: Buyer, world: World) -> Buyer:
    """A customer with two delivered months, whose shop agrees with everybody."""
    for _ in range(2):
        await later(alice.shop, world)
        await alice.buy()
    await later(alice.shop, world)
    assert (await alice.shop.reconcile()).differences == []
    return alice


async def later(shop: Shop, world: World, **by: float) -> None:
    """Let time pass, by an hour if no other is given, and the sources be read."""
    world.clock.advance(**(by or {"hours": 1}))
    await shop.scan_and_settle()


async def found(shop: Shop) -> list[Difference]:
    """What a reconciliation finds when every source can be asked."""
    report: Reconciliation = await shop.reconcile()
    assert report.unasked == {}
    return report.differences


async def mend(shop: Shop, difference: Difference, user: TelegramId = BOB) -> None:
    """Give the command that *difference* names, for *user* where it asks for one, and let the worker run."""
    match difference.remedy:
        case ("receipts", "book", ref):
            await shop.book_record(*ref.split("|"), *WHO)
        case ("refund", "order", order_id):
            await shop.refund_order(OrderId(UUID(order_id)), *WHO)
        case ("keys", "mend", tg_id):
            await shop.mend_keys(TelegramId(int(tg_id)), *WHO)
        case ("unmatched", "assign", ref, "USER"):
            await shop.assign_receipt(*ref.split("|"), user, *WHO)
        case other:
            raise AssertionError(f"no such command: {other}")
    await shop.work()


async def leave_out(world: World, record: SourceRecord) -> None:
    """Move the cursor past *record* without recording it."""
    async with world.storage.transaction() as tx:
        cursor = await tx.cursors.get(record.source)
        assert cursor is not None
        assert await tx.cursors.move(cursor, replace(cursor, position=record.position))


ACTIONS = st.lists(
    st.sampled_from(["buy", "top up", "no comment", "unread", "refund", "renew", "trial", "wait", "half", "mend"]),
    max_size=12,
)


@given(ACTIONS)
@settings(max_examples=30)
def test_a_healthy_shop_agrees_with_everybody(actions: list[str]) -> None:
    """Whatever customers and owner do, nothing is found, and every source can be asked."""
    report = asyncio.run(_live(actions))
    assert (report.differences, report.unasked, report.has_more) == ([], {}, False)


async def _live(actions: list[str]) -> Reconciliation:
    world = World()
    shop = Shop(world.ports())
    await shop.open()
    bob = Buyer(shop, world, BOB)
    await bob.start("en")
    orders: list[OrderId] = []
    for action in actions:
        await later(shop, world, minutes=7)
        can_pay = await bob.balance() >= PRICE
        match action:
            case "buy" if not can_pay:
                orders.append((await bob.buy()).id)
            case "top up":
                await bob.add_balance(TOP_UP)
            case "no comment" | "unread":
                world.chain.deposit(COIN)
            case "half" if not can_pay:
                view = await bob.start_purchase()
                bob.send(view, COIN // 2)
            case "refund" if orders:
                await shop.refund_order(orders.pop(), *WHO)
            case "renew" if can_pay:
                checkout = await bob.choose()
                orders.append((await bob.pay_from_balance(checkout.order.id)).id)
            case "trial" if await bob.ends_at() is None:
                await shop.start_trial(BOB)
            case "mend":
                await shop.mend_keys(BOB, *WHO)
            case "wait":
                world.clock.advance(days=1)
        if action != "unread":
            await shop.work()
    report: Reconciliation = await shop.reconcile()
    await check_ledger(world)
    return report


async def test_money_that_was_left_out_is_found_and_booked(sold: Buyer, world: World) -> None:
    """What the provider shows and the cursor has passed is named; the command credits it to whoever sent it."""
    view = await sold.top_up(TOP_UP)
    record = sold.send(view, view.payment.quote.due.units)
    assert await found(sold.shop) == []
    assert (await sold.shop.reconcile()).waiting == {record.source: 1}
    await leave_out(world, record)
    (difference,) = await found(sold.shop)
    assert difference == UnrecordedMoney(record.source, record.external_id, record.amount, record.occurred_at)
    await mend(sold.shop, difference)
    assert await sold.balance() == TOP_UP
    assert await found(sold.shop) == []
    with pytest.raises(AlreadyRecorded):
        await mend(sold.shop, difference)
    with pytest.raises(NoSuchRecord):
        await sold.shop.book_record(record.source, "1", *WHO)
    await check_ledger(world)


async def test_what_a_provider_denies_is_found(sold: Buyer, world: World) -> None:
    """A record that the provider shows no more is named, and nothing mends that by itself."""
    at = world.clock.now() - timedelta(minutes=1)
    denied = samples.source_record(5, source=world.chain.name, occurred_at=at)
    async with world.storage.transaction() as tx:
        await tx.source_records.add(denied, at)
    (difference,) = await found(sold.shop)
    assert difference == VanishedRecord(denied.source, denied.external_id, denied.amount, at)
    assert difference.remedy == ()


async def test_another_sum_is_found(sold: Buyer, world: World) -> None:
    """A record that the provider shows as another one is named with both sums."""
    recorded = world.chain.records[-1]
    await later(sold.shop, world)
    await sold.add_balance(TOP_UP)
    shown = replace(recorded, amount=Money(COIN - 1, TON), digest="another")
    world.chain.records[world.chain.records.index(recorded)] = shown
    assert await found(sold.shop) == [
        ChangedRecord(recorded.source, recorded.external_id, recorded.amount, shown.amount)
    ]


async def test_only_the_period_is_compared(sold: Buyer, world: World) -> None:
    """What happened before the period isn't named, and what was before the shop isn't its own."""
    recorded = world.chain.records[-1]
    world.chain.records[-1] = replace(recorded, digest="another")
    assert [type(one) for one in await found(sold.shop)] == [ChangedRecord]
    later: Reconciliation = await sold.shop.reconcile(since=recorded.occurred_at + timedelta(seconds=1))
    assert (later.differences, later.records) == ([], 0)
    until: Reconciliation = await sold.shop.reconcile(until=recorded.occurred_at)
    assert until.differences == []


async def test_a_source_that_gives_no_answer_is_no_difference(sold: Buyer, world: World) -> None:
    """Silence, a lie about time and a hole are told as such, and the rest is compared all the same."""
    world.chain.silent = True
    silent: Reconciliation = await sold.shop.reconcile()
    world.chain.silent, world.chain.lost = False, {world.chain.records[-1].external_id}
    hole: Reconciliation = await sold.shop.reconcile()
    assert [list(report.unasked) for report in (silent, hole)] == [[world.chain.name]] * 2
    assert [report.differences for report in (silent, hole)] == [[], []]


async def test_an_account_that_is_off_is_found(sold: Buyer, world: World) -> None:
    """A receipt entry without its receipt is named with both sums."""
    async with world.storage.transaction() as tx:
        await tx.ledger.post(money_arrived("nobody|1", "ton", Money(7, TON), world.clock.now()))
    (difference,) = await found(sold.shop)
    assert difference == MisbookedAsset("ton", TON, 2 * COIN, 2 * COIN + 7)


async def test_holdings_are_compared_where_they_are_known(sold: Buyer, world: World) -> None:
    """A source that knows what it held where it was read is compared; one that doesn't answer isn't a difference."""
    held: Money | None = Money(2 * COIN, TON)

    async def balance(cursor: Cursor) -> Money | None:
        if cursor.position != world.chain.records[1].position:
            raise SourceUnavailable("no answer")
        return held

    world.chain.balance = balance  # type: ignore[attr-defined]
    world.chain.beside = lambda names: world.chain  # type: ignore[attr-defined]
    assert await found(sold.shop) == []
    held = Money(2 * COIN - 1, TON)
    assert await found(sold.shop) == [WrongHoldings("ton", TON, 2 * COIN, 2 * COIN - 1)]
    held = None
    report: Reconciliation = await sold.shop.reconcile()
    assert (report.differences, report.unasked) == ([], {world.chain.name: "it doesn't say what the account held"})
    held = Money(2 * COIN, TON)
    world.chain.deposit(COIN)
    assert await found(sold.shop) == []  # It isn't read yet.
    await sold.shop.work()
    report = await sold.shop.reconcile()
    assert (report.differences, report.unasked) == ([], {world.chain.name: "no answer"})


def test_nothing_held_is_compared_too() -> None:
    """An asset that the ledger has never seen is nothing there."""
    held = Money(3, TON)
    assert list(wrong_holdings((), {("ton", TON.code): [held, held]})) == [WrongHoldings("ton", TON, 0, 6)]


async def test_a_paid_order_that_gave_no_time_is_refunded(sold: Buyer, world: World) -> None:
    """The command gives the price back; the time that others gave stays."""
    await sold.add_balance(TOP_UP)
    order_id = await _paid_without_time(sold, world)
    before = await sold.ends_at()
    (difference,) = await found(sold.shop)
    assert difference == OrderWithoutTime(order_id, ALICE)
    await mend(sold.shop, difference)
    assert (await sold.balance(), await sold.ends_at()) == (TOP_UP, before)
    assert await found(sold.shop) == []
    await check_ledger(world)


async def _paid_without_time(buyer: Buyer, world: World) -> OrderId:
    order = (await buyer.choose()).order
    now = world.clock.now()
    async with world.storage.transaction() as tx:
        await tx.orders.save(order.pay(now).deliver(now))
        await tx.ledger.post(samples.gift(1, -PRICE, ALICE, kind=samples.EntryKind.ORDER, ref=str(order.id)))
    return order.id


async def test_time_of_an_unpaid_order_is_found(sold: Buyer, world: World) -> None:
    """Time that an open order gave is named."""
    order = (await sold.choose()).order
    assert order.state is OrderState.OPEN
    async with world.storage.transaction() as tx:
        await tx.grants.add(Grant(order_cause(order.id), ALICE, 60, world.clock.now()))
    assert await found(sold.shop) == [TimeWithoutOrder(order.id, ALICE)]


async def test_time_without_a_key_gets_one(sold: Buyer, bob: Buyer, world: World) -> None:
    """The command makes the key, the panel gets it, and the customer hears of it."""
    async with world.storage.transaction() as tx:
        grant = Grant("gift:1", BOB, 3600, world.clock.now())
        await tx.grants.add(grant)
        await tx.subscriptions.save((await tx.subscriptions.get(BOB)).extend(grant, samples.TERMS.code))
    (difference,) = await found(sold.shop)
    assert difference == CustomerWithoutKey(BOB)
    await mend(sold.shop, difference)
    assert (await bob.key()).is_confirmed
    assert len(bob.notices("key_ready")) == 1
    assert await found(sold.shop) == []
    await check_ledger(world)


async def test_a_key_without_time_stops_working(sold: Buyer, bob: Buyer, world: World) -> None:
    """The command revokes the key, and the panel's account works no more."""
    async with world.storage.transaction() as tx:
        now = world.clock.now()
        expires_at = now + timedelta(days=3)
        stray = samples.key(1, BOB, expires_at=expires_at, next_attempt_at=now, created_at=now)
        await tx.keys.add(stray)
    await sold.shop.work()
    (difference,) = await found(sold.shop)
    assert difference == KeyWithoutTime(stray.id, BOB)
    await mend(sold.shop, difference)
    wanted = world.panel.accounts[stray.username].wanted
    assert wanted is not None
    assert not wanted.enabled
    assert await found(sold.shop) == []


async def test_mending_takes_no_grace_away(sold: Buyer, world: World) -> None:
    """A key whose time is over works through its grace and ends with it; one that was revoked stays so."""
    await later(sold.shop, world, days=60)
    ends_at = await sold.ends_at()
    assert ends_at is not None
    for _ in range(2):
        await sold.shop.mend_keys(ALICE, *WHO)
        await sold.shop.work()
        key = await sold.key()
        assert (key.enabled, key.expires_at) == (True, ends_at + GRACE)
    async with world.storage.transaction() as tx:
        await tx.keys.save(key.revoke(key.expires_at, world.clock.now()))
    await sold.shop.mend_keys(ALICE, *WHO)
    assert not (await sold.key()).enabled
    assert await found(sold.shop) == []
    await check_ledger(world)


async def test_forgotten_money_is_found_and_assigned(sold: Buyer, bob: Buyer, world: World) -> None:
    """Unmatched money is no difference for a week; after that the command gives it to whoever a person names."""
    record = world.chain.deposit(COIN)
    dust = world.chain.deposit(world.chain.dust_units - 1)
    await sold.shop.work()
    seen_at = world.clock.now()
    world.clock.advance(days=7)
    assert await found(sold.shop) == []
    world.clock.advance(seconds=1)
    (difference,) = await found(sold.shop)
    assert difference == OldUnmatchedMoney(record.ref, record.amount, seen_at)
    assert dust.amount.units > 0
    await mend(sold.shop, difference)
    assert await bob.balance() == PRICE
    assert await found(sold.shop) == []
