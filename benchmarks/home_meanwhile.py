"""How long home screens take while a job runs: on SQLite, in one process, among two hundred thousand customers."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from aiogram import Bot, Dispatcher

from benchmarks.customer_block import CustomerBlock, customer_block
from benchmarks.figures import Figure, at_share
from benchmarks.hot_path import container_of, feed
from benchmarks.large_shop import LargeShop, large_shop, run_job
from benchmarks.past_lives import FIRST_ID, PEOPLE
from benchmarks.quiet_telegram import QuietSession, start
from orbit_adapters.sql.migrate import migrate
from orbit_domain.ids import TelegramId
from orbit_entry.bot.dispatcher import build_dispatcher
from tests.support.buyer import Buyer

TITLE = "Home screens while a job runs, SQLite"
CUSTOMERS, SMALL_CUSTOMERS = 200_000, 40
LASTS_S, SMALL_LASTS_S = 10.0, 0.0
ASKING, PAUSE_S = 4, 0.1
"""So many customers ask at once, each this long after what was shown: one stall of a job is met by all of them."""
SOLD, SMALL_SOLD = 20, 2
"""So many have paid when the jobs begin: their orders are due to be settled, their keys to be placed."""
NEW_ID = 8_000_000_000

Work = Callable[[], Awaitable[object]]


async def measure(*, small: bool) -> list[Figure]:
    """Run each job over and over, as long as it takes at first, while a few customers go on asking for screens."""
    with TemporaryDirectory(prefix="orbit-home-") as folder:
        return await measure_in(Path(folder), await customer_block(Path(folder)), small=small)


async def measure_in(folder: Path, block: CustomerBlock, *, small: bool) -> list[Figure]:
    """Measure in a shop of copies of *block* that is made in *folder*."""
    customers, lasts_s, sold = (SMALL_CUSTOMERS, SMALL_LASTS_S, SMALL_SOLD) if small else (CUSTOMERS, LASTS_S, SOLD)
    url = f"sqlite+aiosqlite:///{folder / 'shop.db'}"
    await migrate(url)
    async with large_shop(url, block) as large:
        await block.fill(url, customers)
        await _sell(large, sold)
        works: dict[str, Work] = {"nothing": _nothing}
        works |= {f"job {name}": partial(run_job, job) for name, job in large.jobs.items()}
        works["audit"] = large.shop.audit_ledger
        screens = Screens(large, customers)
        figures = [Figure("customers", customers, "")]
        for name, work in works.items():
            figures += await _figures(screens, name, work, lasts_s)
    return figures


class Screens:
    """Shows home screens of one customer after the other: by the use case, and by a /start."""

    def __init__(self, large: LargeShop, customers: int) -> None:
        self._shop = large.shop
        container = container_of(large.shop.register_user, large.shop.get_cached_customer, large.shop.show_home)
        self._dispatcher: Dispatcher = build_dispatcher(container)
        self._bot = Bot("424242:benchmark", session=QuietSession())
        self._copies = customers // PEOPLE
        self._numbers = count(1)

    async def show(self, into: dict[str, list[float]]) -> None:
        """Show the next one, and add how long it took."""
        number, began = next(self._numbers), perf_counter()
        # Steps without a common factor reach everybody, in no order of the database.
        tg_id = TelegramId(FIRST_ID + 1_000 * (1 + number * 7919 % self._copies) + number // 2 % PEOPLE)
        if number % 2:
            await self._shop.show_home(tg_id)
        else:
            await feed(self._dispatcher, self._bot, start(number, tg_id))
        into["/start" if number % 2 == 0 else "home screen"].append(perf_counter() - began)


async def _figures(screens: Screens, name: str, work: Work, lasts_s: float) -> list[Figure]:
    took: dict[str, list[float]] = {"home screen": [], "/start": []}
    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(ASKING):
            group.create_task(_ask(screens, took, done))
        began, runs = perf_counter(), list[float]()
        while not runs or perf_counter() - began < lasts_s:
            begin = perf_counter()
            await work()
            runs.append(perf_counter() - begin)
        done.set()
    figures = [Figure(f"{name}: its longest run", max(runs) * 1_000, "ms")]
    for what, durations_s in took.items():
        ordered = sorted(one * 1_000 for one in durations_s)
        figures += [
            Figure(f"{name}: {what}, {share}", at_share(ordered, of), "ms")
            for share, of in (("p50", 0.5), ("p99", 0.99), ("longest", 1.0))
        ]
    return figures


async def _ask(screens: Screens, took: dict[str, list[float]], done: asyncio.Event) -> None:
    while not done.is_set() or not all(took.values()):
        await screens.show(took)
        await asyncio.sleep(PAUSE_S)


async def _nothing() -> None:
    await asyncio.sleep(PAUSE_S)


async def _sell(large: LargeShop, amount: int) -> None:
    for number in range(amount):
        buyer = Buyer(large.shop, large.world, TelegramId(NEW_ID + number))
        await buyer.start()
        view = await buyer.start_purchase()
        buyer.send(view, view.payment.quote.due.units)
