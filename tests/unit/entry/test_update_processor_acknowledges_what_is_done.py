"""An acknowledged update is done: updates while the storage is unreachable, and invalid calls of the webhook."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from aiogram import Bot, Dispatcher
from starlette.applications import Starlette

from orbit_domain.payment.inbox import MoneyUpdate
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.polling import Polling
from orbit_entry.bot.update_processor import RetryUpdate, UpdateProcessor
from orbit_entry.bot.webhook import BODY_MAX_BYTES, PATH, webhook_route

SECRET = "a-secret-of-sixteen-letters"
ANNA = {"id": 5, "is_bot": False, "first_name": "Anna"}
GOOD = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": 5, "type": "private", "first_name": "Anna"},
        "from": ANNA,
        "text": "/start",
    },
}


class CountingDispatcher(Dispatcher):
    """Counts updates. Raises the given errors first, one a call."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors_to_raise = list(errors)
        self.handled: list[int] = []

    async def feed_update(self, bot: Bot, update: Any, **kwargs: Any) -> Any:
        if self.errors_to_raise:
            raise self.errors_to_raise.pop(0)
        self.handled.append(update.update_id)


async def no_money(update: MoneyUpdate) -> bool:
    raise AssertionError("no update here speaks of money")


def processor_of(dispatcher: Dispatcher) -> UpdateProcessor:
    """A processor for *dispatcher*. Its bot has no server."""
    return UpdateProcessor(dispatcher, Bot("123456:" + "a" * 30), PerUserQueue(), no_money)


async def post(processor: UpdateProcessor, body: bytes, headers: Mapping[str, str] | list[tuple[bytes, bytes]]) -> int:
    """The status the webhook answers with."""
    async with webhook(processor) as client:
        return (await client.post(PATH, content=body, headers=headers)).status_code


def webhook(processor: UpdateProcessor) -> httpx.AsyncClient:
    """A client of the webhook of *processor*."""
    app = Starlette(routes=[webhook_route(processor, SECRET)])
    # No request leaves the process: certificates needn't be loaded.
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop", verify=False)


async def test_a_busy_storage_is_retried() -> None:
    """After a deadlock or a lost answer the whole unit of work is retried, and the customer doesn't notice."""
    dispatcher = CountingDispatcher(StorageBusy("deadlock"), StorageBusy("deadlock"))
    await processor_of(dispatcher).process(GOOD)
    assert dispatcher.handled == [7]


async def test_a_question_before_a_payment_waits_for_nothing() -> None:
    """Telegram wants its answer in ten seconds: it doesn't wait for a slow screen of the same user."""
    asked = asyncio.Event()

    class SlowScreens(CountingDispatcher):
        async def feed_update(self, bot: Bot, update: Any, **kwargs: Any) -> Any:
            await (asked.wait() if update.pre_checkout_query is None else asyncio.sleep(0))
            await super().feed_update(bot, update)
            asked.set()

    dispatcher = SlowScreens()
    processor = processor_of(dispatcher)
    asks = {"id": "q", "from": ANNA, "currency": "XTR", "total_amount": 1, "invoice_payload": "p"}
    await asyncio.gather(processor.process(GOOD), processor.process({"update_id": 8, "pre_checkout_query": asks}))
    assert dispatcher.handled == [8, 7]


async def test_nothing_is_acknowledged_while_the_storage_is_unreachable() -> None:
    """The webhook answers 503, so that Telegram sends the update again; then it is done once."""
    dispatcher = CountingDispatcher(StorageUnavailable("down"))
    processor = processor_of(dispatcher)
    secret = {"x-telegram-bot-api-secret-token": SECRET}
    body = json.dumps(GOOD).encode()
    assert [await post(processor, body, secret), await post(processor, body, secret)] == [503, 200]
    assert dispatcher.handled == [7]


async def test_polling_keeps_its_offset_while_the_storage_is_unreachable() -> None:
    """A batch that wasn't recorded isn't acknowledged: the same updates are fetched again."""
    dispatcher = CountingDispatcher(StorageUnavailable("down"))
    polling = Polling(Bot("123456:" + "a" * 30), processor_of(dispatcher), asyncio.Event())
    assert await polling._handled([GOOD]) is False
    assert await polling._handled([GOOD]) is True
    assert dispatcher.handled == [7]


async def test_an_update_that_hits_a_bug_is_skipped() -> None:
    """An update that raises an unexpected error is logged and skipped, so that it doesn't come again and again."""
    dispatcher = CountingDispatcher(RuntimeError("a bug"))
    await processor_of(dispatcher).process(GOOD)
    assert dispatcher.handled == []


async def test_one_update_to_retry_makes_the_batch_come_again() -> None:
    """When one update of a batch must come again, the whole batch does."""
    with pytest.raises(RetryUpdate):
        await processor_of(CountingDispatcher(StorageUnavailable("down"))).process_or_skip(GOOD)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-telegram-bot-api-secret-token": ""},
        {"x-telegram-bot-api-secret-token": SECRET[:-1]},
        [(b"x-telegram-bot-api-secret-token", b"\xff\xfe")],
        [(b"x-telegram-bot-api-secret-token", SECRET.encode())] * 2,
    ],
)
async def test_calls_without_the_secret_are_refused(headers: Any) -> None:
    """No secret, a wrong one, invalid bytes, two at once: 401, and nothing is handled."""
    dispatcher = CountingDispatcher()
    assert await post(processor_of(dispatcher), json.dumps(GOOD).encode(), headers) == 401
    assert dispatcher.handled == []


async def test_a_too_large_body_is_refused() -> None:
    """Larger than any update: 413."""
    body = b'{"update_id": 1, "x": "' + b"x" * BODY_MAX_BYTES + b'"}'
    assert await post(processor_of(CountingDispatcher()), body, {"x-telegram-bot-api-secret-token": SECRET}) == 413
