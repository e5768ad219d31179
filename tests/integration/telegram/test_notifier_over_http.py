"""The notifier over real HTTP: every way the connection can fail is known for what it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
import uvicorn
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from orbit_adapters.telegram.commands import COMMANDS, publish_commands
from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.notice.ports import RetryLater
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.app import FAULTS, RETRY_AFTER_S, bot_api_app
from orbit_sandbox.telegram.world import BotApiWorld
from orbit_testing.contracts.notifier import ONE_OF_EACH

TOKEN = "424242:sandbox-token"


@dataclass
class Line:
    """A notifier, the wire to Telegram, and the switches that break it."""

    bot: Bot
    notifier: TelegramNotifier
    telegram: BotApiWorld
    faults: Faults
    clock: SandboxClock

    def listener(self) -> TelegramId:
        customer = self.telegram.add_customer("Вера")
        self.telegram.press_start(customer.id)
        return TelegramId(customer.id)

    def heard(self, tg_id: TelegramId) -> int:
        return sum(message.from_bot for message in self.telegram.chats[tg_id].messages.values())


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    clock, faults = SandboxClock(), Faults(FAULTS)
    telegram = BotApiWorld(clock, TOKEN, "orbit_sandbox_bot", seed=7)
    config = uvicorn.Config(bot_api_app(telegram, faults), port=0, lifespan="off", ws="none", log_level="critical")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    serving = asyncio.create_task(server.serve([listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    notifier = TelegramNotifier(bot, clock)

    async def no_waiting(_: float) -> None:
        return None

    notifier.send_rate_limiter = SendRateLimiter(clock, no_waiting)
    yield Line(bot, notifier, telegram, faults, clock)
    await bot.session.close()
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving
    listening.close()


@pytest.mark.parametrize("notice", ONE_OF_EACH, ids=lambda one: one.kind)
async def test_every_notice_passes_the_wire(line: Line, notice: object) -> None:
    """As Telegram parses it: HTML, keyboard, picture and caption are all acceptable."""
    listener = line.listener()
    await line.notifier.send(listener, "ru", notice)  # type: ignore[arg-type]
    assert line.heard(listener) == 1


@pytest.mark.parametrize(
    ("fault", "heard_meanwhile"),
    [("telegram.down", 0), ("telegram.500", 0), ("telegram.429", 0), ("telegram.lose_answer", 1)],
)
async def test_broken_connections_put_it_off(line: Line, fault: str, heard_meanwhile: int) -> None:
    """Each is told later, none gives the listener up, and after a lost answer it is told twice, not never."""
    listener = line.listener()
    line.faults.turn_on(fault, 1)
    with pytest.raises(RetryLater):
        await line.notifier.send(listener, "ru", ONE_OF_EACH[0])
    assert line.heard(listener) == heard_meanwhile
    line.clock.advance(line.notifier.send_rate_limiter.wait_for(listener))
    await line.notifier.send(listener, "ru", ONE_OF_EACH[0])
    assert line.heard(listener) == heard_meanwhile + 1


async def test_the_pause_is_the_one_telegram_names(line: Line) -> None:
    """Neither shorter nor longer."""
    listener = line.listener()
    line.faults.turn_on("telegram.429", 1)
    with pytest.raises(RetryLater) as trouble:
        await line.notifier.send(listener, "ru", ONE_OF_EACH[0])
    assert trouble.value.after.total_seconds() == RETRY_AFTER_S


async def test_commands_are_published_in_every_language(line: Line) -> None:
    """The list beside the text field speaks Russian to Russians and English to everybody else."""
    await publish_commands(line.bot)
    default, russian = await line.bot.get_my_commands(), await line.bot.get_my_commands(language_code="ru")
    assert [command.command for command in default] == list(COMMANDS)
    assert [command.command for command in russian] == list(COMMANDS)
    assert (default[0].description, russian[0].description) == ("Home", "Главная")
