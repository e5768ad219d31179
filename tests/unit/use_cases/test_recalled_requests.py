"""What was asked for since a backup comes back as it was asked for, and the providers' money does the rest."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

from orbit_adapters.memory.cache import NoCache
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentPolicy, PaymentStatus
from orbit_domain.payment.recurrence import Recurrence
from orbit_domain.request_journal.requests import OVERLAP, AskedOrder, IssuedKey, Requests
from orbit_domain.storage import Storage
from orbit_domain.use_cases.journal_requests import JournalRequests
from orbit_domain.use_cases.recall_requests import Recalled, RecallRequests
from orbit_testing import samples
from tests.support.backups import KnownJournals
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import PRICE, World
from tests.unit.use_cases.gift_taps import code_of, given, take

CAROL = TelegramId(44)
HALF = PRICE // 2


async def journalled(world: World) -> Requests:
    """What a journal of the last ten minutes holds."""
    async with world.storage.snapshot() as tx:
        return await tx.recent_requests.since(world.clock.now() - OVERLAP)


def dump_of(world: World) -> MemoryStorage:
    """A storage that holds what the world's one holds now."""
    dump = MemoryStorage(base=world.base)
    assert isinstance(world.storage, MemoryStorage)
    dump._tables = deepcopy(world.storage._tables)
    return dump


def restored(world: World, dump: MemoryStorage) -> Shop:
    """The shop on *dump*; what is outside stays."""
    world.cache, world.storage = NoCache(), dump
    return Shop(world.ports())


async def recalled(world: World, requests: Requests) -> Recalled:
    return await RecallRequests(world.storage, world.clock, world.ids)(requests)


async def states(storage: Storage, *orders: OrderId) -> list[OrderState | None]:
    async with storage.transaction() as tx:
        found = [await tx.orders.get(order_id) for order_id in orders]
    return [order.state if order else None for order in found]


async def test_what_the_balance_has_paid_and_what_cost_nothing_is_bought_again(
    world: World, alice: Buyer, bob: Buyer
) -> None:
    """A top-up and what it bought, a trial, a gift and its link. What was only looked at is paid by no money."""
    dump = dump_of(world)
    await alice.add_balance(2 * PRICE)
    bought = (await alice.choose()).order.id
    await alice.pay_from_balance(bought)
    gift, code = await given(alice)
    await alice.shop.start_trial(BOB)
    await alice.shop.work()
    key, trial = await alice.key(), await bob.key()
    await alice.add_balance(3 * PRICE)
    looked_at = (await alice.choose("sub_3m")).order.id
    requests = await journalled(world)

    shop = restored(world, dump)
    made = await recalled(world, requests)
    # Bob's trial waits for no money; Alice's balance is empty until the chain is read.
    assert (made.orders, made.payments, made.paid, made.left_out) == (3, 2, 1, ())
    assert await states(world.storage, bought, gift, looked_at) == [OrderState.OPEN, OrderState.OPEN, None]
    await shop.work(3)
    alice, bob = Buyer(shop, world, ALICE), Buyer(shop, world, BOB)
    assert (await bob.key()).id == trial.id
    # The newest wish takes what is topped up; what is left is bought when the same is recalled once more.
    assert (await recalled(world, requests)).paid == 1
    await shop.work()
    assert await states(world.storage, bought, gift) == [OrderState.DELIVERED, OrderState.PAID]
    assert (await alice.key()).account() == key.account()
    assert (await alice.balance(), await code_of(alice, gift)) == (3 * PRICE, code)
    await take(bob, code)
    await check_ledger(world)
    assert (await shop.reconcile()).differences == []


