"""`python -m tests.integration.faults.crash_points --points N`: let the shop die N times on a PostgreSQL of its own."""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import structlog
from rich.console import Console

from orbit_adapters.sql.migrate import migrate
from tests.integration.faults.crash_points.campaign import SEED, Campaign, Tally
from tests.integration.faults.crash_points.journey import Broken
from tests.integration.faults.crash_points.progress import CampaignProgress
from tests.support.servers.databases import Databases
from tests.support.servers.opening import open_postgres
from tests.support.servers.server_discovery import NoServer

POINTS = 2_000
_COMMAND = "python -m tests.integration.faults.crash_points"


def main(arguments: list[str] | None = None) -> int:
    """0: nothing was lost and nothing doubled; 1: something was, or there is no server; 2: wrong arguments.

    130: it was interrupted, and what was passed until then is on the screen.
    """
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--points", type=_from_one, default=POINTS, metavar="N", help=f"so many deaths ({POINTS})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"what draws where they happen ({SEED})")
    parser.add_argument("--journey", type=_from_one, metavar="NUMBER", help="only this journey of the seed")
    chosen = parser.parse_args(arguments)
    structlog.configure(processors=[_unheard])
    try:
        return asyncio.run(_pass(chosen.points, chosen.seed, chosen.journey))
    except NoServer as none:
        print(none, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _pass(points: int, seed: int, journey: int | None) -> int:
    console = Console()
    async with open_postgres() as server:
        databases = Databases(server.url, migrate)
        async with databases.template() as template:
            display = CampaignProgress(console, points)
            campaign = Campaign(databases, template, seed=seed, progressed=display.show)
            lengths = await campaign.rehearse()
            if journey is not None:
                return await judged(console, seed, lambda: campaign.repeat(lengths, journey))

            async def shown() -> Tally:
                with display:
                    return await campaign.run(lengths, points)

            return await judged(console, seed, shown)


async def judged(console: Console, seed: int, campaign: Callable[[], Awaitable[Tally]]) -> int:
    """Await *campaign* and say what came of it: 0 when all is well, 1 with what repeats it when it isn't.

    Whole books that are wrong belong to no journey: then it is said which check failed, with its values.
    """
    began = time.monotonic()
    try:
        tally = await campaign()
    except Broken as broken:
        console.print(f"Broken: {broken}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        console.print(f"Next: {_COMMAND} --seed {seed} --journey {broken.plan.number}", highlight=False, soft_wrap=True)
        return 1
    except AssertionError:
        console.print_exception(show_locals=True)
        console.print(f"The whole books are wrong. Next: {_COMMAND} --seed {seed}", highlight=False, soft_wrap=True)
        return 1
    console.print(
        f"{tally.points} points in {tally.journeys} journeys with {tally.meetings} meetings on {tally.databases} "
        f"databases, {time.monotonic() - began:.0f} s: nothing lost, nothing doubled",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def _from_one(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value)):
        raise argparse.ArgumentTypeError(f"a whole number from 1 is wanted, not {value!r}")
    return int(value)


def _unheard(*_: object) -> dict[str, object]:
    """What the dying shop has to say isn't asked for here."""
    raise structlog.DropEvent


if __name__ == "__main__":
    sys.exit(main())
