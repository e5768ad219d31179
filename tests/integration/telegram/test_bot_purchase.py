"""The purchase, from /start to a working key, tap by tap."""

from orbit_adapters.telegram.picture import Picture, picture_png
from orbit_domain.ids import TelegramId
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.world import COIN


async def test_start_to_key_by_ton(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Plans, checkout, invoice and transfer are one message; key and steps for a phone another one below it."""
    assert "Здравствуйте" in vera.text
    await vera.tap("Купить")
    assert "129 ₽" in vera.buttons[0].text.replace("\xa0", " ")
    await vera.tap("buy:sub_1m")
    assert "TON (GRAM)" in vera.buttons[0].text
    invoice = await vera.tap("pay:")
    assert invoice.content.photo is not None
    amount, address, comment = (vera.copied(at) for at in range(3))
    assert (amount, comment[:3]) == ("1", "ORB")
    assert address.startswith(("UQ", "0Q"))
    await vera.tap("check:")
    assert "пока не видно" in vera.toasts[-1]
    bot_harness.world.chain.deposit(COIN, comment)
    await vera.tap("check:")
    assert "Деньги получены" in vera.text
    await bot_harness.shop.work()
    await vera.tap("connect")
    assert "ссылка на подписку" in vera.text
    await vera.tap("on:")
    assert "happ://add/" in vera.text
    assert len(vera.messages) == 2


async def test_an_underpaid_invoice_asks_for_the_rest(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A part is shown as received, and the rest is requested with the same comment."""
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    await vera.tap("pay:")
    comment = vera.copied(2)
    bot_harness.world.chain.deposit(COIN * 7 // 10, comment)
    await vera.tap("check:")
    assert vera.newest.content.photo.data == picture_png(Picture.MORE)
    assert (vera.copied(0), vera.copied(2)) == ("0.3", comment)
    bot_harness.world.chain.deposit(COIN * 3 // 10, comment)
    await vera.tap("check:")
    assert "Деньги получены" in vera.text


async def test_paying_from_the_balance(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Money on the balance pays at once; what was paid and what is left says the receipt."""
    bot_harness.send_notices_to_chats()
    await vera.buyer.add_balance(20_000)
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    await vera.tap("Оплатить с баланса")
    assert "Оплачено: 1 месяц" in vera.text
    await bot_harness.shop.deliver_notices()
    await bot_harness.shop.deliver_notices()
    assert "71 ₽" in vera.text.replace("\xa0", " ")


async def test_the_trial_is_one_tap(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A new user taps once. Afterwards the button is gone, and an old one only shows home."""
    home = vera.newest
    await vera.tap("trial")
    assert "Пробный период начался" in vera.text
    await vera.tap("home")
    assert not [button for button in vera.buttons if button.data == "trial"]
    bot_harness.world.clock.advance(days=5)
    await vera.tap("trial", home)
    assert "Подписка закончилась" in vera.text


async def test_ten_taps_on_a_plan_are_one_order(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Repeated taps make neither a second order nor an error."""
    plans = await vera.tap("Купить")
    for _ in range(10):
        await vera.tap("buy:sub_3m", plans)
    assert "349 ₽" in vera.text.replace("\xa0", " ")
    async with bot_harness.world.storage.transaction() as tx:
        assert len(await tx.orders.newest(TelegramId(vera.user_id), 50)) == 1


async def test_an_invoice_can_be_cancelled_and_requested_again(vera: ChatUser) -> None:
    """A cancelled invoice shows what happens to money already sent, and a new invoice is one tap away."""
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    await vera.tap("pay:")
    first = vera.copied(2)
    await vera.tap("drop:")
    assert "Счёт отменён" in vera.text
    assert first in vera.text
    await vera.tap("pay:")
    assert vera.copied(2) != first
    await vera.tap("order:")
    assert "Остался один шаг" in vera.text


async def test_without_a_rate_there_is_no_invoice(vera: ChatUser, bot_harness: BotHarness) -> None:
    """While there is no rate the order is kept and the screen shows the next step."""
    await vera.tap("Купить")
    bot_harness.world.rates.silent = True
    await vera.tap("buy:sub_1m")
    assert "Заказ сохранён" in vera.text
    bot_harness.world.rates.silent = False
    await vera.tap("order:")
    assert "TON (GRAM)" in vera.buttons[0].text
    bot_harness.world.rates.silent = True
    await vera.tap("pay:")
    assert "сейчас недоступно" in vera.text
    assert "сейчас недоступно" in vera.toasts[-1]
