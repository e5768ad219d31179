"""Subscriptions in Stars: scenarios S6, S7, S8 and S10 of the reference, from the invoice to the key."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import STARS_MONTHLY_METHOD
from orbit_domain.payment.recurrence import RecurrenceState
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.update_processor import UpdateProcessor
from tests.integration.telegram.stars_shop import DUE
from tests.integration.telegram.subscriber import MONTH, MONTHLY_BUTTON, Subscriber, subscribed
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget, CrashHook
from tests.support.port_hooks import with_hook
from tests.support.shop import Shop
from tests.support.world import PRICE
from tests.unit.entry.test_updates_of_money import banned_limit

PAID = OrderState.PAID, OrderState.DELIVERED


@pytest.fixture
async def vera() -> Subscriber:
    return await subscribed()


async def test_a_month_renews_by_itself(vera: Subscriber) -> None:
    """Each charge is an order of its own that is paid and delivered; nothing stays on the balance, nobody is asked.

    Telegram's update may be lost: the list alone renews, and the same list again changes nothing.
    """
    assert await vera.days_left() == 30
    assert "Мои звёзды" in "".join(one.content.words.text for one in vera.user.messages)
    for charges in (2, 3):
        await vera.wait(MONTH - timedelta(days=2))
        vera.stars.telegram.updates.clear()
        await vera.wait(timedelta(days=2))
        await vera.wait(timedelta(hours=1))
        assert len(vera.stars.charges) == charges
        assert [order.state for order in await vera.orders()] == [OrderState.DELIVERED] * charges
        assert (await vera.days_left(), await vera.money()) == (30, (0, 0))
    assert await vera.told("period_ending") == []
    assert len(await vera.told("order_paid")) == 3
    assert await vera.stars.told_owner() == []


async def test_dying_at_every_call_of_a_renewal(vera: Subscriber) -> None:
    """The worker dies at its first call of one month, at its second of the next, and so on: each charge grants once."""
    dying, call, crashed = Shop(with_hook(vera.stars.ports, CrashHook())), 0, True
    while crashed:
        call += 1
        vera.stars.world.clock.advance(seconds=MONTH.total_seconds())
        crashed = await CrashBudget(call).live(dying.scan_and_settle)
        vera.stars.world.clock.advance(minutes=LEASES_OVER_MIN)
        await vera.stars.shop.work(1)
    async with vera.stars.world.storage.transaction() as tx:
        orders = await tx.orders.newest(TelegramId(vera.user.user_id), 2 * call)
    assert {order.state for order in orders} == {OrderState.DELIVERED}
    assert len(orders) == len(vera.stars.charges) == len(await vera.grants()) == call + 1
    assert await vera.stars.outcome(vera.user) == (OrderState.DELIVERED, 0)
    assert (call > 15, await vera.days_left()) == (True, 30)


async def test_a_second_subscription_is_not_offered(vera: Subscriber) -> None:
    """While one renews by itself another isn't offered, nor taken by an older button; a single payment is."""
    await vera.user.write("/start")
    await vera.user.tap("plans")
    await vera.user.tap("buy:sub_1m")
    labels = [button.text for button in vera.user.buttons]
    assert any("Telegram Stars" in label for label in labels)
    assert not any(MONTHLY_BUTTON in label for label in labels)
    order = (await vera.orders())[-1]
    await vera.user.send_data(f"pay:{order.id}:{STARS_MONTHLY_METHOD}")
    assert [one.method for one in await vera.payments()] == [STARS_MONTHLY_METHOD]


async def test_the_balance_is_no_part_of_it(vera: Subscriber) -> None:
    """A top-up can't repeat, and of a plan of ninety days a month is no part: neither is offered."""
    await vera.turn("canceled")
    await vera.user.write("/start")
    await vera.user.tap("plans")
    await vera.user.tap("buy:sub_3m")
    assert not any(MONTHLY_BUTTON in button.text for button in vera.user.buttons)
    await vera.user.write("/balance")
    await vera.user.tap("200")
    assert not any(MONTHLY_BUTTON in button.text for button in vera.user.buttons)


async def test_s6_a_renewal_of_a_customer_who_is_shut_out(vera: Subscriber) -> None:
    """S6: she floods the bot until it is silent to her, and blocks it: the charge is booked and buys her month.

    The shop knows no other ban, and whom it can't write to has paid all the same.
    """
    stars, shop = vera.stars, vera.stars.shop
    record: Any = shop.record_money_update  # type: ignore[attr-defined]
    stars.processor = UpdateProcessor(
        stars.dispatcher, stars.bot, PerUserQueue(), record, banned_limit(), look_sooner=shop.scan_and_settle
    )
    stars.telegram.block(vera.user.user_id)
    await stars.process_updates()
    await vera.renew()
    assert [order.state for order in await vera.orders()] == [OrderState.DELIVERED] * 2
    assert (await vera.days_left(), await vera.money()) == (30, (0, 0))


async def test_s7_a_price_change_leaves_a_running_subscription(vera: Subscriber) -> None:
    """S7: her charge buys the same month at the old price, though the plan costs twice as much and is shorter now.

    It does so when the shop has no way to pay left but the list of Stars.
    """
    async with vera.stars.world.storage.transaction() as tx:
        plan = await tx.plans.get(PlanCode("sub_1m"))
        assert plan is not None
    dearer = replace(plan, price=rub(2 * PRICE), terms=replace(plan.terms, days=29))
    vera.stars.world.storage._tables.plans[plan.code] = dearer  # type: ignore[attr-defined]
    vera.stars.shop = Shop(replace(vera.stars.ports, gateways=()))
    await vera.renew()
    first, renewal = await vera.orders()
    assert (renewal.price, renewal.terms, renewal.state) == (first.price, first.terms, OrderState.DELIVERED)
    assert (await vera.days_left(), await vera.money()) == (30, (0, 0))


