"""What each job and each tap costs in a shop of a thousand, twenty thousand and two hundred thousand customers.

What grows with who exists, and not with what is due, stands out by its ratio.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.customer_block import CustomerBlock, customer_block
from benchmarks.database import shop_database
from benchmarks.database_time import DatabaseTime, database_time, way_there_and_back_s
from benchmarks.figures import Figure, spread
from benchmarks.large_shop import LargeShop, large_shop, run_job
from benchmarks.past_lives import FIRST_ID
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.statement_counter import count_statements
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_payment import PaymentView
from orbit_entry.runtime.periodic_job import JobName
from tests.support.buyer import Buyer

TITLE = "Growth: the same work among more customers"
SIZES, SMALL_SIZES = (1_000, 20_000, 200_000), (40, 80)
ROUNDS, SMALL_ROUNDS = 7, 1
NEW_ID = 8_000_000_000
_TURNS = 50
PLACED, SMALL_PLACED = 120, 3
"""So many keys are placed one a minute, and as many in batches: so many that the nodes are counted again meanwhile."""

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: statements, processor time, time by the clock, and its longest transaction by both."""

    statements: int
    cpu_s: float
    clock_s: float
    longest_s: float
    longest_cpu_s: float


Costs = dict[str, list[Cost]]


async def measure(*, small: bool) -> list[Figure]:
    """Measure on SQLite and on a PostgreSQL server of its own."""
    with TemporaryDirectory(prefix="orbit-growth-") as folder:
        block = await customer_block(Path(folder))
        url = f"sqlite+aiosqlite:///{Path(folder) / 'shop.db'}"
        await migrate(url)
        figures = await measure_at(url, block, small=small)
        async with shop_database() as url:
            return figures + await measure_at(url, block, small=small)


async def measure_at(url: str, block: CustomerBlock, *, small: bool) -> list[Figure]:
    """Measure in the empty shop at *url*, which grows. Raises AssertionError when its ledger doesn't hold."""
    sizes, rounds = (SMALL_SIZES, SMALL_ROUNDS) if small else (SIZES, ROUNDS)
    found: list[Costs] = []
    placed: list[Figure] = []
    async with large_shop(url, block) as large:
        for before, size in zip((0, *sizes), sizes, strict=False):
            await block.fill(url, size, before)
            found.append(await _costs(large, size, rounds))
            placed += await _placing(large, size, SMALL_PLACED if small else PLACED)
            await until_quiet(large)  # The keys that were placed are brought before the next customers come.
            large.world.clock.advance(hours=2)  # What was just bought isn't recent any more.
    grown = [figure for name in found[0] for figure in _figures(large.name, name, sizes, [one[name] for one in found])]
    return grown + placed


