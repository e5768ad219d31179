"""Errors are shown as screens, exactly once, and never as a trace."""

import random
from datetime import timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from structlog.testing import capture_logs

from orbit_adapters.telegram.callback_data import Callback
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.shop import Shop
from tests.support.world import World

SECRET = "postgresql://orbit:hunter2@db/orbit"


class Broken:
    """A use case that fails with an unexpected error."""

    async def __call__(self, *args: object) -> None:
        raise RuntimeError(f"could not connect to {SECRET}")


async def test_an_internal_error_has_a_number_and_no_trace(shop: Shop, world: World) -> None:
    """The customer reads that the money is safe and a number, which is in the log with the cause."""
    bot_harness = BotHarness(shop, world, list_plans=Broken())
    vera = bot_harness.new_user()
    await vera.write("/start")
    with capture_logs() as logs:
        await vera.tap("Купить")
    (record,) = [log for log in logs if log["event"] == "update_failed"]
    assert record["number"] in vera.text
    assert isinstance(record["exc_info"], RuntimeError)
    assert "Ваши деньги и подписка в безопасности" in vera.text
    assert SECRET not in vera.text
    assert "RuntimeError" not in vera.text
    await vera.tap("home")
    assert "Здравствуйте" in vera.text


async def test_an_internal_error_is_shown_even_when_nothing_can_be_read(shop: Shop, world: World) -> None:
    """While nothing can be read the customer still gets the text, in the language of Telegram."""
    bot_harness = BotHarness(shop, world, list_plans=Broken(), show_home=Broken(), register_user=Broken())
    tom = bot_harness.new_user("en", "Tom")
    with capture_logs() as logs:
        await tom.write("/buy")
    assert "Something went wrong" in tom.text
    assert {log["event"] for log in logs} == {"update_failed", "language_not_read"}


@pytest.mark.parametrize(
    "data",
    ["", "home:extra", "buy:sub_1m", "buy:sub_1m:zz", "pay:xyz:ton", "plan:old:129", "🙂", ":" * 64, "key:" + "f" * 31],
)
async def test_an_outdated_button_leads_home(vera: ChatUser, data: str) -> None:
    """Buttons of older versions and invalid data: home, with a toast."""
    assert await vera.send_data(data) == 1
    assert "Здравствуйте" in vera.text
    assert vera.toasts[-1] == "Эта кнопка устарела. Вот главная."


