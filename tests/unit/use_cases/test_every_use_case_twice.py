"""Networks repeat themselves and people tap twice: whatever is done twice is done once."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.money import rub
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.use_cases.assign_receipt import ReceiptAlreadyAssigned
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_timeline import Event
from tests.support.buyer import ALICE, Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import COIN, World

Step = tuple[str, Callable[[], Awaitable[object]]]
Timelines = tuple[tuple[Event, ...], ...]


async def timelines(shop: Shop, *people: TelegramId) -> Timelines:
    """Everything recorded about *people*: what a second call must not change."""
    return tuple([await shop.show_timeline(tg_id) for tg_id in people])


async def purchase(alice: Buyer) -> AsyncIterator[Step]:
    """Each step of a sale that is paid with half a coin too much, up to the reminder and the renewal from balance."""
    shop, clock = alice.shop, alice.world.clock
    nonce = (await shop.list_plans(ALICE)).nonce
    plan = (await shop.list_plans(ALICE)).offers[0].plan.code
    yield "open_checkout", lambda: shop.open_checkout(ALICE, plan, nonce)
    order = (await shop.open_checkout(ALICE, plan, nonce)).order
    yield "request_payment", lambda: shop.request_payment(ALICE, order.id, TON_METHOD)
    view = await shop.request_payment(ALICE, order.id, TON_METHOD)
    alice.send(view, 2 * COIN)
    alice.send(view, COIN, comment="no idea")
    yield "read_receipts", shop.read_receipts
    yield "settle_receipts", shop.settle_receipts
    yield "check_payment", lambda: shop.check_payment(ALICE, view.payment.id)
    yield "cancel_payment", lambda: shop.cancel_payment(ALICE, view.payment.id)
    yield "pay_from_balance", lambda: shop.pay_from_balance(ALICE, order.id)
    yield "alert_delayed_orders", shop.alert_delayed_orders
    yield "provision_keys", shop.provision_keys
    yield "deliver_notices", shop.deliver_notices
    clock.advance(days=28)
    await shop.read_receipts()
    yield "remind_expiring", shop.remind_expiring
    yield "top_up", lambda: shop.top_up(ALICE, rub(20_000), TON_METHOD)
    clock.advance(minutes=16)
    await shop.read_receipts()
    yield "expire_payments", shop.expire_payments
    renewal = (await alice.choose()).order
    yield "renewal", lambda: shop.pay_from_balance(ALICE, renewal.id)
    yield "its delivery", shop.provision_keys
    yield "set_language", lambda: shop.set_language(ALICE, "en")
    yield "seed_shop", shop.seed_shop
    yield "register_user", lambda: shop.register_user(ALICE, "alice", "ru")


async def test_every_step_of_a_sale_done_twice_is_done_once(alice: Buyer, world: World) -> None:
    """After the second call of each use case the timelines of customer and owner are exactly as after the first."""
    names = []
    async for name, step in purchase(alice):
        await step()
        once = await timelines(alice.shop, ALICE, OWNER)
        await step()
        assert await timelines(alice.shop, ALICE, OWNER) == once, name
        await check_ledger(world)
        names.append(name)
    assert len(names) == len(set(names)) == 18
    assert (await alice.balance(), (await alice.key()).home.applied_revision) == (0, 2)


async def test_a_second_trial_tap_finds_the_first(alice: Buyer) -> None:
    """Two taps on the trial button are one trial, before and after it was delivered."""
    first = await alice.shop.start_trial(ALICE)
    assert (await alice.shop.start_trial(ALICE)).id == first.id
    await alice.shop.work()
    end = await alice.ends_at()
    assert (await alice.shop.start_trial(ALICE)).id == first.id
    assert await alice.ends_at() == end


async def test_a_receipt_is_assigned_once_however_often_it_is_tried(alice: Buyer, world: World) -> None:
    """The second assignment is refused, also to the same customer, and leaves one audit row."""
    transfer = world.chain.deposit(COIN)
    await alice.shop.scan_and_settle()
    ref = (world.chain.name, transfer.external_id)
    given = await alice.shop.assign_receipt(*ref, ALICE, "owner", "hers")
    with pytest.raises(ReceiptAlreadyAssigned):
        await alice.shop.assign_receipt(*ref, ALICE, "owner", "hers")
    assert await alice.balance() == given.units
    assert [event.topic for event in await alice.shop.show_timeline(ALICE)].count("admin") == 1
    await check_ledger(world)


async def test_reading_changes_nothing(alice: Buyer) -> None:
    """Every use case that only reads leaves the records as they were."""
    order = await alice.buy()
    before = await timelines(alice.shop, ALICE, OWNER)
    shop = alice.shop
    for read in (shop.show_home, shop.show_keys, shop.show_statement, shop.list_plans, shop.show_timeline):
        await read(ALICE)
    await shop.show_checkout(ALICE, order.id)
    await shop.list_unmatched()
    await shop.audit_ledger()
    await shop.read_fleet()
    assert await timelines(shop, ALICE, OWNER) == before


async def test_a_second_start_finds_the_same_user(alice: Buyer, world: World) -> None:
    """Pressing /start again neither resets the language nor invents a referrer."""
    await alice.shop.set_language(ALICE, "en")
    register: RegisterUser = alice.shop.register_user
    again = await register(ALICE, "renamed", "ru", invitation="1")
    assert (again.is_new, again.user.language, again.user.referrer_id) == (False, "en", None)