async def _costs(large: LargeShop, size: int, rounds: int) -> Costs:
    """Each piece of work in turn, again and again. What fell due until now is done before, and measured by itself."""
    costs: Costs = {
        f"job {name}, what fell due": [await _cost(large, partial(run_job, job))] for name, job in large.jobs.items()
    }
    await until_quiet(large)
    for _ in range(rounds):
        for name, job in large.jobs.items():
            costs.setdefault(f"job {name}", []).append(await _cost(large, partial(run_job, job)))
    for number in range(rounds):
        known = TelegramId(FIRST_ID + 1_000 * (1 + number * 7919 % (size // 20)) + number % 20)
        works = _customer_works(large, TelegramId(NEW_ID + size + number), known)
        for name, work in works.items():
            costs.setdefault(name, []).append(await _cost(large, work))
    for _ in range(min(rounds, 3)):
        costs.setdefault("audit", []).append(await _cost(large, partial(_audit, large)))
    return costs


async def until_quiet(large: LargeShop) -> None:
    """Run every job until there is nothing more to do. Raises AssertionError when there always is."""
    for _ in range(_TURNS):
        told = len(large.world.notifier.sent)
        for job in large.jobs.values():
            await run_job(job)
        while await large.shop.deliver_notices():
            pass
        if len(large.world.notifier.sent) == told:
            return
    raise AssertionError("the jobs always find something")


def _customer_works(large: LargeShop, new: TelegramId, known: TelegramId) -> dict[str, Work]:
    buyer = Buyer(large.shop, large.world, new)
    views: list[PaymentView] = []

    async def request() -> None:
        await buyer.start()
        views.append(await buyer.start_purchase())

    async def settle() -> None:
        await large.shop.read_receipts()
        await large.shop.settle_receipts()

    async def arrive() -> None:
        buyer.send(views[0], views[0].payment.quote.due.units)
        await settle()

    async def tell() -> None:
        while await large.shop.deliver_notices():
            pass

    return {
        "purchase: from /start to the request": request,
        "purchase: money read and settled": arrive,
        "purchase: its key placed and brought": partial(run_job, large.jobs[JobName.KEYS.value]),
        "purchase: its notices sent": tell,
        "home screen": partial(large.shop.show_home, known),
        "keys screen": partial(large.shop.show_keys, known),
        "statement screen": partial(large.shop.show_statement, known),
    }


async def _placing(large: LargeShop, size: int, keys: int) -> list[Figure]:
    """What the database takes to place a key, the counts of nodes included: one a minute, and in batches."""
    place_keys, first = large.shop.place_keys, NEW_ID + 10_000_000 + size
    way_s = await way_there_and_back_s(large.engine)
    alone = []
    for number in range(keys):
        await _try_for_nothing(large, TelegramId(first + number))
        large.world.clock.advance(minutes=1)
        with database_time(large.engine) as time:
            await place_keys()
        alone.append(time)
    for number in range(keys, 2 * keys):
        await _try_for_nothing(large, TelegramId(first + number))
    with database_time(large.engine) as together:
        while await place_keys():
            pass
    name = f"{large.name}, {size} customers, database time to place a key"
    return [
        Figure(f"{name}: its ways there and back", way_s * alone[-1].statements * 1_000, "ms"),
        *_of_each(f"{name}, one a minute", alone, way_s, keys),
        *_of_each(f"{name}, in batches", [together], way_s, keys),
    ]


def _of_each(name: str, times: Sequence[DatabaseTime], way_s: float, keys: int) -> list[Figure]:
    there_ms = [(one.total_s - one.statements * way_s) * 1_000 for one in times]
    figures = [
        Figure(f"{name}, mean", sum(there_ms) / keys, "ms"),
        Figure(f"{name}, mean, processor", sum(one.cpu_s for one in times) * 1_000 / keys, "ms"),
    ]
    return figures + ([spread(f"{name}, each", there_ms, "ms")] if len(times) > 1 else [])


async def _try_for_nothing(large: LargeShop, tg_id: TelegramId) -> None:
    await Buyer(large.shop, large.world, tg_id).start()
    await large.shop.start_trial(tg_id)


async def _audit(large: LargeShop) -> None:
    findings = (await large.shop.audit_ledger()).findings
    if findings:
        raise AssertionError(f"the ledger doesn't hold: {findings[:3]}")


async def _cost(large: LargeShop, work: Work) -> Cost:
    large.storage.begin()
    with count_statements(large.engine) as counter:
        clock, cpu = perf_counter(), process_time()
        await work()
        cpu, clock = process_time() - cpu, perf_counter() - clock
    return Cost(sum(counter.counts), cpu, clock, large.storage.longest_s, large.storage.longest_cpu_s)


def _figures(database: str, name: str, sizes: Sequence[int], found: Sequence[Sequence[Cost]]) -> list[Figure]:
    figures = []
    for size, costs in zip(sizes, found, strict=True):
        what = f"{database}, {size} customers, {name}"
        figures += [
            Figure(f"{what}: statements", max(one.statements for one in costs), ""),
            spread(f"{what}: processor", (one.cpu_s * 1_000 for one in costs), "ms"),
            spread(f"{what}: by the clock", (one.clock_s * 1_000 for one in costs), "ms"),
            spread(f"{what}: longest transaction", (one.longest_s * 1_000 for one in costs), "ms"),
            spread(f"{what}: longest transaction, processor", (one.longest_cpu_s * 1_000 for one in costs), "ms"),
        ]
    few, many = (min(one.clock_s for one in costs) for costs in (found[0], found[-1]))
    return [*figures, Figure(f"{database}, {name}: the fastest of {sizes[-1]} / of {sizes[0]}", many / few, "x")]
