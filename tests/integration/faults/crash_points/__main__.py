"""`python -m tests.integration.faults.crash_points --points N`: crash the shop N times on a PostgreSQL of its own."""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import structlog
from rich.console import Console

from orbit_adapters.sql.migrate import migrate
from tests.integration.faults.crash_points.campaign import SEED, Campaign, Tally
from tests.integration.faults.crash_points.journey import JourneyFailed
from tests.integration.faults.crash_points.progress import CampaignProgress
from tests.support.servers.databases import Databases
from tests.support.servers.opening import open_postgres
from tests.support.servers.server_discovery import NoServer

POINTS = 2_000
_COMMAND = "python -m tests.integration.faults.crash_points"


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: nothing was lost and nothing doubled; 1: something was, or there is no server; 2: wrong arguments.

    130: interrupted; what was passed until then is on the screen.
    """
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--points", type=_positive, default=POINTS, metavar="N", help=f"how many crashes ({POINTS})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"the seed of where they happen ({SEED})")
    parser.add_argument("--journey", type=_positive, metavar="NUMBER", help="only this journey of the seed")
    chosen = parser.parse_args(arguments)
    structlog.configure(processors=[_drop])
    try:
        return asyncio.run(_run(chosen.points, chosen.seed, chosen.journey))
    except NoServer as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _run(points: int, seed: int, journey: int | None) -> int:
    console = Console()
    async with (
        open_postgres() as server,
        Databases(server.url, migrate) as databases,
        databases.template() as template,
    ):
        progress = CampaignProgress(console, points)
        campaign = Campaign(databases, template, seed=seed, progressed=progress.show)
        lengths = await campaign.rehearse()
        if journey is not None:
            return await run_and_report(console, seed, lambda: campaign.repeat(lengths, journey))

        async def shown() -> Tally:
            with progress:
                return await campaign.run(lengths, points)

        return await run_and_report(console, seed, shown)


async def run_and_report(console: Console, seed: int, campaign: Callable[[], Awaitable[Tally]]) -> int:
    """Await *campaign* and print its result: 0 when all is well, else 1 and the command that repeats it.

    An error in the whole ledger belongs to no journey: then the check that failed is printed, with its values.
    """
    began = time.monotonic()
    try:
        tally = await campaign()
    except JourneyFailed as error:
        console.print(f"Broken: {error}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        console.print(f"Next: {_COMMAND} --seed {seed} --journey {error.plan.number}", highlight=False, soft_wrap=True)
        return 1
    except AssertionError:
        console.print_exception(show_locals=True)
        console.print(f"The whole ledger is wrong. Next: {_COMMAND} --seed {seed}", highlight=False, soft_wrap=True)
        return 1
    console.print(
        f"{tally.points} points in {tally.journeys} journeys with {tally.meetings} meetings on {tally.databases} "
        f"databases, {time.monotonic() - began:.0f} s: nothing lost, nothing doubled",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def _positive(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value)):
        raise argparse.ArgumentTypeError(f"a whole number from 1 is needed, not {value!r}")
    return int(value)


def _drop(*_: object) -> dict[str, object]:
    """The logs of a crashing shop aren't shown here."""
    raise structlog.DropEvent


if __name__ == "__main__":
    sys.exit(main())
