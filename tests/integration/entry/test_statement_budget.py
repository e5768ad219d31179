"""What a tap may cost: the budget of statements on the hot path, through the real dispatcher."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.statement_counter import count_statements
from orbit_domain.cache.ports import CUSTOMER, WRITE_GUARD_S
from orbit_entry.bot.dispatcher import build_dispatcher
from orbit_entry.bot.parsed_update import parsed_update
from orbit_entry.config.process import ALL_ROLES
from orbit_entry.config.reading import shop_settings
from orbit_entry.demo.environment import sandbox_settings
from orbit_entry.runtime.schema import prepare_database
from orbit_entry.wiring.container import shop_container
from orbit_sandbox.sandbox import BOT_TOKEN, Sandbox
from orbit_sandbox.telegram.chat_view import callback_buttons
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.session import InProcessSession
from tests.support.clock import FakeClock


@dataclass
class ConnectedBot:
    """The dispatcher on its database, with Telegram in the process."""

    sandbox: Sandbox
    dispatcher: Dispatcher
    bot: Bot
    engine: AsyncEngine
    clock: FakeClock
    offset: int = 0

    async def cost(self) -> int:
        """How many statements the waiting updates send."""
        waiting = await self.sandbox.telegram.call("getUpdates", Params({"offset": str(self.offset)}, {}))
        with count_statements(self.engine) as seen:
            for raw in waiting:
                self.offset = raw["update_id"] + 1
                await self.dispatcher.feed_update(self.bot, parsed_update(raw, self.bot))
        return sum(seen.counts)

    async def tap(self, user_id: int, word: str) -> int:
        """What tapping the newest button that begins with *word* costs."""
        message, data = next(callback_buttons(self.sandbox.telegram, user_id, word))
        self.sandbox.telegram.tap(user_id, message, data)
        return await self.cost()


@pytest.fixture
async def connected(tmp_path: Path) -> AsyncIterator[ConnectedBot]:
    """A shop on an SQLite file whose jobs don't run."""
    sandbox = Sandbox()
    settings = shop_settings(sandbox_settings("http://127.0.0.1:9", sandbox, tmp_path, None))
    await prepare_database(settings)
    async with AsyncExitStack() as open_:
        clock = FakeClock()
        container = shop_container(settings, clock, ALL_ROLES)
        open_.push_async_callback(container.close)
        bot = Bot(
            BOT_TOKEN, session=InProcessSession(sandbox.telegram), default=DefaultBotProperties(parse_mode="HTML")
        )
        yield ConnectedBot(sandbox, build_dispatcher(container), bot, await container.get(AsyncEngine), clock)


async def test_the_hot_path_keeps_its_budget(connected: ConnectedBot) -> None:
    """/start of a new user: two statements, of a known one one; a tap: one, none when cached."""
    anna = connected.sandbox.telegram.add_customer("Anna", "en")
    connected.sandbox.telegram.press_start(anna.id)
    assert await connected.cost() == 2
    connected.clock.advance(seconds=WRITE_GUARD_S)  # What was just written isn't cached at once.
    connected.sandbox.telegram.press_start(anna.id)
    assert await connected.cost() == 1
    for word in ("help", "home", "settings", "home"):
        assert await connected.tap(anna.id, word) == 0
    for word in ("plans", "home", "balance", "home"):
        assert await connected.tap(anna.id, word) <= 1
    connected.clock.advance(seconds=CUSTOMER.ttl_s)
    assert await connected.tap(anna.id, "help") == 1
