"""`python -m benchmarks [name] [--small] [--json]`: measure everything, or one thing."""

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import structlog

from benchmarks.figures import Figure, table
from tests.support.servers.server_discovery import NoServer

# Modules with a TITLE and `async def measure(*, small) -> list[Figure]`. They are imported on demand:
# the processes that `claims` starts import this module again, and don't need the bot's libraries.
BENCHMARKS = ("echo", "hot_path", "cache", "claims", "stats", "dust", "placement", "sweep", "load", "links")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; exit 1 when a benchmark has no server to run on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHMARKS, help="measure only this")
    parser.add_argument("--small", action="store_true", help="tiny sizes, to see that everything works")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    chosen = parser.parse_args(arguments)
    try:
        with _logs_to_stderr():
            found = {name: _measured(name, chosen) for name in ([chosen.name] if chosen.name else BENCHMARKS)}
    except NoServer as error:
        print(error, file=sys.stderr)
        return 1
    if chosen.json:
        print(json.dumps(document(found, small=chosen.small), ensure_ascii=False, indent=2))
    return 0


def _measured(name: str, chosen: argparse.Namespace) -> list[Figure]:
    benchmark = import_module(f"benchmarks.{name}")
    figures: list[Figure] = asyncio.run(benchmark.measure(small=chosen.small))
    if not chosen.json:
        print(table(benchmark.TITLE, figures), end="\n\n", flush=True)
    return figures


@contextmanager
def _logs_to_stderr() -> Iterator[None]:
    """Write the shop's logs to stderr, so that stdout holds only the figures."""
    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        yield
    finally:
        structlog.configure(**before)


def document(found: dict[str, list[Figure]], *, small: bool) -> dict[str, object]:
    """The figures and the machine as one JSON document."""
    return {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "small": small,
        "figures": {
            name: [{"name": one.name, "value": one.value, "unit": one.unit} for one in figures]
            for name, figures in found.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
