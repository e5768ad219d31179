"""`python -m tests.integration.all_gateways --walks N`: N walks in memory and N/5 on a PostgreSQL of its own.

Between them a process crashes in purchases by each way to pay: at each call from 600 walks on, else at fewer.
"""

import argparse
import asyncio
import sys
import time

import structlog
from rich.console import Console

from orbit_adapters.sql.migrate import migrate
from tests.integration.all_gateways.crash_sweep import SweepFailed, Swept, calls_of, crash_at
from tests.integration.all_gateways.mixed_shop import open_mixed_shop
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
"""So many walks in memory there are for each one on PostgreSQL."""
_WALKS_FOR_EVERY_CALL = 600


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: nothing was lost, doubled or told wrongly; 1: something was, or no server; 130: interrupted."""
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--walks", type=_positive, default=WALKS, metavar="N", help=f"how many walks ({WALKS})")
    parser.add_argument("--steps", type=_positive, default=STEPS, metavar="N", help=f"steps of each ({STEPS})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"the seed of all steps ({SEED})")
    parser.add_argument("--walk", type=_positive, metavar="NUMBER", help="only this walk of the seed, in memory")
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
    ends = [await _walk(console, "in memory", in_memory, range(1, chosen.walks + 1), chosen)]
    ends.append(await _sweep(console, max(1, _WALKS_FOR_EVERY_CALL // chosen.walks)))
    async with (
        open_postgres() as server,
        Databases(server.url, migrate) as databases,
        databases.template() as template,
    ):
        opened = on_postgres(databases, template)
        ends.append(await _walk(console, "on PostgreSQL", opened, range(1, 1 + -(-chosen.walks // _ONE_IN)), chosen))
    return max(ends)


async def _walk(console: Console, where: str, opened: StorageOpener, numbers: range, chosen: argparse.Namespace) -> int:
    """Go through all *numbers* and print what was reached: 0 when all is well, else 1."""
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


async def _sweep(console: Console, stride: int) -> int:
    """Crash at each *stride*-th call of a purchase by every way to pay, in memory: 0 when all is well, else 1."""
    swept, began = Swept(), time.monotonic()
    async with in_memory() as storage, open_mixed_shop(WalkHook(), storage) as mixed:
        methods = [way.method for way in mixed.ways]
    for method in methods:
        try:
            for fatal in range(1, await calls_of(method, in_memory) + 1, stride):
                await crash_at(method, (fatal,), in_memory, swept)
        except SweepFailed as error:
            console.print(f"Broken in memory: {error}", style="bold red", markup=False)
            return 1
    points = f"{swept.points.total()} crash points of purchases and refunds"
    console.print(f"{points}, {time.monotonic() - began:.0f} s: all held")
    console.print("  by way to pay: " + _listed(dict(swept.points)))
    return 0


def _listed(counts: dict[str, int]) -> str:
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
