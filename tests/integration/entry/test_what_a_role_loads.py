"""A running process loads what its roles and its settings need, and no more."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from orbit_entry.config.process import ALL_ROLES, WEB_ONLY, ProcessRoles
from tests.integration.entry.command import UNREACHABLE, clean
from tests.support.empty_shop import put_empty_shop

# Starts, and stops as soon as it is ready.
START = """
import gc, sys
from orbit_entry.commands import run
from orbit_entry.config.process import ProcessRole

run.stop_on_signals = lambda stop: stop.set()
run.run_shop(frozenset(ProcessRole(role) for role in sys.argv[1:]))
types = sys.modules.get("aiogram.types")
print(gc.isenabled(), gc.get_freeze_count() > 100_000, types is not None and types.Poll.__pydantic_complete__)
print(*{name.partition(".")[0] for name in sys.modules})
"""
UNUSED = {
    *{"alembic", "asyncpg", "fastapi", "matplotlib", "numpy", "redis", "taskiq"},
    *{"opentelemetry", "prometheus_client", "sentry_sdk"},
}
"""By a shop on SQLite without Redis, whose schema is the newest, and that is watched by nothing."""
ROLES = ((ALL_ROLES, frozenset[str]()), (WEB_ONLY, frozenset({"aiogram", "aiohttp"})))


@pytest.mark.parametrize(
    ("roles", "more"), [(ALL_ROLES, frozenset()), (WEB_ONLY, {"aiogram", "aiohttp"})], ids=["run", "web"]
)
async def test_a_process_loads_what_it_needs(tmp_path: Path, roles: ProcessRoles, more: frozenset[str]) -> None:
    """Also with Stars among its ways to pay. What it has loaded is set aside for the collector, which goes on."""
    database = await put_empty_shop(tmp_path / "orbit.db")
    given = clean({**UNREACHABLE, "ORBIT_STARS_PRICE": "1.5", "DATABASE_URL": database})
    command = [sys.executable, "-c", START, *roles]
    environment = {**given, "PYTHONPATH": ":".join(sys.path)}
    options = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}
    done = await asyncio.to_thread(subprocess.run, command, **options)
    assert done.returncode == 0, done.stderr
    collector, loaded = done.stdout.splitlines()
    assert set(loaded.split()) & (UNUSED | more) == set()
    assert collector == "True True False"
