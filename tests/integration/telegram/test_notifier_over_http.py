"""The notifier over real HTTP, with every fault of the connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
import uvicorn
from aiogram import Bot

from orbit_adapters.telegram.notifier import TelegramNotifier
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.notice.ports import RetryLater
from orbit_entry.bot.telegram_bot import COMMANDS, publish_commands, telegram_bot
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.app import FAULTS, RETRY_AFTER_S, bot_api_app
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from orbit_testing.contracts.notifier import ONE_OF_EACH
from tests.support.shop import Shop
from tests.support.world import World

TOKEN = "424242:sandbox-token"


@dataclass
class Connection:
    """A notifier, the simulated Telegram behind HTTP, and its faults."""

    bot: Bot
    notifier: TelegramNotifier
    telegram: SimTelegram
    faults: Faults
    clock: SandboxClock

    def new_user(self) -> TelegramId:
        customer = self.telegram.add_customer("Вера")
        self.telegram.press_start(customer.id)
        return TelegramId(customer.id)

    def received(self, tg_id: TelegramId) -> int:
        return sum(message.from_bot for message in self.telegram.chats[tg_id].messages.values())


@pytest.fixture
async def connection() -> AsyncIterator[Connection]:
    clock, faults = SandboxClock(), Faults(FAULTS)
    telegram = SimTelegram(clock, TOKEN, "orbit_sandbox_bot", seed=7)
    config = uvicorn.Config(bot_api_app(telegram, faults), port=0, lifespan="off", ws="none", log_level="critical")
    server = uvicorn.Server(config)
    bound_socket = config.bind_socket()
    serving = asyncio.create_task(server.serve([bound_socket]))
    url = f"http://127.0.0.1:{bound_socket.getsockname()[1]}"
    bot = telegram_bot(TOKEN, url)
    shop = Shop(World().ports())
    notifier = TelegramNotifier(bot, clock, shop.show_payment, shop.record_invoice_message, RUB)

    async def no_waiting(_: float) -> None:
        return None

    notifier.send_rate_limiter = SendRateLimiter(clock, no_waiting)
    yield Connection(bot, notifier, telegram, faults, clock)
    await bot.session.close()
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving
    bound_socket.close()


@pytest.mark.parametrize("notice", ONE_OF_EACH, ids=lambda one: one.kind)
async def test_telegram_accepts_every_notice(connection: Connection, notice: object) -> None:
    """HTML, keyboard, picture and caption of every notice are valid."""
    user = connection.new_user()
    await connection.notifier.send(user, "ru", notice)  # type: ignore[arg-type]
    assert connection.received(user) == 1


@pytest.mark.parametrize(
    ("fault", "received_before"),
    [("telegram.down", 0), ("telegram.500", 0), ("telegram.429", 0), ("telegram.lose_answer", 1)],
)
async def test_a_failed_send_is_retried_later(connection: Connection, fault: str, received_before: int) -> None:
    """After each fault the notice is sent later, and the user stays reachable. After a lost answer it is sent twice."""
    user = connection.new_user()
    connection.faults.turn_on(fault, 1)
    with pytest.raises(RetryLater):
        await connection.notifier.send(user, "ru", ONE_OF_EACH[0])
    assert connection.received(user) == received_before
    connection.clock.advance(connection.notifier.send_rate_limiter.remaining_pause(user))
    await connection.notifier.send(user, "ru", ONE_OF_EACH[0])
    assert connection.received(user) == received_before + 1


async def test_the_pause_is_the_one_telegram_names(connection: Connection) -> None:
    """The pause is exactly the one from Telegram's answer."""
    user = connection.new_user()
    connection.faults.turn_on("telegram.429", 1)
    with pytest.raises(RetryLater) as raised:
        await connection.notifier.send(user, "ru", ONE_OF_EACH[0])
    assert raised.value.after.total_seconds() == RETRY_AFTER_S


async def test_commands_are_published_in_every_language(connection: Connection) -> None:
    """The list of commands is in Russian for Russian clients and in English for all others."""
    await publish_commands(connection.bot)
    default, russian = await connection.bot.get_my_commands(), await connection.bot.get_my_commands(language_code="ru")
    assert [command.command for command in default] == list(COMMANDS)
    assert [command.command for command in russian] == list(COMMANDS)
    assert (default[0].description, russian[0].description) == ("Home", "Главная")
