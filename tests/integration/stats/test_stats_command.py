"""/stats through the real dispatcher: figures for those who run the shop, home for everybody else."""

from collections.abc import Callable

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from dishka import Provider, Scope, make_async_container
from dishka.integrations.aiogram import inject_router, setup_dishka

from orbit_adapters.memory.cache import NoCache
from orbit_adapters.memory.stats import MemoryStats
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_stats import ShowStats
from orbit_entry.bot import errors
from orbit_entry.bot.handlers import start, stats
from orbit_entry.bot.middlewares import PrivateOnly
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.session import WorldSession
from orbit_sandbox.telegram.world import BotApiWorld

TOKEN = "424242:sandbox-token"


class Desk:
    """A bot in the little Telegram that knows /start and /stats, and the owner before it."""

    def __init__(self) -> None:
        clock, storage = SandboxClock(), MemoryStorage()
        self.telegram = BotApiWorld(clock, TOKEN, "orbit_sandbox_bot", seed=7)
        self.bot = Bot(TOKEN, session=WorldSession(self.telegram))
        self.owner = self.telegram.add_customer("Olga", "ru").id
        figures = ReadStats(MemoryStats(storage), clock)
        verbs = (
            RegisterUser(storage, clock),
            ShowHome(GetCachedCustomer(storage, NoCache()), clock),
            ShowStats(storage, figures, TelegramId(self.owner)),
        )
        provider = Provider(scope=Scope.APP)
        for verb in verbs:
            provider.from_context(provides=type(verb), scope=Scope.APP)
        self.dispatcher = Dispatcher()
        self.dispatcher.update.outer_middleware(PrivateOnly())
        self.dispatcher.include_routers(start.routes(), stats.routes(), errors.routes())
        context = {type(verb): verb for verb in verbs}
        setup_dishka(make_async_container(provider, context=context), self.dispatcher)
        inject_router(self.dispatcher)
        self._offset = 0

    async def write(self, user_id: int, text: str) -> str:
        """Send *text*; the words of the newest message afterwards."""
        self.telegram.say(user_id, text)
        for raw in await self.telegram.updates.fetch(self._offset, 100, 0):
            self._offset = raw["update_id"] + 1
            await self.dispatcher.feed_update(self.bot, Update.model_validate(raw, context={"bot": self.bot}))
        newest = [one for one in self.telegram.chats[user_id].messages.values() if one.from_bot][-1]
        return newest.content.words.text


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("command", ["/stats", "/STATS", "/stats now", "/stats@orbit_sandbox_bot"])
async def test_the_owner_reads_the_figures(desk: Desk, command: str) -> None:
    """However the command is written, its owner gets the shop in figures, in the owner's language."""
    await desk.write(desk.owner, "/start")
    words = await desk.write(desk.owner, command)
    assert "Магазин в цифрах" in words
    assert "Пользователи: 1" in words


async def test_a_customer_gets_home(desk: Desk) -> None:
    """For a customer there is no such command: home comes, as after /start, and no figure."""
    vera = desk.telegram.add_customer("Vera", "en").id
    home = await desk.write(vera, "/start")
    assert await desk.write(vera, "/stats") == home


@pytest.mark.parametrize("who", [lambda desk: desk.owner, lambda desk: desk.telegram.add_customer("Vera", "en").id])
async def test_a_stranger_is_welcomed(desk: Desk, who: Callable[[Desk], int]) -> None:
    """Whoever begins with /stats is registered and shown home, the owner too."""
    words = await desk.write(who(desk), "/stats")
    assert "цифрах" not in words
    assert "figures" not in words
    assert words
