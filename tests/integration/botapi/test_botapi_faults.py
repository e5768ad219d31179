"""The faults of Telegram, each with its switch."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError

from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.sim_telegram import SimTelegram


def texts(telegram: SimTelegram, customer: Customer) -> list[str]:
    return [m.content.words.text for m in telegram.chats[customer.id].messages.values() if m.from_bot]


async def test_429_says_when_to_come_back(bot: Bot, telegram: SimTelegram, faults: Faults, anna: Customer) -> None:
    """Too Many Requests carries retry_after, does nothing, and ends after its number of uses."""
    faults.turn_on("telegram.429", times=1)
    with pytest.raises(TelegramRetryAfter) as refusal:
        await bot.send_message(anna.id, "fast")
    assert refusal.value.retry_after > 0
    assert texts(telegram, anna) == []
    await bot.send_message(anna.id, "slow")
    assert texts(telegram, anna) == ["slow"]


async def test_500_does_nothing(bot: Bot, telegram: SimTelegram, faults: Faults, anna: Customer) -> None:
    """An internal error is an error of the server, and the message is not sent."""
    faults.turn_on("telegram.500")
    with pytest.raises(TelegramServerError):
        await bot.send_message(anna.id, "hello")
    assert texts(telegram, anna) == []


async def test_a_lost_answer_was_done_all_the_same(
    bot: Bot, telegram: SimTelegram, faults: Faults, anna: Customer
) -> None:
    """The connection drops after the message is sent, so a repeat sends it twice: sending has no idempotency key."""
    faults.turn_on("telegram.lose_answer", times=1)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "hello")
    await bot.send_message(anna.id, "hello")
    assert texts(telegram, anna) == ["hello", "hello"]


async def test_a_timeout_did_nothing(bot: Bot, telegram: SimTelegram, faults: Faults, anna: Customer) -> None:
    """Telegram is silent until the client gives up, and the message is not sent."""
    faults.turn_on("telegram.timeout", times=1)
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(anna.id, "hello", request_timeout=1)
    assert texts(telegram, anna) == []


async def test_down_cuts_everything(bot: Bot, faults: Faults, anna: Customer) -> None:
    """During an outage even polling and getMe fail, and afterwards they work again."""
    faults.turn_on("telegram.down")
    for call in (bot.get_me(), bot.get_updates(), bot.send_message(anna.id, "hello")):
        with pytest.raises(TelegramNetworkError):
            await call
    faults.clear()
    assert (await bot.get_me()).is_bot


async def test_polling_consumes_no_fault(bot: Bot, faults: Faults, anna: Customer) -> None:
    """A fault for one message is not consumed by polling."""
    for name in ("telegram.429", "telegram.500", "telegram.lose_answer", "telegram.timeout"):
        faults.turn_on(name, times=1)
        assert await bot.get_updates() == []
        assert faults.is_on(name)
        faults.turn_off(name)
