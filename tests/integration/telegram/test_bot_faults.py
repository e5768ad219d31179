"""What goes wrong is shown gently, exactly once, and never as a trace."""

import random
from datetime import timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from structlog.testing import capture_logs

from orbit_adapters.telegram.callbacks import Callback
from tests.integration.telegram.bot_harness import BotHarness, Phone
from tests.support.shop import Shop
from tests.support.world import World

SECRET = "postgresql://orbit:hunter2@db/orbit"


class Broken:
    """A verb that fails as databases do."""

    async def __call__(self, *facts: object) -> None:
        raise RuntimeError(f"could not connect to {SECRET}")


async def test_a_fault_of_ours_has_a_number_and_no_trace(shop: Shop, world: World) -> None:
    """The customer reads that the money is safe and a number, which is in the log with the cause."""
    bot_harness = BotHarness(shop, world, list_plans=Broken())
    vera = bot_harness.visitor()
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


async def test_a_fault_is_shown_even_when_nothing_can_be_read(shop: Shop, world: World) -> None:
    """With everything down the customer still gets the words, in the language of Telegram."""
    bot_harness = BotHarness(shop, world, list_plans=Broken(), show_home=Broken(), register_user=Broken())
    tom = bot_harness.visitor("en", "Tom")
    with capture_logs() as logs:
        await tom.write("/buy")
    assert "Something went wrong" in tom.text
    assert {log["event"] for log in logs} == {"update_failed", "language_not_read"}


@pytest.mark.parametrize(
    "data",
    ["", "home:extra", "buy:sub_1m", "buy:sub_1m:zz", "pay:xyz:ton", "plan:old:129", "🙂", ":" * 64, "key:" + "f" * 31],
)
async def test_an_outdated_button_leads_home(vera: Phone, data: str) -> None:
    """Buttons of older versions and nonsense: home, with a word about it."""
    assert await vera.send_data(data) == 1
    assert "Здравствуйте" in vera.text
    assert vera.toasts[-1] == "Эта кнопка устарела. Вот главная."


async def test_other_people_s_orders_and_bills_are_nobody_s(vera: Phone, bot_harness: BotHarness) -> None:
    """Ids of somebody else's order, bill and key open nothing and change nothing."""
    view = await vera.buyer.wish()
    tom = bot_harness.visitor("en", "Tom")
    await tom.write("/start")
    order, payment = f"{view.payment.order_id:}".replace("-", ""), view.payment.id.hex
    for data in (f"order:{order}", f"pay:{order}:ton", f"bal:{order}"):
        assert await tom.send_data(data) == 1
        assert "You have no such order" in tom.text
    for data in (f"check:{payment}", f"drop:{payment}"):
        assert await tom.send_data(data) == 1
        assert "You have no such bill" in tom.text
    assert (await vera.buyer.look(view)).payment.is_open


WORDS = sorted({kind.word for kind in Callback.__subclasses__()})
PARTS = ["ton", "sub_1m", "ff", "0" * 32, "f" * 32, "20000", "ios", "tv", "ru", "x", "", "-1", "💥", "\u202e", "\ud800"]


def crafted(draw: random.Random, seen: list[str]) -> str:
    """Data that a modified client might send: our words with anything behind them, or real data with one change."""
    if seen and draw.random() < 0.3:
        real = draw.choice(seen)
        at = draw.randrange(len(real))
        return real[:at] + draw.choice("0f:z") + real[at + draw.randint(0, 1) :]
    return ":".join([draw.choice(WORDS), *draw.choices(PARTS, k=draw.randint(0, 3))])[:64]


async def test_no_crafted_tap_is_an_error_or_goes_unanswered(vera: Phone, bot_harness: BotHarness) -> None:
    """Two thousand taps that no keyboard offered: one answer each, no fault of ours, the books stay right."""
    draw, seen = random.Random(20261121), list[str]()
    with capture_logs() as logs:
        for _ in range(2_000):
            assert await vera.send_data(crafted(draw, seen)) == 1
            seen = [key.data for key in vera.buttons if key.kind == "callback"]
    assert not [log for log in logs if log["event"] in {"update_failed", "tap_not_answered"}]
    assert (await bot_harness.shop.audit_ledger()).balanced


async def test_a_tap_on_a_deleted_message_gets_a_new_one(vera: Phone, bot_harness: BotHarness) -> None:
    """Phones lag: a message that is gone can't be edited, so the screen comes anew."""
    home = vera.newest
    await bot_harness.bot.delete_message(vera.user_id, home.id)
    await vera.tap("Купить", home)
    assert "Выберите тариф" in vera.text
    assert vera.newest.id != home.id


async def test_the_same_screen_twice_is_no_error(vera: Phone) -> None:
    """Telegram refuses an edit that changes nothing; the customer doesn't notice."""
    home = vera.newest
    await vera.tap("help")
    await vera.tap("help", home)
    await vera.tap("help", home)
    assert "Помощь" in vera.text
    assert len(vera.messages) == 1


async def test_a_picture_gives_way_to_text(vera: Phone) -> None:
    """A picture can't become text, so one message replaces the other and the chat doesn't grow."""
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    bill = await vera.tap("pay:")
    assert bill.content.photo is not None
    await vera.tap("order:")
    assert vera.newest.content.photo is None
    assert len(vera.messages) == 1


async def test_a_message_too_old_to_delete_stays(vera: Phone, bot_harness: BotHarness) -> None:
    """After two days Telegram doesn't delete: the new screen comes all the same."""
    await vera.tap("Купить")
    await vera.tap("buy:sub_1m")
    bill = await vera.tap("pay:")
    bot_harness.telegram.clock.advance(timedelta(days=3))
    await vera.tap("home", bill)
    assert "Здравствуйте" in vera.text
    assert [one.id for one in vera.messages] == [bill.id, vera.newest.id]


async def test_an_answer_that_comes_too_late_is_no_fault(vera: Phone, bot_harness: BotHarness) -> None:
    """A tap from an hour ago can't be answered any more; its screen is shown all the same."""
    tap: Any = bot_harness.telegram.tap(vera.user_id, vera.newest.id, "plans")
    del bot_harness.telegram.taps[tap.id]
    with capture_logs() as logs:
        await bot_harness.serve()
    assert "Выберите тариф" in vera.text
    assert "update_failed" not in {log["event"] for log in logs}


async def test_telegram_being_away_is_recorded_and_passed(vera: Phone, bot_harness: BotHarness) -> None:
    """When nothing can be sent there is nobody to tell; the update ends without an exception."""

    async def cut(bot: Any, method: Any, timeout: Any = None) -> None:  # noqa: ASYNC109 - aiogram's signature
        raise TelegramNetworkError(method, "cut off")

    session = bot_harness.bot.session
    bot_harness.telegram.tap(vera.user_id, vera.newest.id, "plans")
    before = session.make_request
    session.make_request = cut  # type: ignore[method-assign]
    with capture_logs() as logs:
        await bot_harness.serve()
    session.make_request = before  # type: ignore[method-assign]
    assert {"update_failed", "failure_not_shown"} <= {log["event"] for log in logs}
    await vera.tap("plans")
    assert "Выберите тариф" in vera.text


async def test_somebody_who_blocks_us_meanwhile_is_no_fault(vera: Phone, bot_harness: BotHarness) -> None:
    """A tap, and then the bot is blocked before the answer comes."""
    bot_harness.telegram.tap(vera.user_id, vera.newest.id, "plans")
    bot_harness.telegram.block(vera.user_id)
    with capture_logs() as logs:
        await bot_harness.serve()
    assert "update_failed" not in {log["event"] for log in logs}
