"""Updates pushed to a small receiver: the secret, the retries, the parallel deliveries."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.push import WebhookPush
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.integration.botapi.conftest import until

HOOK = "https://shop.example.org/hook"


class Receiver:
    """A shop's webhook: records the updates, gives the prepared responses, and may wait before each."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str | None, int]] = []
        self.answers: list[httpx.Response | Exception] = []
        self.may_respond = asyncio.Event()
        self.may_respond.set()
        self.in_flight = 0
        self.max_in_flight = 0
        self.arrived = asyncio.Condition()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        text = body.get("message", {}).get("text", "")
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        self.seen.append((text, request.headers.get("X-Telegram-Bot-Api-Secret-Token"), body["update_id"]))
        async with self.arrived:
            self.arrived.notify_all()
        await self.may_respond.wait()
        self.in_flight -= 1
        answer = self.answers.pop(0) if self.answers else httpx.Response(200)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def saw(self, count: int) -> None:
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.seen) >= count)


@pytest.fixture
async def receiver(telegram: SimTelegram, faults: Faults) -> AsyncIterator[Receiver]:
    one = Receiver()
    async with httpx.AsyncClient(transport=httpx.MockTransport(one)) as client:
        pushing = asyncio.create_task(WebhookPush(telegram, faults, client, retry_s=0.001).run())
        yield one
        pushing.cancel()
        await asyncio.wait([pushing])


async def drained(telegram: SimTelegram) -> None:
    await until(telegram, lambda: telegram.updates.waiting() == 0)


async def test_updates_are_pushed_with_the_secret(
    bot: Bot, telegram: SimTelegram, anna: Customer, receiver: Receiver
) -> None:
    """Every update goes to the address, in order, with the secret in Telegram's header."""
    await bot.set_webhook(HOOK, secret_token="s3cret", max_connections=1)
    for text in "abc":
        telegram.say(anna.id, text)
    await drained(telegram)
    assert [(text, secret) for text, secret, _ in receiver.seen] == [(text, "s3cret") for text in "abc"]


async def test_a_push_is_repeated_until_it_is_accepted(
    bot: Bot, telegram: SimTelegram, anna: Customer, receiver: Receiver
) -> None:
    """Anything but 2xx, or no response at all, repeats the same update; the last error can be read."""
    receiver.answers = [httpx.Response(500), httpx.Response(302), httpx.ConnectError("refused"), httpx.Response(204)]
    await bot.set_webhook(HOOK)
    telegram.say(anna.id, "again and again")
    await drained(telegram)
    assert len(receiver.seen) == 4
    assert len({number for _, _, number in receiver.seen}) == 1
    info = await bot.get_webhook_info()
    assert info.last_error_message is not None
    assert "refused" in info.last_error_message


async def test_pushes_run_in_parallel_up_to_the_limit(
    bot: Bot, telegram: SimTelegram, anna: Customer, receiver: Receiver
) -> None:
    """A slow webhook holds at most max_connections updates at once, and nothing is lost behind them."""
    receiver.may_respond.clear()
    await bot.set_webhook(HOOK, max_connections=3)
    for n in range(10):
        telegram.say(anna.id, str(n))
    await receiver.saw(3)
    assert receiver.in_flight == 3
    receiver.may_respond.set()
    await drained(telegram)
    assert receiver.max_in_flight == 3
    assert sorted(int(text) for text, _, _ in receiver.seen) == list(range(10))


async def test_nothing_is_pushed_while_telegram_is_down(
    bot: Bot, telegram: SimTelegram, anna: Customer, receiver: Receiver, faults: Faults
) -> None:
    """An outage delays updates and loses none."""
    await bot.set_webhook(HOOK)
    faults.turn_on("telegram.down")
    telegram.say(anna.id, "patience")
    await until(telegram, lambda: telegram.settings.last_push_error)
    assert receiver.seen == []
    faults.clear()
    await drained(telegram)
    assert [text for text, _, _ in receiver.seen] == ["patience"]


async def test_a_method_in_the_answer_is_performed(
    bot: Bot, telegram: SimTelegram, anna: Customer, receiver: Receiver
) -> None:
    """A webhook may answer with a call, and a bad call changes nothing."""
    receiver.answers = [
        httpx.Response(200, json={"method": "sendMessage", "chat_id": anna.id, "text": "by answer"}),
        httpx.Response(200, json={"method": "sendMessage", "chat_id": anna.id, "text": ""}),
        httpx.Response(200, text="ok"),
    ]
    await bot.set_webhook(HOOK, max_connections=1)
    for text in "abc":
        telegram.say(anna.id, text)
    await drained(telegram)
    texts = [message.content.words.text for message in telegram.chats[anna.id].messages.values()]
    assert texts.count("by answer") == 1


async def test_webhook_settings_can_be_read_and_dropped(bot: Bot, telegram: SimTelegram, anna: Customer) -> None:
    """getWebhookInfo shows the address, the kinds and the queue; deleting may drop the queue."""
    await bot.set_webhook(HOOK, allowed_updates=["message", "pre_checkout_query"], max_connections=7)
    telegram.say(anna.id, "waits")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (HOOK, 1, 7)
    assert info.allowed_updates == ["message", "pre_checkout_query"]
    await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).pending_update_count == 0


@pytest.mark.parametrize(
    "settings",
    [{"url": "ftp://x.y"}, {"url": HOOK, "secret_token": "with space"}, {"url": HOOK, "max_connections": 101}],
)
async def test_bad_webhooks_are_refused(bot: Bot, settings: dict[str, object]) -> None:
    """Address, secret and parallelism have Telegram's limits."""
    with pytest.raises(TelegramBadRequest):
        await bot.set_webhook(**settings)  # type: ignore[arg-type]