async def test_money_finds_what_it_was_sent_for(world: World, alice: Buyer, bob: Buyer) -> None:
    """Two purchases by one method, one with a code of that hour, one that went back to the balance, one that was
    cancelled: each transfer counts once, and is worth what it was.
    """
    dump = dump_of(world)
    shop = alice.shop
    await shop.add_promo(samples.promo("SPRING", value=50), "cli:owner")
    await shop.apply_promo(ALICE, "SPRING")
    half = await alice.buy()
    full = await alice.buy()
    given_back = await bob.buy()
    await shop.refund_order(given_back.id, "cli:owner", "wish")
    cancelled = await bob.start_purchase("sub_3m")
    await bob.cancel(cancelled.payment.id)
    await shop.work()
    keys = (await alice.key()).account(), (await bob.key()).id
    requests = await journalled(world)
    bob.send(cancelled, cancelled.payment.quote.due.units)

    shop = restored(world, dump)
    made = await recalled(world, requests)
    assert (made.orders, made.payments, made.keys, made.paid, made.left_out) == (4, 4, 2, 0, ())
    async with world.storage.transaction() as tx:
        assert len([one for one in await tx.payments.of_user(ALICE, 9) if one.is_open]) == 1
    await shop.work(3)
    alice, bob = Buyer(shop, world, ALICE), Buyer(shop, world, BOB)
    assert await states(world.storage, half.id, full.id, given_back.id) == [
        OrderState.DELIVERED, OrderState.DELIVERED, OrderState.CANCELLED,
    ]  # fmt: skip
    assert (half.price.units, await alice.balance()) == (HALF, 0)
    assert await bob.balance() == PRICE + cancelled.payment.amount.units
    assert ((await alice.key()).account(), (await bob.key()).id) == keys
    await shop.mend_drift()  # Bob's key has no time: a sweep ends it as any other that has expired.
    await shop.work()
    await check_ledger(world)
    assert await shop.list_unmatched() == ()


async def test_what_contradicts_the_records_is_left_out(world: World, alice: Buyer, bob: Buyer) -> None:
    """Another's order, memo, key or link; a row without its customer; a time without a zone. The rest is recorded."""
    await alice.buy()
    (order,), (payment,) = (await journalled(world)).orders, (await journalled(world)).payments
    (issued,) = (await journalled(world)).keys
    stranger = replace(issued.key, id=samples.key(7).id, placements=(replace(issued.key.home, username="other"),))
    before = world.storage, deepcopy(world.storage._tables.orders.keys())
    wrong = Requests(
        orders=(
            replace(order, order=replace(order.order, tg_id=BOB)),
            AskedOrder(samples.order(8, nonce=order.order.nonce)),
            AskedOrder(samples.order(9, CAROL)),
        ),
        payments=(
            replace(payment, tg_id=BOB),
            samples.payment(8, ALICE, comment=payment.comment),
            samples.payment(9, BOB, order_id=order.order.id),
        ),
        keys=(
            IssuedKey(replace(issued.key, tg_id=BOB)),
            IssuedKey(stranger),
            IssuedKey(samples.key(9, CAROL), samples.subscription_link(1, CAROL)),
        ),
    )
    made = await recalled(world, wrong)
    assert (made.orders, made.payments, made.keys, made.links, made.paid) == (0, 0, 0, 0, 0)
    assert len(made.left_out) == 10
    assert deepcopy(world.storage._tables.orders.keys()) == before[1]
    fine = await recalled(world, replace(wrong, payments=(*wrong.payments, samples.payment(5, BOB))))
    assert fine.payments == 1


async def test_a_charge_is_made_anew_by_its_record(world: World, alice: Buyer) -> None:
    """What the shop itself has made of a repeated charge isn't asked for: it would be in the record's way."""
    repeats = PaymentPolicy(repeats=True)
    done = {"status": PaymentStatus.CONFIRMED, "confirmed_at": samples.NOW, "policy": repeats}
    first = samples.payment(1, ALICE, recurrence=Recurrence(charged_at=samples.NOW), **done)
    charge = samples.payment(2, ALICE, external_id="charge", **done)
    assert (await recalled(world, Requests(payments=(first, charge)))).payments == 1
    async with world.storage.transaction() as tx:
        (kept,) = await tx.payments.of_user(ALICE, 9)
    assert (kept.id, kept.status, kept.recurrence) == (first.id, PaymentStatus.PENDING, None)


async def test_each_run_goes_on_where_files_end(world: World, alice: Buyer) -> None:
    """Each looks ten minutes further back: what was recorded late is in a file too. A clock that was wrong hides
    nothing, and without a key nothing is read.
    """
    journal = KnownJournals()
    run = JournalRequests(world.storage, world.clock, journal)
    await alice.start_purchase()
    assert await run() == 4
    world.clock.advance(minutes=11)
    assert (await run(), await run()) == (4, 0)
    journal.written[-1] = (world.clock.now() + timedelta(days=1), Requests())
    await alice.choose()
    await Buyer(alice.shop, world, CAROL).start()
    assert await run() == 1
    journal.is_set_up = False
    assert (await run(), len(journal.written)) == (0, 4)
