"""Top-ups: presets, a typed amount, and invalid input."""

from decimal import Decimal

import pytest

from orbit_domain.subscription.subscription import SubscriptionState
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.world import COIN, PRICE


def plain(text: str) -> str:
    """*text* with ordinary spaces."""
    return text.replace("\xa0", " ")


async def test_a_preset_makes_an_invoice_at_once(vera: ChatUser) -> None:
    """With one method there is nothing to choose."""
    await vera.tap("balance")
    await vera.tap("500")
    assert "пополнение баланса на 500 ₽" in plain(vera.text)


async def test_a_typed_amount_makes_an_invoice(vera: ChatUser, bot_harness: BotHarness) -> None:
    """The invoice is for exactly the typed amount, with kopecks. Paid, it is on the balance."""
    await vera.tap("balance")
    await vera.tap("sum")
    await vera.write("450,50")
    assert "450,50 ₽" in plain(vera.text)
    bot_harness.world.chain.deposit(10**10, vera.copied(2))
    await vera.tap("check:")
    assert "Деньги получены" in vera.text
    await vera.tap("balance")
    assert "пополнение" in vera.text


async def test_a_top_up_finishes_the_order_that_was_chosen(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A plan, then the balance instead of its invoice: the order is kept, and the money pays it by itself."""
    await vera.tap("plans")
    await vera.tap("buy:sub_1m")
    await vera.write("/balance")
    await vera.tap("addby:20000")
    bot_harness.world.chain.deposit(int(Decimal(vera.copied(0)) * COIN), vera.copied(2))
    await bot_harness.shop.work()
    home = await vera.buyer.shop.show_home(vera.buyer.tg_id)
    assert home.state is SubscriptionState.ACTIVE
    assert await vera.buyer.balance() == 20_000 - PRICE
    assert (await vera.buyer.key()).is_confirmed
    assert len(bot_harness.world.notices(vera.buyer.tg_id, "order_paid")) == 1


@pytest.mark.parametrize(
    "typed", ["abc", "NaN", "1e9", "-5", "0", "199.99", "100000.01", "9" * 60, "٤٥٠", "4" * 4096, "<b>1</b>"]
)
async def test_an_invalid_amount_is_refused_and_may_be_typed_again(vera: ChatUser, typed: str) -> None:
    """The reason and an example are shown, and the next amount is accepted at once."""
    await vera.tap("balance")
    await vera.tap("sum")
    await vera.write(typed)
    assert "Это не похоже на сумму" in vera.text or "Такая сумма не подойдёт" in vera.text
    await vera.write("300")
    assert "300 ₽" in plain(vera.text)


async def test_a_sticker_is_no_amount(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A sticker instead of an amount is answered by an example."""
    await vera.tap("balance")
    await vera.tap("sum")
    await bot_harness.feed(_sticker(vera.user_id))
    assert "450" in vera.text


async def test_another_button_ends_the_dialog(vera: ChatUser) -> None:
    """After a tap on another button a number is no amount any more."""
    await vera.tap("balance")
    await vera.tap("sum")
    await vera.tap("home")
    await vera.write("450")
    assert "читать не умею" in vera.text


async def test_a_command_works_in_the_dialog(vera: ChatUser) -> None:
    """Commands always work, and end the dialog."""
    await vera.tap("balance")
    await vera.tap("sum")
    await vera.write("/help")
    assert "Помощь" in vera.text
    await vera.write("450")
    assert "читать не умею" in vera.text


async def test_crafted_amounts_are_refused(vera: ChatUser) -> None:
    """An amount outside the limits is refused also when a crafted button has it."""
    for data in ("addby:1:ton", "add:1", "addby:999999999999:ton"):
        assert await vera.send_data(data) == 1
        assert "Такая сумма не подойдёт" in vera.text
    assert await vera.send_data("addby:20000:sberbank") == 1
    assert "недоступно" in vera.text


def _sticker(user_id: int) -> dict[str, object]:
    person = {"id": user_id, "is_bot": False, "first_name": "Вера"}
    sticker = {
        "file_id": "s", "file_unique_id": "s", "type": "regular", "width": 512, "height": 512,
        "is_animated": False, "is_video": False,
    }  # fmt: skip
    chat = {"id": user_id, "type": "private", "first_name": "Вера"}
    return {
        "update_id": 1,
        "message": {"message_id": 9_000, "date": 1, "chat": chat, "from": person, "sticker": sticker},
    }
