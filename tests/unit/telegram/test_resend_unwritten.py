"""A message whose connection closed under it still arrives, and one whose fate is unknown isn't sent twice."""

from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendChatAction, TelegramMethod

from orbit_entry.bot.telegram_bot import telegram_bot


class BreakingConnections:
    """Bot API calls of which the first ones end with *errors*, each with what aiohttp says is its cause."""

    def __init__(self, bot: Bot, monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> None:
        self.errors = list(errors)
        self.arrived: list[TelegramMethod[Any]] = []
        monkeypatch.setattr(bot.session, "make_request", self.call)

    async def call(self, _: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> bool:  # noqa: ASYNC109 - aiogram's name
        """Let *method* arrive, or break."""
        if self.errors:
            error = self.errors.pop(0)
            raise TelegramNetworkError(method=method, message=str(error)) from error
        self.arrived.append(method)
        return True


def _unwritten() -> Exception:
    error = aiohttp.ClientOSError(None, "Can not write request body for https://api.telegram.org")
    error.__cause__ = aiohttp.ClientConnectionResetError("Cannot write to closing transport")
    return error


@pytest.fixture
def bot() -> Bot:
    made = telegram_bot("42:secret", "http://127.0.0.1:1")
    assert isinstance(made.session, BaseSession)
    return made


async def test_a_call_that_was_never_written_is_sent_again(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept connection that closes under the call costs the customer nothing."""
    connections = BreakingConnections(bot, monkeypatch, _unwritten())
    assert await bot.send_chat_action(7, "typing")
    assert connections.arrived == [SendChatAction(chat_id=7, action="typing")]


@pytest.mark.parametrize(
    "errors",
    [
        pytest.param([aiohttp.ServerDisconnectedError()], id="no answer"),
        pytest.param([aiohttp.ClientOSError(104, "Connection reset by peer")], id="reset while waiting"),
        pytest.param([_unwritten(), _unwritten()], id="unwritten twice"),
    ],
)
async def test_any_other_failure_is_told_to_the_caller(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, errors: list[Exception]
) -> None:
    """A call that may have arrived isn't repeated, and a connection that never holds isn't tried for ever."""
    connections = BreakingConnections(bot, monkeypatch, *errors)
    with pytest.raises(TelegramNetworkError):
        await bot.send_chat_action(7, "typing")
    assert connections.arrived == []
    assert connections.errors == []
