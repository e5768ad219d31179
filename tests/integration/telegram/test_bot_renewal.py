"""A reminder's button renews with one tap."""

from uuid import UUID

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.show import send
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.money import RUB
from orbit_domain.order.order import OrderState
from tests.integration.telegram.bot_harness import BotHarness, ChatUser


async def test_one_tap_renews_and_a_second_shows_the_same_receipt(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The reminder becomes the receipt; a second tap on the same button, as on another phone, pays nothing more."""
    shop, world = bot_harness.shop, bot_harness.world
    await vera.buyer.buy()
    await vera.buyer.add_balance(45_000)
    world.clock.advance(days=29.1)
    await shop.work()
    (reminder,) = world.notices(TelegramId(vera.user_id), "period_ending")
    await send(bot_harness.bot, vera.user_id, notice_screen(reminder, Translator("ru"), RUB))
    assert "На балансе 450 ₽" in vera.text.replace("\xa0", " ")
    button = vera.buttons[0].data
    await vera.tap("Продлить с баланса")
    assert "Оплачено: 1 месяц" in vera.text
    assert await vera.buyer.balance() == 45_000 - 12_900
    assert await vera.send_data(button) == 1
    assert "Оплачено: 1 месяц" in vera.text
    assert await vera.buyer.balance() == 45_000 - 12_900


async def test_an_old_reminder_takes_nothing(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The customer has renewed since by another plan: nothing more is taken, and the screen says so."""
    shop, world = bot_harness.shop, bot_harness.world
    await vera.buyer.buy()
    await vera.buyer.add_balance(45_000)
    world.clock.advance(days=29.1)
    await shop.work()
    (reminder,) = world.notices(TelegramId(vera.user_id), "period_ending")
    await send(bot_harness.bot, vera.user_id, notice_screen(reminder, Translator("ru"), RUB))
    button = vera.buttons[0].data
    await vera.buyer.pay_from_balance((await vera.buyer.choose("sub_3m")).order.id)
    assert await vera.send_data(button) == 1
    assert "предложение устарело" in vera.text
    assert await vera.buyer.balance() == 45_000 - 34_900


async def test_what_the_balance_lacks_is_one_tap_away(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Each reminder leads to the checkout of one and the same renewal with the missing sum; paying it renews, once."""
    shop, world = bot_harness.shop, bot_harness.world
    await vera.buyer.buy()
    for days in (27.5, 2, 1, 1):
        world.clock.advance(days=days)
        await shop.work()
    reminders = world.notices(TelegramId(vera.user_id), "period_ending")
    assert len(reminders) == 4
    order_ids = set()
    for reminder in reminders:
        await send(bot_harness.bot, vera.user_id, notice_screen(reminder, Translator("ru"), RUB))
        await vera.tap("Продлить · доплатить 129")
        assert "129 ₽" in vera.text.replace("\xa0", " ")
        order_ids |= {one.data.split(":")[1] for one in vera.buttons if one.data.startswith("pay:")}
    (order_id,) = map(UUID, order_ids)
    view = await vera.buyer.request_payment(OrderId(order_id))
    vera.buyer.send(view, view.payment.quote.due.units)
    await shop.work()
    assert (await vera.buyer.order(OrderId(order_id))).state is OrderState.DELIVERED
    assert await vera.buyer.balance() == 0


async def test_a_balance_that_was_spent_since_leads_to_the_checkout(vera: ChatUser, bot_harness: BotHarness) -> None:
    """It was enough when the reminder was sent; at the tap it isn't, and the screen says what is missing."""
    shop, world = bot_harness.shop, bot_harness.world
    await vera.buyer.buy()
    await vera.buyer.add_balance(45_000)
    world.clock.advance(days=29.1)
    await shop.work()
    (reminder,) = world.notices(TelegramId(vera.user_id), "period_ending")
    await shop.adjust_balance(world.ids.uuid(), vera.buyer.tg_id, -44_000, "cli:owner", "spent")
    await send(bot_harness.bot, vera.user_id, notice_screen(reminder, Translator("ru"), RUB))
    await vera.tap("Продлить с баланса")
    assert "119 ₽" in vera.text.replace("\xa0", " ")
    assert await vera.buyer.balance() == 1_000
