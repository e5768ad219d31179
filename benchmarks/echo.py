"""Orbit beside a bare aiogram bot: the same load generator, each in a process of its own, in turn."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.bot_api_stub import serving_stub
from benchmarks.bot_process import SECRET, BotProcess, bot_process, free_port, shop_environment
from benchmarks.database import shop_database
from benchmarks.figures import Figure
from benchmarks.quiet_telegram import start, tap
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.telegram.callbacks import SeeHome
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.storage import transact
from orbit_domain.user.user import NewUser
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.support.servers.opening import open_redis

TITLE = "Beside aiogram's own echo"
ROUNDS, UPDATES, AT_ONCE = 15, 300, 200
SMALL_ROUNDS, SMALL_UPDATES = 1, 5
STARTS = 5
KNOWN_ID, NEW_ID = 700_000_000, 800_000_000

Make = Callable[[int, int], dict[str, Any]]


async def measure(*, small: bool) -> list[Figure]:
    """Send each kind of update to each bot in turn, again and again."""
    rounds, updates = (SMALL_ROUNDS, SMALL_UPDATES) if small else (ROUNDS, UPDATES)
    starts = [] if small else [await _ready() for _ in range(STARTS - 1)]
    async with _bots(rounds * updates * 2 + updates) as bots:
        starts.append({bot.name: bot.ready_cpu_s for bot in bots})
        echo, *shops = bots
        costs = await _costs(bots, rounds, updates)
        memory = {bot.name: bot.memory_mb() for bot in bots}
        rates, again = {}, {}
        for bot in bots:
            rates[bot.name] = updates * 2 / await bot.send(_taps(updates * 2), AT_ONCE)
            again[bot.name] = bot.stub.sent_again
    figures = []
    for kind in KINDS:
        for bot in bots:
            figures.append(Figure(f"{kind}: {bot.name}", median(costs[bot.name, kind]) * 1_000, "ms an update"))
        figures += [
            Figure(f"{kind}: {shop.name} / echo", _ratio(costs[shop.name, kind], costs[echo.name, kind]), "x")
            for shop in shops
        ]
    ready = {bot.name: median(start[bot.name] for start in starts) for bot in bots}
    for name, of in (("ready: processor", ready), ("memory", memory)):
        unit = "MB" if name == "memory" else "s"
        figures += [Figure(f"{name}: {bot.name}", of[bot.name], unit) for bot in bots]
        figures += [Figure(f"{name}: {shop.name} / echo", of[shop.name] / of[echo.name], "x") for shop in shops]
    figures += [Figure(f"{AT_ONCE} at once: {bot.name}", rates[bot.name], "updates/s") for bot in bots]
    figures += [Figure(f"{AT_ONCE} at once, sent again: {bot.name}", again[bot.name], "updates") for bot in bots]
    figures += [
        Figure(f"{AT_ONCE} at once: {shop.name} / echo", rates[shop.name] / rates[echo.name], "x") for shop in shops
    ]
    return figures


_NUMBERS = count(1)
_KNOWN: Iterator[int] = count(KNOWN_ID)
_NEW: Iterator[int] = count(NEW_ID)

KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    "/start, new": lambda: start(next(_NUMBERS), next(_NEW)),
    "/start, known, not remembered": lambda: start(next(_NUMBERS), next(_KNOWN)),
    "menu tap, not remembered": lambda: tap(next(_NUMBERS), next(_KNOWN), SeeHome().pack()),
}


async def _ready() -> dict[str, float]:
    """The processor time until each listens."""
    async with _bots(1) as bots:
        return {bot.name: bot.ready_cpu_s for bot in bots}


def _ratio(costs: list[float], beside: list[float]) -> float:
    """The median of the rounds: both had the same seconds of a machine whose speed changes from minute to minute."""
    return median(cost / other for cost, other in zip(costs, beside, strict=True))


def _taps(amount: int) -> list[dict[str, Any]]:
    return [tap(next(_NUMBERS), KNOWN_ID + number % 500, SeeHome().pack()) for number in range(amount)]


async def _costs(bots: list[BotProcess], rounds: int, updates: int) -> dict[tuple[str, str], list[float]]:
    """The processor time of one update, for each bot and kind, one figure a round. The first round isn't counted."""
    costs: dict[tuple[str, str], list[float]] = {(bot.name, kind): [] for bot in bots for kind in KINDS}
    for number in range(rounds + 1):
        amount = updates if number else max(updates // 5, 1)
        for kind, make in KINDS.items():
            sent = [make() for _ in range(amount)]
            for bot in bots:
                before = bot.cpu_s()
                await bot.send(sent)
                if number:
                    costs[bot.name, kind].append((bot.cpu_s() - before) / amount)
    return costs


@asynccontextmanager
async def _bots(known: int) -> AsyncIterator[list[BotProcess]]:
    """The echo, a shop on SQLite, and one's bot on PostgreSQL and Redis. *known* users have been there before."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="orbit-echo-")))
        stub, api = await stack.enter_async_context(serving_stub())
        port = free_port()
        command = ("benchmarks.echo_bot", api, str(port), SECRET)
        bots = [
            await stack.enter_async_context(
                bot_process("echo", stub, port, command, {"PYTHONPATH": str(Path.cwd())}, folder)
            )
        ]
        sandbox = Sandbox()
        outside = await stack.enter_async_context(serving(sandbox_app(sandbox), "127.0.0.1", 0))
        redis = await stack.enter_async_context(open_redis())
        postgres = await stack.enter_async_context(shop_database())
        sqlite = f"sqlite+aiosqlite:///{folder / 'orbit.db'}"
        await migrate(sqlite)
        for name, role, database, redis_url in (
            ("Orbit, SQLite", "run", sqlite, ""),
            ("Orbit, PostgreSQL and Redis", "bot", postgres, redis.url),
        ):
            await _fill(database, known)
            port = free_port()
            environment = shop_environment(outside, sandbox, folder, database, redis_url, api, port)
            bots.append(
                await stack.enter_async_context(
                    bot_process(name, stub, port, ("orbit_entry", role), environment, folder)
                )
            )
        yield bots


async def _fill(database: str, known: int) -> None:
    engine = open_engine(database)
    try:
        now = SystemClock().now()
        storage = SqlStorage(engine, base=RUB)

        async def add(tx: Any) -> None:
            for number in range(known):
                await tx.users.add_if_absent(NewUser(TelegramId(KNOWN_ID + number), f"user_{number}", "ru", None, now))

        await transact(storage, add)
    finally:
        await engine.dispose()
