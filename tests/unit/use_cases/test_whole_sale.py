"""One sale from the first /start to the renewal, with the ledger checked after every step."""

from datetime import timedelta

from orbit_domain.ids import PlanCode
from orbit_domain.notice.notice import KeyReady, OrderPaid, PeriodEnding
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD, PaymentStatus
from orbit_domain.subscription.subscription import GRACE, SubscriptionState
from tests.support.buyer import ALICE, Buyer
from tests.support.clock import NOON
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import COIN, PRICE, World

MONTH = timedelta(days=30)


async def test_a_sale_goes_from_start_to_a_working_key(shop: Shop, world: World) -> None:
    """A new customer sees the plans, pays exactly what is due, and gets a key that lasts a month and a day of grace."""
    registered = await shop.register_user(ALICE, "alice", "ru")
    assert (registered.is_new, registered.user.balance.units) == (True, 0)
    await check_ledger(world)

    plans = await shop.list_plans(ALICE)
    assert [offer.plan.code for offer in plans.offers] == ["sub_1m", "sub_3m", "sub_6m", "sub_12m"]
    checkout = await shop.open_checkout(ALICE, PlanCode("sub_1m"), plans.nonce)
    assert (checkout.order.state, checkout.missing.units) == (OrderState.OPEN, PRICE)
    assert [(offer.method, offer.due.units) for offer in checkout.offers] == [(TON_METHOD, COIN)]
    assert checkout.new_end == NOON + MONTH
    await check_ledger(world)

    view = await shop.request_payment(ALICE, checkout.order.id, TON_METHOD)
    assert (view.payment.quote.due.units, view.payment.comment) == (COIN, view.payment.comment)
    assert (view.received.units, view.missing.units) == (0, COIN)
    await check_ledger(world)

    world.clock.advance(minutes=2)
    world.chain.deposit(COIN, view.payment.comment)
    assert (await shop.read_receipts()).recorded == 1
    await check_ledger(world)
    assert await shop.settle_receipts() == 1
    await check_ledger(world)
    paid = (await shop.show_payment(ALICE, view.payment.id)).order
    assert paid is not None
    assert (paid.state, paid.paid_at) == (OrderState.PAID, world.clock.now())
    (being_made,) = (await shop.show_keys(ALICE)).keys
    assert being_made.subscription_url is None

    assert await shop.provision_keys() == 1
    await check_ledger(world)
    done = await shop.show_payment(ALICE, view.payment.id)
    assert done.payment.status is PaymentStatus.CONFIRMED
    assert done.order is not None
    assert done.order.state is OrderState.DELIVERED
    keys_view = await shop.show_keys(ALICE)
    assert (keys_view.state, keys_view.keys[0].subscription_url) == (
        SubscriptionState.ACTIVE,
        "https://main.invalid/sub/orbit_42",
    )
    account = world.panel.accounts["orbit_42"].wanted
    assert account is not None
    assert account.expires_at == world.clock.now() + MONTH + GRACE


async def test_notices_come_in_order(alice: Buyer, world: World) -> None:
    """The customer is notified of the payment and then of the key, each once, with the facts of the sale."""
    order = await alice.buy()
    paid, ready = world.notices(ALICE)
    assert isinstance(paid, OrderPaid)
    assert (paid.order_id, paid.price_kopecks, paid.balance_kopecks, paid.method) == (order.id, PRICE, 0, "ton")
    assert isinstance(ready, KeyReady)
    assert (ready.subscription_url, ready.ends_at) == ("https://main.invalid/sub/orbit_42", NOON + MONTH)
    assert ready.is_new
    await alice.shop.work(3)
    assert len(world.notifier.sent) == 2


async def test_a_renewal_adds_its_month_to_the_old_end_and_keeps_the_link(alice: Buyer, world: World) -> None:
    """Reminded three days before, the customer buys again: the same key goes on for thirty days after the old end."""
    await alice.buy()
    link, first_end = (await alice.key()).subscription_url, await alice.ends_at()
    assert first_end == NOON + MONTH
    world.clock.advance(days=27, minutes=1)
    await alice.shop.work()
    (reminder,) = alice.notices("period_ending")
    assert isinstance(reminder, PeriodEnding)
    assert (reminder.reminder, reminder.ends_at, reminder.plan_code) == ("three_days", first_end, "sub_1m")

    checkout = await alice.choose()
    assert checkout.new_end == first_end + MONTH
    view = await alice.request_payment(checkout.order.id)
    alice.send(view)
    await alice.shop.work()
    await check_ledger(world)
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    key = await alice.key()
    assert (key.subscription_url, key.expires_at) == (link, first_end + MONTH + GRACE)
    account = world.panel.accounts["orbit_42"].wanted
    assert account is not None
    assert account.expires_at == first_end + MONTH + GRACE
    assert [notice.is_new for notice in alice.notices("key_ready") if isinstance(notice, KeyReady)] == [True, False]
    assert list(world.panel.accounts) == ["orbit_42"]


async def test_paid_and_delivered_are_never_one_state(alice: Buyer, world: World) -> None:
    """While the panel is silent a paid order stays paid, and no link is handed out."""
    world.panel.unavailable = True
    view = await alice.start_purchase()
    alice.send(view)
    await alice.shop.work()
    assert (await alice.order_of(view)).state is OrderState.PAID
    assert (await alice.key()).subscription_url is None
    assert alice.notices("key_ready") == []


async def test_a_zero_price_order_takes_the_same_way(alice: Buyer, world: World) -> None:
    """The trial is an order too: paid without a debit, delivered by the panel, and notified."""
    order = await alice.shop.start_trial(ALICE)
    assert order.state is OrderState.PAID
    await alice.shop.work()
    assert (await alice.order(order.id)).state is OrderState.DELIVERED
    assert (await alice.shop.show_statement(ALICE)).statement_lines == ()
    await check_ledger(world)
