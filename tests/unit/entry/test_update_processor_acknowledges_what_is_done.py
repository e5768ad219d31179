"""Acknowledged means done: what becomes of updates when the books can't be reached, and of calls nobody should make."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from aiogram import Bot, Dispatcher
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.polling import Polling
from orbit_entry.bot.update_processor import RetryUpdate, UpdateProcessor
from orbit_entry.bot.webhook import BODY_MAX_BYTES, PATH, webhook_endpoint

SECRET = "a-secret-of-sixteen-letters"
GOOD = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": 5, "type": "private", "first_name": "Anna"},
        "from": {"id": 5, "is_bot": False, "first_name": "Anna"},
        "text": "/start",
    },
}


class Counter(Dispatcher):
    """Handles nothing and counts; raises what it is told to, in turn."""

    def __init__(self, *troubles: Exception) -> None:
        super().__init__()
        self.troubles = list(troubles)
        self.handled: list[int] = []

    async def feed_update(self, bot: Bot, update: Any, **kwargs: Any) -> Any:
        if self.troubles:
            raise self.troubles.pop(0)
        self.handled.append(update.update_id)


def intake_of(dispatcher: Dispatcher) -> UpdateProcessor:
    """An intake before *dispatcher*; nobody answers behind its bot."""
    return UpdateProcessor(dispatcher, Bot("123456:" + "a" * 30), PerUserQueue())


async def post(processor: UpdateProcessor, body: bytes, headers: Mapping[str, str] | list[tuple[bytes, bytes]]) -> int:
    """The status the webhook answers with."""
    async with webhook(processor) as client:
        return (await client.post(PATH, content=body, headers=headers)).status_code


def webhook(processor: UpdateProcessor) -> httpx.AsyncClient:
    """A client of the webhook before *intake*."""
    app = Starlette(routes=[Route(PATH, webhook_endpoint(processor, SECRET), methods=["POST"])])
    # Nothing leaves the process, so there is nobody's certificate to verify, and none has to be loaded.
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop", verify=False)


async def test_who_is_in_the_way_is_tried_again() -> None:
    """A deadlock or a lost answer is no reason to bother the customer: the whole unit of work is done again."""
    dispatcher = Counter(StorageBusy("in the way"), StorageBusy("in the way"))
    await intake_of(dispatcher).accept(GOOD)
    assert dispatcher.handled == [7]


async def test_without_the_books_nothing_is_acknowledged() -> None:
    """The webhook answers 503, so that Telegram sends the update again; then it is done once."""
    dispatcher = Counter(StorageUnavailable("down"))
    processor = intake_of(dispatcher)
    secret = {"x-telegram-bot-api-secret-token": SECRET}
    body = json.dumps(GOOD).encode()
    assert [await post(processor, body, secret), await post(processor, body, secret)] == [503, 200]
    assert dispatcher.handled == [7]


async def test_polling_keeps_its_offset_while_the_books_are_out_of_reach() -> None:
    """A batch that couldn't be recorded isn't confirmed: the same updates are asked for again."""
    dispatcher = Counter(StorageUnavailable("down"))
    polling = Polling(Bot("123456:" + "a" * 30), intake_of(dispatcher), asyncio.Event())
    assert await polling._handled([GOOD]) is False
    assert await polling._handled([GOOD]) is True
    assert dispatcher.handled == [7]


async def test_a_bug_is_passed_not_repeated() -> None:
    """An update that our own fault breaks is recorded and passed, so that it doesn't come for ever."""
    dispatcher = Counter(RuntimeError("a bug"))
    await intake_of(dispatcher).accept(GOOD)
    assert dispatcher.handled == []


async def test_not_now_is_not_swallowed_in_a_batch() -> None:
    """Of a batch, one update that must come again makes the whole batch come again."""
    with pytest.raises(RetryUpdate):
        await intake_of(Counter(StorageUnavailable("down"))).accept_or_record(GOOD)


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
async def test_without_the_secret_nobody_is_heard(headers: Any) -> None:
    """No secret, a wrong one, bytes that are no text, two at once: 401, and nothing is handled."""
    dispatcher = Counter()
    assert await post(intake_of(dispatcher), json.dumps(GOOD).encode(), headers) == 401
    assert dispatcher.handled == []


async def test_a_body_too_large_is_cut_off() -> None:
    """Larger than any update: 413."""
    body = b'{"update_id": 1, "x": "' + b"x" * BODY_MAX_BYTES + b'"}'
    assert await post(intake_of(Counter()), body, {"x-telegram-bot-api-secret-token": SECRET}) == 413


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "callback_query", "x"]), inner),
    max_leaves=8,
)
bodies = st.binary(max_size=200) | scraps.map(lambda scrap: json.dumps(scrap).encode())


@settings(max_examples=300)
@given(batch=st.lists(st.tuples(bodies, st.booleans()), min_size=35, max_size=35))
async def test_malformed_and_forged_calls_are_refused(batch: list[tuple[bytes, bool]]) -> None:
    """Ten thousand calls that are no updates, with the secret or without: none is a 5xx, none reaches a handler."""
    dispatcher = Counter()
    async with webhook(intake_of(dispatcher)) as client:
        for body, knows in batch:
            headers = {"x-telegram-bot-api-secret-token": SECRET if knows else "guess-guess-guess"}
            status = (await client.post(PATH, content=body, headers=headers)).status_code
            assert status in ((200, 400) if knows else (401,))
            assert status != 200 or json.loads(body)["update_id"] in dispatcher.handled
