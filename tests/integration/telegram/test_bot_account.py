"""Leaving and coming back, tap by tap; and one live menu in the chat."""

from orbit_sandbox.telegram.messages import Message
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.world import COIN


def live(user: ChatUser) -> list[Message]:
    """The messages that have buttons."""
    return [one for one in user.messages if one.content.keyboard]


async def leave(user: ChatUser) -> None:
    """From the settings to the last yes."""
    await user.tap("settings")
    await user.tap("leave")
    await user.tap("leaving")
    await user.tap("erase:")


async def test_leaving_and_coming_back(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Old buttons, commands and words bring nothing back; the late money waits, and buys again after a new start."""
    await vera.tap("trial")
    await bot_harness.shop.work()
    await vera.write("/buy")
    await vera.tap("buy:sub_1m")
    invoice = await vera.tap("pay:")
    comment = vera.copied(2)
    await vera.write("/start")
    menu = vera.newest
    await vera.tap("settings")
    await vera.tap("leave")
    assert "Время подписки пропадёт" in vera.text
    assert "Ждёт оплаты счёт" in vera.text
    await vera.tap("leaving")
    assert "Точно удалить?" in vera.text
    await vera.tap("erase:")
    assert "Аккаунт удалён" in vera.text
    await bot_harness.shop.work()
    assert bot_harness.world.panel.accounts == {}
    for text in ("/buy", "/connect", "hello"):
        await vera.write(text)
        assert "Аккаунт удалён" in vera.text
    await vera.tap("check:", invoice)
    assert "Аккаунт удалён" in vera.text

    bot_harness.world.chain.deposit(COIN, comment)
    await bot_harness.shop.work()
    assert len(bot_harness.world.notices(vera.buyer.tg_id, "money_credited")) == 1
    await vera.tap("restart")
    assert "129" in vera.buttons[1].text
    assert not any("trial" in button.data for button in vera.buttons)
    assert menu.id <= vera.newest.id
    await vera.tap("plans")
    await vera.tap("buy:sub_1m")
    await vera.tap("bal:")
    await bot_harness.shop.work()
    assert (await vera.buyer.key()).is_confirmed


async def test_a_start_brings_back_too(vera: ChatUser) -> None:
    """A deep link as well; a yes of long ago asks to look again, and takes nothing."""
    await vera.tap("settings")
    await vera.tap("leave")
    await vera.tap("leaving")
    (yes,) = [button.data for button in vera.buttons if button.data.startswith("erase:")]
    await vera.tap("erase:")
    await vera.write("/start plan_sub_3m")
    assert "3 месяца" in vera.text
    await vera.buyer.add_balance(20_000)
    await vera.send_data(yes)
    assert "Что-то изменилось" in vera.text
    assert (await vera.buyer.shop.show_home(vera.buyer.tg_id)).user.deleted_at is None


async def test_one_menu_is_live(vera: ChatUser) -> None:
    """Each command takes the buttons of the menu above; an invoice and the picture of a key keep theirs."""
    first = vera.newest
    for command in ("/buy", "/balance", "nonsense", "/help", "/start"):
        await vera.write(command)
        assert live(vera) == [vera.newest]
    assert vera.messages[0].id == first.id
    await vera.tap("balance")
    invoice = await vera.tap("addby:")
    await vera.write("/start")
    await vera.write("/buy")
    assert [one.id for one in live(vera)] == [invoice.id, vera.newest.id]
