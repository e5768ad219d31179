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

from orbit_adapters.sandbox.messages_shown import buttons
from orbit_adapters.sandbox.sandbox import BOT_TOKEN, Sandbox
from orbit_adapters.sandbox.telegram.params import Params
from orbit_adapters.sandbox.telegram.session import WorldSession
from orbit_adapters.sql.statements import watching
from orbit_domain.cache import CUSTOMER, SETTLING_S
from orbit_entry.bot.dispatcher import build_dispatcher
from orbit_entry.commands.migrate import prepare_books
from orbit_entry.container import shop_container
from orbit_entry.demo.stage import sandbox_environment
from orbit_entry.doors import ALL_DOORS
from orbit_entry.settings import Settings
from tests.unit.use_cases.world import HandClock


@dataclass
class Hall:
    """The dispatcher before its books, without a wire to Telegram."""

    sandbox: Sandbox
    dispatcher: Dispatcher
    bot: Bot
    engine: AsyncEngine
    clock: HandClock
    offset: int = 0

    async def cost(self) -> int:
        """How many statements the updates that wait now send."""
        waiting = await self.sandbox.telegram.call("getUpdates", Params({"offset": str(self.offset)}, {}))
        with watching(self.engine) as seen:
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
    await prepare_books(settings)
    async with AsyncExitStack() as open_:
        clock = HandClock()
        container = shop_container(settings, clock, ALL_DOORS)
        open_.push_async_callback(container.close)
        bot = Bot(BOT_TOKEN, session=WorldSession(sandbox.telegram), default=DefaultBotProperties(parse_mode="HTML"))
        yield Hall(sandbox, build_dispatcher(container), bot, await container.get(AsyncEngine), clock)


async def test_the_hot_path_keeps_its_budget(hall: Hall) -> None:
    """/start of somebody new: three statements at most, of somebody known two; a tap: one, none when remembered."""
    anna = hall.sandbox.telegram.add_customer("Anna", "en")
    hall.sandbox.telegram.press_start(anna.id)
    assert await hall.cost() <= 3
    hall.clock.advance(seconds=SETTLING_S)  # What was just written isn't remembered at once.
    hall.sandbox.telegram.press_start(anna.id)
    assert await hall.cost() <= 2
    for word in ("help", "home", "invite", "home"):
        assert await hall.tap(anna.id, word) == 0
    for word in ("plans", "home", "balance", "home"):
        assert await hall.tap(anna.id, word) <= 1
    hall.clock.advance(seconds=CUSTOMER.ttl_s)
    assert await hall.tap(anna.id, "help") == 1
