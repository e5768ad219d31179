"""/stats through the real dispatcher: statistics for the owner, home for every other user."""

from collections.abc import Callable

import pytest
from aiogram import Bot, Dispatcher
from dishka import Provider, Scope, make_async_container
from dishka.integrations.aiogram import inject_router, setup_dishka

from orbit_adapters.charts import drawing
from orbit_adapters.charts.painter import MatplotlibPainter
from orbit_adapters.memory.cache import NoCache
from orbit_adapters.memory.stats import MemoryStats
from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.trends import MemoryTrends
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.shop_setting.shop_settings import CurrentSettings, GivenSettings
from orbit_domain.use_cases.draw_chart import DrawChart
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_stats import ShowStats
from orbit_domain.use_cases.show_trends import ShowTrends
from orbit_entry.bot import errors
from orbit_entry.bot.handlers import start, stats
from orbit_entry.bot.middlewares import PrivateChatsOnly
from orbit_entry.bot.parsed_update import parsed_update
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.messages import Message
from orbit_sandbox.telegram.session import InProcessSession
from orbit_sandbox.telegram.sim_telegram import SimTelegram

TOKEN = "424242:sandbox-token"


class StatsBot:
    """A bot on the simulated Bot API with /start and /stats, and its owner."""

    def __init__(self) -> None:
        clock, storage = SandboxClock(), MemoryStorage(base=RUB)
        self.telegram = SimTelegram(clock, TOKEN, "orbit_sandbox_bot", seed=7)
        self.bot = Bot(TOKEN, session=InProcessSession(self.telegram))
        self.owner = self.telegram.add_customer("Olga", "ru").id
        figures = ReadStats(MemoryStats(storage), clock)
        settings = CurrentSettings(GivenSettings({}, RUB))
        use_cases = (
            RegisterUser(storage, clock),
            ShowHome(GetCachedCustomer(storage, NoCache()), clock, settings, None),
            ShowStats(storage, figures, TelegramId(self.owner)),
            ShowTrends(storage, clock, MemoryTrends(storage), TelegramId(self.owner)),
            DrawChart(MatplotlibPainter()),
        )
        provider = Provider(scope=Scope.APP)
        for use_case in use_cases:
            provider.from_context(provides=type(use_case), scope=Scope.APP)
        self.dispatcher = Dispatcher()
        self.dispatcher.update.outer_middleware(PrivateChatsOnly())
        self.dispatcher.include_routers(start.routes(), stats.routes(), errors.routes())
        context = {type(use_case): use_case for use_case in use_cases}
        setup_dishka(make_async_container(provider, context=context), self.dispatcher)
        inject_router(self.dispatcher)
        self._offset = 0

    async def write(self, user_id: int, text: str) -> str:
        """Send *text*; the words of the newest message afterwards."""
        self.telegram.say(user_id, text)
        for raw in await self.telegram.updates.fetch(self._offset, 100, 0):
            self._offset = raw["update_id"] + 1
            await self.dispatcher.feed_update(self.bot, parsed_update(raw, self.bot))
        return self.newest(user_id).content.words.text

    def newest(self, user_id: int | None = None) -> Message:
        """The bot's newest message to that user, or to the owner."""
        return [one for one in self.telegram.chats[user_id or self.owner].messages.values() if one.from_bot][-1]


@pytest.fixture
def stats_bot() -> StatsBot:
    return StatsBot()


@pytest.mark.parametrize("command", ["/stats", "/STATS", "/stats now", "/stats@orbit_sandbox_bot"])
async def test_the_owner_reads_the_statistics(stats_bot: StatsBot, command: str) -> None:
    """However the command is written, the owner gets the statistics in the owner's language."""
    await stats_bot.write(stats_bot.owner, "/start")
    words = await stats_bot.write(stats_bot.owner, command)
    assert "Новых клиентов: 1" in words
    assert stats_bot.newest().content.photo is not None


async def test_without_a_picture_the_figures_are_shown(stats_bot: StatsBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that can't be drawn leaves the words; the next one is drawn again."""
    await stats_bot.write(stats_bot.owner, "/start")
    with monkeypatch.context() as broken:
        broken.setattr(drawing, "Figure", None)
        assert "Новых клиентов: 1" in await stats_bot.write(stats_bot.owner, "/stats")
        assert stats_bot.newest().content.photo is None
    await stats_bot.write(stats_bot.owner, "/stats")
    assert stats_bot.newest().content.photo is not None


async def test_a_customer_gets_home(stats_bot: StatsBot) -> None:
    """A customer gets home, as after /start, and no statistics."""
    vera = stats_bot.telegram.add_customer("Vera", "en").id
    home = await stats_bot.write(vera, "/start")
    assert await stats_bot.write(vera, "/stats") == home


@pytest.mark.parametrize(
    "who", [lambda stats_bot: stats_bot.owner, lambda stats_bot: stats_bot.telegram.add_customer("Vera", "en").id]
)
async def test_a_stranger_is_welcomed(stats_bot: StatsBot, who: Callable[[StatsBot], int]) -> None:
    """A user whose first command is /stats is registered and shown home, the owner too."""
    words = await stats_bot.write(who(stats_bot), "/stats")
    assert "цифрах" not in words
    assert "figures" not in words
    assert words