@pytest.mark.parametrize("late", [False, True])
async def test_s8_updates_in_any_order_move_no_money(vera: Subscriber, *, late: bool) -> None:
    """S8: failed, canceled and active come before the charge or after it, twice: only the charge gives time.

    What was told last is what she is told; that a charge has failed is no news once its month is paid.
    """
    if late:
        await vera.renew()
    grants = await vera.grants()
    await vera.turn("failed", "canceled", "active", "canceled")
    assert (await vera.grants(), await vera.money()) == (grants, (0, 0))
    states = [notice.state for notice in await vera.told("recurrence_changed")]
    assert states == ["canceled", "active", "canceled"]
    (first, *_) = await vera.payments()
    assert first.recurrence is not None
    assert first.recurrence.state is RecurrenceState.CANCELED
    shop: Any = vera.stars.shop
    explained = [event.what for event in await shop.show_timeline(TelegramId(vera.user.user_id))]
    assert any("asked by stars_monthly, now confirmed, repeats: canceled" in what for what in explained)
    await vera.wait(MONTH - timedelta(days=2))
    assert [notice.reminder for notice in await vera.told("period_ending")] == ["three_days"]


async def test_s8_a_charge_that_failed_and_comes_later(vera: Subscriber) -> None:
    """S8: too few Stars at the end of the month: she is told, and the charge that comes a day later renews."""
    vera.stars.telegram.checkouts.without_stars.add(vera.user.user_id)
    await vera.wait(MONTH)
    assert [notice.state for notice in await vera.told("recurrence_changed")] == ["failed"]
    assert len(await vera.orders()) == 1
    vera.stars.telegram.checkouts.without_stars.clear()
    await vera.wait(timedelta(hours=20))
    vera.stars.telegram.pay_link(vera.user.user_id, next(iter(vera.stars.telegram.checkouts.links)))
    for _ in range(2):
        await vera.stars.process_updates()
    await vera.stars.shop.work()
    assert [order.state for order in await vera.orders()] == [OrderState.DELIVERED] * 2
    assert await vera.days_left() == 30


async def test_s8_an_update_about_somebody_else_changes_nothing(vera: Subscriber) -> None:
    """S8: of a payload that isn't ours, of another user, or of an unknown state: stored, and nothing else."""
    before = await vera.payments()
    payload = before[0].comment
    for number, said in enumerate(
        (
            {"user": {"id": vera.user.user_id}, "invoice_payload": "other software", "state": "canceled"},
            {"user": {"id": 5, "is_bot": False, "first_name": "T"}, "invoice_payload": payload, "state": "canceled"},
            {"user": {"id": vera.user.user_id}, "invoice_payload": payload, "state": "paused"},
            {"user": 7, "invoice_payload": [payload], "state": None},
            "canceled",
        )
    ):
        await vera.stars.feed({"update_id": 900 + number, "subscription": said})
    assert await vera.payments() == before
    assert await vera.told("recurrence_changed") == []
    assert await vera.stars.told_owner() == []


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_s10_the_refund_of_one_renewal(vera: Subscriber, number: int) -> None:
    """S10: of three months, each charged before the last was used, the refund of one takes back its own time alone."""
    for _ in range(2):
        vera.stars.telegram.subscriptions.charge(vera.first.id)
        await vera.wait(timedelta(minutes=5))
    assert await vera.days_left() == 90
    await vera.refund(vera.stars.charges[number])
    states = [order.state for order in await vera.orders()]
    assert [state is OrderState.REFUNDED for state in states] == [at == number for at in range(3)]
    assert (await vera.days_left(), await vera.money()) == (60, (0, 0))


async def test_s10_the_refund_of_a_month_that_is_used_up(vera: Subscriber) -> None:
    """S10: the month after it stays whole; what she has used is owed, and nothing else is taken for it."""
    await vera.renew()
    await vera.refund(vera.first)
    assert [order.state in PAID for order in await vera.orders()] == [True, True]
    assert (await vera.days_left(), await vera.money()) == (30, (0, PRICE))
    await vera.renew()
    assert await vera.money() == (0, 0)
    assert (await vera.orders())[-1].is_open


async def test_s10_the_owner_gives_one_renewal_back(vera: Subscriber) -> None:
    """S10: by command, first the order and then its payment: Telegram gives that charge back, and no other."""
    charge = await vera.renew()
    shop: Any = vera.stars.shop
    order = (await vera.orders())[-1]
    (payment,) = [one for one in await vera.payments() if one.order_id == order.id]
    await shop.refund_order(order.id, "cli:owner", "asked")
    sent = await shop.refund_payment(payment.id, "cli:owner", "asked")
    assert (sent.refund_id, sent.amount.units) == (charge.id, DUE)
    await vera.wait(timedelta(minutes=2))
    given_back = [one.id for one in vera.stars.charges if one.refunded_at is not None]
    assert given_back == [charge.id]
    assert [one.state for one in await vera.orders()] == [OrderState.DELIVERED, OrderState.REFUNDED]
    assert await vera.money() == (0, 0)
