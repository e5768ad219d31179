"""A reminder's button renews with one tap."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.show import send
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
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
