"""The answer to the webhook stops the spinner of a tapped button, wherever it can; elsewhere a call of its own does."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery

from orbit_adapters.telegram.show import answer
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.update_processor import UpdateProcessor
from orbit_entry.bot.webhook import PATH
from tests.unit.entry.test_update_processor_acknowledges_what_is_done import SECRET, no_money, webhook

ANNA = {"id": 5, "is_bot": False, "first_name": "Anna"}
MESSAGE = {"message_id": 1, "date": 1_790_000_000, "chat": {"id": 5, "type": "private"}, "text": "Orbit"}
TAP = {
    "update_id": 7,
    "callback_query": {"id": "7", "from": ANNA, "chat_instance": "1", "data": "home", "message": MESSAGE},
}
REPLY = {"method": "answerCallbackQuery", "callback_query_id": "7"}


class CountingSession(BaseSession):
    """Counts the taps that are answered by a call."""

    calls = 0

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        assert isinstance(method, AnswerCallbackQuery)
        self.calls += 1
        return True

    async def stream_content(self, *arguments: object, **options: object) -> AsyncGenerator[bytes, None]:
        yield b""

    async def close(self) -> None:
        pass


class Answering(Dispatcher):
    """Answers each tap, with *toast*. Then the given errors are raised, one a call."""

    def __init__(self, *errors: Exception, toast: str | None = None) -> None:
        super().__init__()
        self.errors_to_raise, self.toast = list(errors), toast
        self.later = asyncio.Event()
        self.left_behind: asyncio.Task[None] | None = None

    async def feed_update(self, bot: Bot, update: Any, **kwargs: Any) -> Any:
        await answer(update.callback_query, self.toast)
        self.left_behind = asyncio.create_task(self._answer_later(update.callback_query))
        if self.errors_to_raise:
            raise self.errors_to_raise.pop(0)

    async def _answer_later(self, query: CallbackQuery) -> None:
        await self.later.wait()
        await answer(query)


class Shop:
    """A bot that answers taps as *dispatcher* does, and the calls that it has sent itself."""

    def __init__(self, dispatcher: Answering) -> None:
        self.session = CountingSession()
        bot = Bot("424242:" + "a" * 30, session=self.session)
        self.processor = UpdateProcessor(dispatcher, bot, PerUserQueue(), no_money)

    async def post(self) -> httpx.Response:
        async with webhook(self.processor) as client:
            return await client.post(PATH, json=TAP, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})


@pytest.mark.parametrize("errors", [(), (StorageBusy("deadlock"),), (ZeroDivisionError(),)])
async def test_the_answer_to_the_webhook_answers_the_tap(errors: tuple[Exception, ...]) -> None:
    """Once, also when the handler had to begin again, or failed after it had answered."""
    shop = Shop(Answering(*errors))
    response = await shop.post()
    assert (response.status_code, response.json(), shop.session.calls) == (200, REPLY, 0)
    assert response.headers["content-type"] == "application/json"


async def test_words_go_as_a_call() -> None:
    """A toast must be seen: the outcome of its call is known."""
    shop = Shop(Answering(toast="Done"))
    response = await shop.post()
    assert (response.status_code, response.content, shop.session.calls) == (200, b"", 1)


async def test_what_comes_again_is_answered_when_it_is_done() -> None:
    """Telegram performs nothing that comes with "send it again", so what is late then makes a call."""
    dispatcher = Answering(StorageUnavailable("gone"))
    shop = Shop(dispatcher)
    first = await shop.post()
    late = dispatcher.left_behind
    second = await shop.post()
    assert (first.status_code, first.content) == (503, b"")
    assert (second.status_code, second.json(), shop.session.calls) == (200, REPLY, 0)
    dispatcher.later.set()
    assert late is not None
    await late
    assert shop.session.calls > 0


async def test_without_a_webhook_or_after_its_answer_a_call_is_made() -> None:
    """By polling there is nothing to answer with, and what is late finds the answer sent."""
    dispatcher = Answering()
    shop = Shop(dispatcher)
    await shop.processor.process(TAP)
    assert shop.session.calls == 1
    response = await shop.post()
    dispatcher.later.set()
    assert dispatcher.left_behind is not None
    await dispatcher.left_behind
    assert (response.json(), shop.session.calls) == (REPLY, 2 + 1)
