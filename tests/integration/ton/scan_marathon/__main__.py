"""`python -m tests.integration.ton.scan_marathon --transfers N`: read N simulated transfers from an index that lies.

The shop's own job reads and records them, on SQLite in memory. Printed are the lies by kind, how many were met as they
have to be, the transfers a second, and the sums of the ledger. What the transfers are: `history.py`.
"""

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import stamina
import structlog
from rich.console import Console

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from tests.integration.ton.scan_marathon.marathon import SEED, Marathon, ScanFailed
from tests.integration.ton.scan_marathon.outcome import Outcome, prove_outcome
from tests.integration.ton.scan_marathon.progress import ScanProgress
from tests.integration.ton.scan_marathon.tally import Tally

TRANSFERS = 20_000
PAGE_LIMIT = 1_000
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""A file system in memory, where there is one."""
_COMMAND = "python -m tests.integration.ton.scan_marathon"


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: every gap was noticed, nothing missed, nothing doubled; 1: something was; 2: wrong arguments.

    130: interrupted.
    """
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument(
        "--transfers", type=_positive, default=TRANSFERS, metavar="N", help=f"how many transfers ({TRANSFERS})"
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"the seed of transfers and lies ({SEED})")
    chosen = parser.parse_args(arguments)
    structlog.configure(processors=[_drop])
    try:
        return asyncio.run(_run(Console(), chosen.transfers, chosen.seed))
    except KeyboardInterrupt:
        return 130


async def _run(console: Console, transfers: int, seed: int) -> int:
    with TemporaryDirectory(dir=_MEMORY) as folder, stamina.set_testing(True, attempts=1):
        url = f"sqlite+aiosqlite:///{folder}/shop.db"
        await migrate(url)
        engine = open_engine(url)
        try:
            progress = ScanProgress(console, transfers)
            scan = Marathon(SqlStorage(engine, base=RUB), seed=seed, page_limit=PAGE_LIMIT, progressed=progress.show)
            began = time.monotonic()
            with progress:
                tally = await scan.run(transfers)
            outcome = await prove_outcome(engine, scan)
        except ScanFailed as error:
            console.print(f"Broken: {error}", style="bold red", markup=False, highlight=False, soft_wrap=True)
            console.print(f"Next: {_COMMAND} --transfers {transfers} --seed {seed}", highlight=False, soft_wrap=True)
            return 1
        finally:
            await engine.dispose()
    spent = Spent(time.monotonic() - began, time.process_time(), scan.answering_cpu_s)
    for line in report(tally, outcome, spent, where="memory" if _MEMORY else "a disk"):
        console.print(line, highlight=False, soft_wrap=True)
    return 0


@dataclass(frozen=True, slots=True)
class Spent:
    """What the whole process took, by the clock and of the processor, and what of that its simulated index took."""

    clock_s: float
    cpu_s: float
    index_cpu_s: float


def report(tally: Tally, outcome: Outcome, spent: Spent, where: str) -> list[str]:
    """What is printed at the end."""
    sums = ", ".join(f"{name} {units} {currency}" for (name, currency), units in outcome.accounts.items())
    return [
        *(f"{name}: {told} told, {tally.met[name]} met" for name, told in sorted(tally.told.items())),
        f"two readers at once: {tally.races}",
        f"{outcome.records} transactions recorded once each, {outcome.receipts} of them money; "
        f"{outcome.customers} customers paid {tally.requests} requests; the owner heard of {outcome.alarms} alarms",
        f"ledger: {sums}",
        f"{tally.per_second:.0f} transfers a second, {tally.per_cpu_second:.0f} a second of processor time, read and "
        f"booked on SQLite in {where}, spoiled readings included; without those {tally.honest_per_second:.0f} a second",
        f"processor time: {tally.spent_cpu_s:.1f} s to read and book, {spent.index_cpu_s:.1f} s for the index to "
        f"answer, {spent.cpu_s:.1f} s for everything, with start, simulation and proof",
        f"{tally.transfers} transfers in {tally.readings} readings, {spent.clock_s:.0f} s with the simulation: "
        "every gap noticed, nothing missed, nothing doubled",
    ]


def _positive(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value)):
        raise argparse.ArgumentTypeError(f"a whole number from 1 is needed, not {value!r}")
    return int(value)


def _drop(*_: object) -> dict[str, object]:
    """The logs of a shop that is lied to aren't shown here."""
    raise structlog.DropEvent


if __name__ == "__main__":
    sys.exit(main())
