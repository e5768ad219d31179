"""`python -m benchmarks [name] [--small] [--json]`: measure everything, or one thing."""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module

import structlog

from benchmarks.figures import Figure, table
from tests.support.servers.server_discovery import NoServer

# Modules with a TITLE and `async def measure(*, small) -> list[Figure]`. They are imported on demand:
# the processes that `claims` starts import this module again, and don't need the bot's libraries.
BENCHMARKS = (
    "echo", "hot_path", "cache", "claims", "stats", "dust", "placement", "sweep", "load", "links",
    "growth", "catching_up", "home_meanwhile", "purchases", "scan", "backups",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Measure and print, with the commit and the machine's load; exit 1 when a benchmark has no server to run on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHMARKS, help="measure only this")
    parser.add_argument("--small", action="store_true", help="tiny sizes, to see that everything works")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    chosen = parser.parse_args(arguments)
    commit = commit_of_the_tree()
    if not chosen.json:
        print(f"commit {commit or 'unknown'}, {os.cpu_count()} cores, Python {platform.python_version()}", end="\n\n")
    try:
        with _logs_to_stderr():
            found = {name: _measured(name, chosen) for name in ([chosen.name] if chosen.name else BENCHMARKS)}
    except NoServer as error:
        print(error, file=sys.stderr)
        return 1
    if chosen.json:
        print(json.dumps({"commit": commit, **document(found, small=chosen.small)}, ensure_ascii=False, indent=2))
    return 0


def commit_of_the_tree() -> str | None:
    """The commit that is measured, and whether files differ from it; None without git."""
    try:
        hash_and_state = [
            subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
            for command in (["git", "rev-parse", "--short", "HEAD"], ["git", "status", "--porcelain"])
        ]
    except (OSError, subprocess.CalledProcessError):
        return None
    return hash_and_state[0] + (" with changes on top" if hash_and_state[1] else "")


def _measured(name: str, chosen: argparse.Namespace) -> list[Figure]:
    benchmark = import_module(f"benchmarks.{name}")
    load_before = os.getloadavg()[0]
    figures: list[Figure] = asyncio.run(benchmark.measure(small=chosen.small))
    figures += [Figure("load at the start", load_before, ""), Figure("load at the end", os.getloadavg()[0], "")]
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
            name: [{key: value for key, value in asdict(one).items() if value is not None} for one in figures]
            for name, figures in found.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
