"""`python -m tests.integration.all_gateways --walks N`: N walks in memory and N/5 on a PostgreSQL of its own.

After each of the two, a process crashes in purchases by every way to pay, and in their refunds: from 600 walks on at
each call in memory and at each fifth on PostgreSQL, else at fewer. With `--sweep` it does only that.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog
from rich.console import Console

from orbit_adapters.sql.migrate import migrate
from tests.integration.all_gateways.crash_sweep import ShopOpener, SweepFailed, sweep
from tests.integration.all_gateways.mixed_shop import METHODS, MixedShop, open_mixed_shop
from tests.integration.all_gateways.walk import WalkHook
from tests.integration.all_gateways.walks import (
    SEED,
    STEPS,
    Reached,
    StorageOpener,
    WalkFailed,
    in_memory,
    on_postgres,
    run_walk,
)
from tests.support.servers.databases import Databases
from tests.support.servers.opening import open_postgres
from tests.support.servers.server_discovery import NoServer

WALKS = 200
_COMMAND = "python -m tests.integration.all_gateways"
_ONE_IN = 5
"""So many walks, and calls to crash at, there are in memory for each one on PostgreSQL."""
_WALKS_FOR_EVERY_CALL = 600


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: nothing was lost, doubled or told wrongly; 1: something was, or no server; 130: interrupted."""
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--walks", type=_positive, default=WALKS, metavar="N", help=f"how many walks ({WALKS})")
    parser.add_argument("--steps", type=_positive, default=STEPS, metavar="N", help=f"steps of each ({STEPS})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"the seed of all steps ({SEED})")
    parser.add_argument("--walk", type=_positive, metavar="NUMBER", help="only this walk of the seed, in memory")
    parser.add_argument("--sweep", action="store_true", help="only the crashes, at every call")
    chosen = parser.parse_args(arguments)
    structlog.configure(processors=[_drop])
    try:
        return asyncio.run(_run(chosen))
    except NoServer as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _run(chosen: argparse.Namespace) -> int:
    console = Console(highlight=False, soft_wrap=True)
    if chosen.walk is not None:
        return await _walk(console, "in memory", in_memory, range(chosen.walk, chosen.walk + 1), chosen)
    walks = 0 if chosen.sweep else chosen.walks
    stride = 1 if chosen.sweep else max(1, _WALKS_FOR_EVERY_CALL // chosen.walks)
    ends = [
        await _walk(console, "in memory", in_memory, range(1, walks + 1), chosen),
        await _sweep(console, "in memory", in_memory, stride),
    ]
    async with (
        open_postgres() as server,
        Databases(server.url, migrate) as databases,
        databases.template() as template,
    ):
        opened = on_postgres(databases, template)
        ends.append(await _walk(console, "on PostgreSQL", opened, range(1, 1 + -(-walks // _ONE_IN)), chosen))
        ends.append(await _sweep(console, "on PostgreSQL", opened, stride * _ONE_IN))
    return max(ends)


async def _walk(console: Console, where: str, opened: StorageOpener, numbers: range, chosen: argparse.Namespace) -> int:
    """Go through all *numbers* and print what was reached: 0 when all is well, else 1."""
    if not numbers:
        return 0
    reached, began = Reached(), time.monotonic()
    for number in numbers:
        try:
            await run_walk(number, opened, reached, seed=chosen.seed, steps=chosen.steps)
        except WalkFailed as error:
            console.print(f"Broken {where}: {error}", style="bold red", markup=False)
            console.print(f"Next: {_COMMAND} --seed {chosen.seed} --steps {chosen.steps} --walk {number}")
            return 1
    console.print(f"{reached.walks} walks {where}, {reached.steps} steps, {time.monotonic() - began:.0f} s: all held")
    console.print("  faults: " + _listed(reached.faults()))
    console.print("  reached: " + _listed(dict(sorted(reached.counts.items()))))
    return 0


async def _sweep(console: Console, where: str, opened: StorageOpener, stride: int) -> int:
    """Crash at each *stride*-th call of each step of a purchase by every way to pay: 0 when all is well, else 1."""
    began, points, steps = time.monotonic(), dict[str, int](), Counter[str]()
    for method in METHODS:
        try:
            swept = await sweep(method, _shops(opened), stride)
        except SweepFailed as error:
            console.print(f"Broken {where}: {error}", style="bold red", markup=False)
            return 1
        points[method] = swept.points
        for (step, _), crashes in swept.hits.items():
            steps[step] += crashes
    total = f"{sum(points.values())} crash points of purchases and refunds {where}"
    console.print(f"{total}, {time.monotonic() - began:.0f} s: all held")
    console.print("  by way to pay: " + _listed(points))
    console.print("  by step: " + _listed(steps))
    return 0


def _shops(opened: StorageOpener) -> ShopOpener:
    """Shops with every way to pay, each over a storage of its own."""

    @asynccontextmanager
    async def opened_shop(hook: WalkHook) -> AsyncIterator[MixedShop]:
        async with opened() as storage, open_mixed_shop(hook, storage) as mixed:
            yield mixed

    return opened_shop


def _listed(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{name} {count}" for name, count in counts.items())


def _positive(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value)):
        raise argparse.ArgumentTypeError(f"a whole number from 1 is needed, not {value!r}")
    return int(value)


def _drop(*_: object) -> dict[str, object]:
    """The logs of a crashing shop aren't shown here."""
    raise structlog.DropEvent


if __name__ == "__main__":
    sys.exit(main())
