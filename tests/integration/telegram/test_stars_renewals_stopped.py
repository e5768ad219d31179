"""Renewals in Stars that a tap or a refund stops, from the button to the simulated Telegram."""

from datetime import timedelta
from typing import Any

import pytest

from orbit_domain.order.order import OrderState
from orbit_domain.payment.recurrence import RecurrenceState
from tests.integration.telegram.stars_shop import DUE
from tests.integration.telegram.subscriber import MONTH, Subscriber, subscribed


@pytest.fixture
async def vera() -> Subscriber:
    return await subscribed()


async def stop_by_tap(vera: Subscriber) -> None:
    """Let her tap through to the button that stops it, which asks once."""
    await vera.user.write("/language")
    await vera.user.tap("Автопродление")
    await vera.user.tap("Продление звёздами")
    assert f"Telegram спишет {DUE}\xa0⭐" in vera.user.text
    await vera.user.tap("Отключить автопродление")
    assert "Оплаченное время действует до" in vera.user.text
    await vera.user.tap("Да, отключить")


async def test_she_stops_it_by_a_tap(vera: Subscriber) -> None:
    """Telegram charges no more, her month stays, reminders come; she takes it up again in two steps, and it renews."""
    await stop_by_tap(vera)
    assert "Отключено" in vera.user.text
    with pytest.raises(ValueError, match="the bot has stopped"):
        await vera.turn("active")
    await vera.user.tap("Снова продлевать")
    assert "Мои звёзды" in vera.user.text
    (first,) = await vera.payments()
    assert first.recurrence is not None
    assert first.recurrence.state is RecurrenceState.CANCELED
    await vera.turn("active")
    await vera.renew()
    assert len(vera.stars.charges) == 2
    await stop_by_tap(vera)
    await vera.wait(MONTH - timedelta(days=2))
    assert [notice.reminder for notice in await vera.told("period_ending")] == ["three_days"]
    await vera.wait(timedelta(days=5))
    assert (len(vera.stars.charges), len(await vera.orders())) == (2, 2)


async def test_a_charge_after_the_stop_is_booked(vera: Subscriber) -> None:
    """The answer is lost, the wish is asked for again, and what Telegram charges all the same buys its month."""
    vera.stars.answers.lost = True
    await stop_by_tap(vera)
    assert "Telegram пока не ответил" in vera.user.text
    vera.stars.answers.lost = False
    await vera.wait(timedelta(minutes=5))
    assert vera.stars.telegram.checkouts.subscriptions[vera.first.id].by_bot
    (told,) = await vera.told("renewal_answered")
    assert (told.wish, told.is_done) == ("stop", True)
    vera.stars.telegram.subscriptions.charge(vera.first.id)
    await vera.wait(timedelta(minutes=5))
    assert [order.state for order in await vera.orders()] == [OrderState.DELIVERED] * 2
    assert (await vera.days_left(), await vera.money()) == (60, (0, 0))


async def test_the_owner_s_refund_stops_it(vera: Subscriber) -> None:
    """Whoever gets the price of a month back isn't charged for another one, and is told so."""
    shop: Any = vera.stars.shop
    (order,) = await vera.orders()
    await shop.refund_order(order.id, "cli:owner", "asked")
    await vera.wait(timedelta(minutes=5))
    assert [notice.wish for notice in await vera.told("renewal_answered")] == ["stop"]
    await vera.wait(MONTH)
    assert len(vera.stars.charges) == 1
