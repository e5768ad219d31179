"""What one update costs: statements and CPU, through the real dispatcher, on an SQLite file."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from aiogram import Bot, Dispatcher
from dishka import AsyncContainer, Provider, Scope, make_async_container
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.figures import Figure, spread
from benchmarks.quiet_telegram import QuietSession, start, tap
from orbit_adapters.memory.cache import MemoryCache
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.telegram.callbacks import SeeHome
from orbit_domain.cache.ports import CUSTOMER
from orbit_domain.money import RUB
from orbit_domain.shop_setting.shop_settings import CurrentSettings, GivenSettings
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer, InvalidateCustomers
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_home import ShowHome
from orbit_entry.bot.dispatcher import build_dispatcher
from orbit_entry.bot.parsed_update import parsed_update

TITLE = "What one update costs"
ROUNDS, SMALL_ROUNDS = 2_000, 20
FIRST_ID = 700_000_000

CACHED = "menu tap, cached"

Updates = Callable[[int], dict[str, Any]]

PATHS: dict[str, Updates] = {
    "/start, new user": lambda number: start(number, FIRST_ID + number),
    "/start, known user": lambda number: start(number, FIRST_ID + number),
    "menu tap": lambda number: tap(number, FIRST_ID + number, SeeHome().pack()),
    CACHED: lambda number: tap(number, FIRST_ID + number, SeeHome().pack()),
}


@dataclass(frozen=True, slots=True)
class MeasuredBot:
    """A dispatcher, a bot without a network, and their database."""

    dispatcher: Dispatcher
    bot: Bot
    engine: AsyncEngine
    clock: "LaterClock"


@dataclass
class LaterClock:
    """The machine's clock, set *ahead*."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The time, in UTC."""
        return SystemClock().now() + self.ahead


async def measure(*, small: bool) -> list[Figure]:
    """Measure every path, one update after the other, each from another user."""
    rounds = SMALL_ROUNDS if small else ROUNDS
    figures = []
    async with _open_bot() as measured:
        for warm_up in PATHS.values():
            await _feed(measured, warm_up(rounds))
        for name, updates in PATHS.items():
            if name != CACHED:
                measured.clock.ahead += timedelta(seconds=CUSTOMER.ttl_s)
            figures += await _cost(measured, name, [updates(number) for number in range(rounds)])
    return figures


async def _cost(measured: MeasuredBot, name: str, raw: list[dict[str, Any]]) -> list[Figure]:
    durations = []
    with count_statements(measured.engine) as counter:
        cpu = process_time()
        for one in raw:
            begin = perf_counter()
            await _feed(measured, one)
            durations.append(perf_counter() - begin)
        cpu = process_time() - cpu
    return [
        Figure(f"{name}: statements", sum(counter.counts) / len(raw), "an update"),
        Figure(f"{name}: CPU", cpu * 1_000 / len(raw), "ms an update"),
        spread(f"{name}: p50", (one * 1_000 for one in durations), "ms"),
    ]


async def _feed(measured: MeasuredBot, raw: dict[str, Any]) -> None:
    await feed(measured.dispatcher, measured.bot, raw)


async def feed(dispatcher: Dispatcher, bot: Bot, raw: dict[str, Any]) -> None:
    """Give *dispatcher* an update as it came."""
    await dispatcher.feed_update(bot, parsed_update(raw, bot))


@asynccontextmanager
async def _open_bot() -> AsyncIterator[MeasuredBot]:
    with TemporaryDirectory(prefix="orbit-hot-path-") as folder:
        address = f"sqlite+aiosqlite:///{Path(folder) / 'orbit.db'}"
        await migrate(address)
        engine = open_engine(address)
        clock = LaterClock()
        cache = MemoryCache(clock)
        storage = SqlStorage(engine, InvalidateCustomers(cache), base=RUB)
        settings = CurrentSettings(GivenSettings({}, RUB))
        get_cached_customer = GetCachedCustomer(storage, cache)
        show_home = ShowHome(get_cached_customer, clock, settings, None)
        container = container_of(RegisterUser(storage, clock), get_cached_customer, show_home)
        try:
            yield MeasuredBot(
                build_dispatcher(container), Bot("424242:benchmark", session=QuietSession()), engine, clock
            )
        finally:
            await container.close()
            await engine.dispose()


def container_of(*use_cases: object) -> AsyncContainer:
    """A container with only these use cases: the others aren't on this path."""
    provider = Provider(scope=Scope.APP)
    for use_case in use_cases:
        provider.from_context(provides=type(use_case), scope=Scope.APP)
    return make_async_container(provider, context={type(use_case): use_case for use_case in use_cases})
