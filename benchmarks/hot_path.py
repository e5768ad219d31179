"""What one update costs: statements and CPU, through the real dispatcher, on a SQLite file as shops have it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from dishka import AsyncContainer, Provider, Scope, make_async_container
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.figures import Figure, p50_ms
from benchmarks.quiet_telegram import QuietSession, start, tap
from orbit_adapters.memory.cache import MemoryCache
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.telegram.callbacks import SeeHome
from orbit_domain.cache.ports import CUSTOMER
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer, InvalidateCustomers
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_home import ShowHome
from orbit_entry.bot.dispatcher import build_dispatcher

TITLE = "What one update costs"
ROUNDS, SMALL_ROUNDS = 2_000, 20
FIRST_ID = 700_000_000

REMEMBERED = "menu tap, remembered"

Updates = Callable[[int], dict[str, Any]]

PATHS: dict[str, Updates] = {
    "/start, somebody new": lambda number: start(number, FIRST_ID + number),
    "/start, somebody known": lambda number: start(number, FIRST_ID + number),
    "menu tap": lambda number: tap(number, FIRST_ID + number, SeeHome().pack()),
    REMEMBERED: lambda number: tap(number, FIRST_ID + number, SeeHome().pack()),
}


@dataclass(frozen=True, slots=True)
class Door:
    """A dispatcher, a bot that talks to nobody, and the database behind them."""

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
    """Every path in turn, each update by another of so many people, one after the other."""
    rounds = SMALL_ROUNDS if small else ROUNDS
    figures = []
    async with _open_door() as door:
        for warming in PATHS.values():
            await _feed(door, warming(rounds))
        for name, updates in PATHS.items():
            if name != REMEMBERED:
                door.clock.ahead += timedelta(seconds=CUSTOMER.ttl_s)
            figures += await _cost(door, name, [updates(number) for number in range(rounds)])
    return figures


async def _cost(door: Door, name: str, raw: list[dict[str, Any]]) -> list[Figure]:
    durations = []
    with count_statements(door.engine) as seen:
        cpu = process_time()
        for one in raw:
            begin = perf_counter()
            await _feed(door, one)
            durations.append(perf_counter() - begin)
        cpu = process_time() - cpu
    return [
        Figure(f"{name}: statements", sum(seen.counts) / len(raw), "an update"),
        Figure(f"{name}: CPU", cpu * 1_000 / len(raw), "ms an update"),
        Figure(f"{name}: p50", p50_ms(durations), "ms"),
    ]


async def _feed(door: Door, raw: dict[str, Any]) -> None:
    await door.dispatcher.feed_update(door.bot, Update.model_validate(raw, context={"bot": door.bot}))


@asynccontextmanager
async def _open_door() -> AsyncIterator[Door]:
    with TemporaryDirectory(prefix="orbit-hot-path-") as folder:
        address = f"sqlite+aiosqlite:///{Path(folder) / 'orbit.db'}"
        await migrate(address)
        engine = open_engine(address)
        clock = LaterClock()
        cache = MemoryCache(clock)
        storage = SqlStorage(engine, InvalidateCustomers(cache))
        container = _holding(RegisterUser(storage, clock), ShowHome(GetCachedCustomer(storage, cache), clock))
        try:
            yield Door(build_dispatcher(container), Bot("424242:benchmark", session=QuietSession()), engine, clock)
        finally:
            await container.close()
            await engine.dispose()


def _holding(*verbs: object) -> AsyncContainer:
    """A container of these verbs alone: the others aren't on this path."""
    provider = Provider(scope=Scope.APP)
    for verb in verbs:
        provider.from_context(provides=type(verb), scope=Scope.APP)
    return make_async_container(provider, context={type(verb): verb for verb in verbs})
