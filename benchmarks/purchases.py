"""Purchases from /start to the last notice, and settlement alone: by one, two and four processes, each sold once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.database import shop_database
from benchmarks.figures import Figure, spread
from benchmarks.selling_process import Bill, SellingProcess, Spent, selling_process, selling_processes
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.use_cases.audit_ledger import AuditLedger
from tests.support.servers.opening import open_redis

TITLE = "Purchases: requested, paid, settled, delivered, told"
WORKERS, SETTLING = (1, 2, 4), (1, 2)
ORDERS, SMALL_ORDERS = 200, 4
DUE, SMALL_DUE = 400, 4
ROUNDS = 3
FIRST_ID = 9_000_000_000
SETTLED, PROCESSOR = "settled alone", "processor time"

Ask = Callable[..., Awaitable[Any]]


async def measure(*, small: bool) -> list[Figure]:
    """Measure one process on SQLite, then several on PostgreSQL and Redis.

    Raises AssertionError when an order isn't delivered exactly once, or when the ledger doesn't hold.
    """
    with TemporaryDirectory(prefix="orbit-purchases-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'shop.db'}"
        await migrate(url)
        figures = await measure_sqlite(url, small=small)
    async with shop_database() as url, open_redis() as redis:
        return figures + await measure_postgres(url, redis.url, WORKERS, small=small)


async def measure_sqlite(url: str, *, small: bool) -> list[Figure]:
    """Measure in this process."""
    async with selling_process(url) as process:
        return await _measure(_Team("SQLite", url, [_asking(process)]), (1,), (1,), small=small)


async def measure_postgres(url: str, redis_url: str | None, workers: Sequence[int], *, small: bool) -> list[Figure]:
    """Measure with so many processes as each of *workers* says."""
    with selling_processes(max(workers), url, redis_url) as remotes:
        team = _Team("PostgreSQL", url, [remote.ask for remote in remotes])
        return await _measure(team, workers, [one for one in SETTLING if one <= max(workers)], small=small)


def _asking(process: SellingProcess) -> Ask:
    return lambda name, *arguments: getattr(process, name)(*arguments)


@dataclass
class _Team:
    """The processes of one shop, by what asks them. *sold*: how many have bought until now."""

    name: str
    url: str
    asks: Sequence[Ask]
    sold: int = 0
    delivered: int = 0
    requesting: list[Spent] = field(default_factory=list)

    async def together(self, workers: int, name: str, *arguments: object) -> list[Any]:
        """Ask the first *workers* processes for the same at once."""
        return await asyncio.gather(*(ask(name, *arguments) for ask in self.asks[:workers]))

    async def sell(self, workers: int, amount: int) -> list[Spent]:
        """So many new customers request payment, shared by *workers*; what they spent. The money has arrived then."""
        first, self.sold = FIRST_ID + self.sold, self.sold + amount
        shares = [range(first + number, first + amount, workers) for number in range(workers)]
        asked = zip(self.asks, shares, strict=False)
        answers = await asyncio.gather(*(ask("request", share) for ask, share in asked))
        bills: list[Bill] = [bill for _, of_one in answers for bill in of_one]
        await self.together(len(self.asks), "arrive", bills)
        return [spent for spent, _ in answers]


async def _measure(team: _Team, workers: Sequence[int], settling: Sequence[int], *, small: bool) -> list[Figure]:
    amount, due, rounds = (SMALL_ORDERS, SMALL_DUE, 1) if small else (ORDERS, DUE, ROUNDS)
    await team.asks[0]("open")
    figures = []
    found: dict[tuple[str, int], list[float]] = {}
    for number in tuple(workers) * rounds:  # In turn, so that the machine's load affects all alike.
        for name, value in (await _purchases(team, number, amount)).items():
            found.setdefault((name, number), []).append(value)
    await _check(team)
    for number in tuple(settling) * rounds:
        found.setdefault((SETTLED, number), []).append(await _settlement(team, number, due))
    await _audit(team)
    for (name, number), values in found.items():
        what = f"{team.name}, {_workers(number)}: {name}"
        is_rate = name != PROCESSOR
        figures.append(spread(what, values, "orders/s" if is_rate else "ms an order", more_is_better=is_rate))
        if number > 1 and is_rate:
            ratio = median(values) / median(found[name, 1])
            figures.append(Figure(f"{what}: / 1 worker", ratio, "x"))
    return figures


async def _purchases(team: _Team, workers: int, amount: int) -> dict[str, float]:
    requesting = await team.sell(workers, amount)
    team.delivered += amount
    delivering = await team.together(workers, "deliver", team.delivered)
    request_s, deliver_s = _duration(requesting), _duration(delivering)
    return {
        "requested": amount / request_s,
        "settled, delivered and told": amount / deliver_s,
        "from request to notice": amount / (request_s + deliver_s),
        PROCESSOR: sum(one.cpu_s for one in (*requesting, *delivering)) * 1_000 / amount,
    }


async def _settlement(team: _Team, workers: int, amount: int) -> float:
    await team.sell(workers, amount)
    await team.asks[0]("read")
    return amount / _duration(await team.together(workers, "settle"))


def _duration(spent: Sequence[Spent]) -> float:
    return max(one.end_s for one in spent) - min(one.begin_s for one in spent)


async def _check(team: _Team) -> None:
    """Each order has one account, on one panel, and no notice was sent twice. Raises AssertionError."""
    did = await team.together(len(team.asks), "did")
    accounts = [name for names, _ in did for name in names]
    notices = [one for _, sent in did for one in sent]
    if len(accounts) != team.delivered or len(set(accounts)) != team.delivered:
        raise AssertionError(f"{team.delivered} orders, {len(accounts)} accounts, {len(set(accounts))} different")
    if len(set(notices)) != len(notices):
        raise AssertionError(f"{len(notices) - len(set(notices))} notices were sent twice")
    if len({tg_id for tg_id, _ in notices if tg_id >= FIRST_ID}) != team.delivered:
        raise AssertionError("somebody wasn't told")
    await _audit(team)


async def _audit(team: _Team) -> None:
    async with _storage(team.url) as storage:
        findings = (await AuditLedger(storage)()).findings
    if findings:
        raise AssertionError(f"the ledger doesn't hold: {findings[:3]}")


@asynccontextmanager
async def _storage(url: str) -> AsyncIterator[SqlStorage]:
    engine = open_engine(url, jobs=True)
    try:
        yield SqlStorage(engine, base=RUB)
    finally:
        await engine.dispose()


def _workers(number: int) -> str:
    return f"{number} worker{'s' if number > 1 else ''}"
