"""What a tap may cost: the written budget of statements on the hot path, through the real dispatcher."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.types import Update
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.statement_counter import count_statements
from orbit_domain.cache.ports import CUSTOMER, WRITE_GUARD_S
from orbit_entry.bot.dispatcher import build_dispatcher
from orbit_entry.config.settings import Settings
from orbit_entry.demo.environment import sandbox_environment
from orbit_entry.runtime.roles import ALL_ROLES
from orbit_entry.runtime.schema import prepare_database
from orbit_entry.wiring.container import shop_container
from orbit_sandbox.messages_shown import buttons
from orbit_sandbox.sandbox import BOT_TOKEN, Sandbox
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.session import WorldSession
from tests.support.world import FakeClock


@dataclass
class Hall:
    """The dispatcher before its books, without a wire to Telegram."""

    sandbox: Sandbox
    dispatcher: Dispatcher
    bot: Bot
    engine: AsyncEngine
    clock: FakeClock
    offset: int = 0

    async def cost(self) -> int:
        """How many statements the updates that wait now send."""
        waiting = await self.sandbox.telegram.call("getUpdates", Params({"offset": str(self.offset)}, {}))
        with count_statements(self.engine) as seen:
            for raw in waiting:
                self.offset = raw["update_id"] + 1
                await self.dispatcher.feed_update(self.bot, Update.model_validate(raw, context={"bot": self.bot}))
        return sum(seen.counts)

    async def tap(self, user_id: int, word: str) -> int:
        """What tapping the newest button that begins with *word* costs."""
        message, data = next(buttons(self.sandbox.telegram, user_id, word))
        self.sandbox.telegram.tap(user_id, message, data)
        return await self.cost()


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """A shop on an SQLite file whose loops don't turn."""
    sandbox = Sandbox()
    settings = Settings.model_validate(sandbox_environment("http://127.0.0.1:9", sandbox, tmp_path, None))
    await prepare_database(settings)
    async with AsyncExitStack() as open_:
        clock = FakeClock()
        container = shop_container(settings, clock, ALL_ROLES)
        open_.push_async_callback(container.close)
        bot = Bot(BOT_TOKEN, session=WorldSession(sandbox.telegram), default=DefaultBotProperties(parse_mode="HTML"))
        yield Hall(sandbox, build_dispatcher(container), bot, await container.get(AsyncEngine), clock)


async def test_the_hot_path_keeps_its_budget(hall: Hall) -> None:
    """/start of somebody new: three statements at most, of somebody known two; a tap: one, none when remembered."""
    anna = hall.sandbox.telegram.add_customer("Anna", "en")
    hall.sandbox.telegram.press_start(anna.id)
    assert await hall.cost() <= 3
    hall.clock.advance(seconds=WRITE_GUARD_S)  # What was just written isn't remembered at once.
    hall.sandbox.telegram.press_start(anna.id)
    assert await hall.cost() <= 2
    for word in ("help", "home", "invite", "home"):
        assert await hall.tap(anna.id, word) == 0
    for word in ("plans", "home", "balance", "home"):
        assert await hall.tap(anna.id, word) <= 1
    hall.clock.advance(seconds=CUSTOMER.ttl_s)
    assert await hall.tap(anna.id, "help") == 1