async def test_orders_and_invoices_of_other_users_are_not_accessible(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Ids of another user's order and invoice show nothing and change nothing."""
    view = await vera.buyer.start_purchase()
    tom = bot_harness.new_user("en", "Tom")
    await tom.write("/start")
    order, payment = f"{view.payment.order_id:}".replace("-", ""), view.payment.id.hex
    for data in (f"order:{order}", f"pay:{order}:ton", f"bal:{order}"):
        assert await tom.send_data(data) == 1
        assert "You have no such order" in tom.text
    for data in (f"check:{payment}", f"drop:{payment}"):
        assert await tom.send_data(data) == 1
        assert "You have no such invoice" in tom.text
    assert (await vera.buyer.refreshed(view)).payment.is_open


WORDS = sorted({kind.word for kind in Callback.__subclasses__()})
PARTS = ["ton", "sub_1m", "ff", "0" * 32, "f" * 32, "20000", "ios", "tv", "ru", "x", "", "-1", "💥", "\u202e", "\ud800"]


def crafted(draw: random.Random, seen: list[str]) -> str:
    """Data that a modified client might send: known words with any fields, or real data with one change."""
    if seen and draw.random() < 0.3:
        real = draw.choice(seen)
        at = draw.randrange(len(real))
        return real[:at] + draw.choice("0f:z") + real[at + draw.randint(0, 1) :]
    return ":".join([draw.choice(WORDS), *draw.choices(PARTS, k=draw.randint(0, 3))])[:64]


async def test_no_crafted_tap_is_an_error_or_goes_unanswered(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Two thousand crafted taps: one answer each, no internal error, and the ledger stays balanced."""
    draw, seen = random.Random(20261121), list[str]()
    with capture_logs() as logs:
        for _ in range(2_000):
            assert await vera.send_data(crafted(draw, seen)) == 1
            seen = [button.data for button in vera.buttons if button.kind == "callback"]
    assert not [log for log in logs if log["event"] in {"update_failed", "tap_not_answered"}]
    assert (await bot_harness.shop.audit_ledger()).balanced


async def test_a_tap_on_a_deleted_message_gets_a_new_one(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A deleted message can't be edited, so the screen is sent as a new message."""
    home = vera.newest
    await bot_harness.bot.delete_message(vera.user_id, home.id)
    await vera.tap("Купить", home)
    assert "Выберите тариф" in vera.text
    assert vera.newest.id != home.id


async def test_the_same_screen_twice_is_no_error(vera: ChatUser) -> None:
    """Telegram refuses an edit that changes nothing. The customer doesn't notice."""
    home = vera.newest
    await vera.tap("help")
    await vera.tap("help", home)
    await vera.tap("help", home)
    assert "Помощь" in vera.text
    assert len(vera.messages) == 1


async def test_a_picture_stays_and_text_follows_it(vera: ChatUser) -> None:
    """A picture can't become text: it stays as it is, and the new screen is a message below it."""
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    invoice = await vera.tap("pay:")
    assert invoice.content.photo is not None
    await vera.tap("order:")
    assert vera.newest.content.photo is None
    assert vera.messages == [invoice, vera.newest]


async def test_a_message_too_old_to_delete_stays(vera: ChatUser, bot_harness: BotHarness) -> None:
    """Telegram deletes no message older than two days. The new screen is sent all the same."""
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    invoice = await vera.tap("pay:")
    bot_harness.telegram.clock.advance(timedelta(days=3))
    await vera.tap("home", invoice)
    assert "Здравствуйте" in vera.text
    assert [one.id for one in vera.messages] == [invoice.id, vera.newest.id]


async def test_a_late_answer_is_no_internal_error(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A tap from an hour ago can't be answered any more. Its screen is shown all the same."""
    tap: Any = bot_harness.telegram.tap(vera.user_id, vera.newest.id, "plans")
    del bot_harness.telegram.taps[tap.id]
    with capture_logs() as logs:
        await bot_harness.process_updates()
    assert "Выберите тариф" in vera.text
    assert "update_failed" not in {log["event"] for log in logs}


async def test_an_outage_of_telegram_is_logged(vera: ChatUser, bot_harness: BotHarness) -> None:
    """When nothing can be sent the error is logged, and the update ends without an exception."""

    async def cut(bot: Any, method: Any, timeout: Any = None) -> None:  # noqa: ASYNC109 - aiogram's signature
        raise TelegramNetworkError(method, "cut off")

    session = bot_harness.bot.session
    bot_harness.telegram.tap(vera.user_id, vera.newest.id, "plans")
    before = session.make_request
    session.make_request = cut  # type: ignore[method-assign]
    with capture_logs() as logs:
        await bot_harness.process_updates()
    session.make_request = before  # type: ignore[method-assign]
    assert {"update_failed", "failure_not_shown"} <= {log["event"] for log in logs}
    await vera.tap("plans")
    assert "Выберите тариф" in vera.text


async def test_a_user_who_blocks_the_bot_is_no_internal_error(vera: ChatUser, bot_harness: BotHarness) -> None:
    """A tap, and then the bot is blocked before the answer comes."""
    bot_harness.telegram.tap(vera.user_id, vera.newest.id, "plans")
    bot_harness.telegram.block(vera.user_id)
    with capture_logs() as logs:
        await bot_harness.process_updates()
    assert "update_failed" not in {log["event"] for log in logs}
