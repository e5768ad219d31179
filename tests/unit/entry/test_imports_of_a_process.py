"""A process loads what it needs, and no more: each library costs start-up time and memory."""

import subprocess
import sys

import pytest

HEAVY = frozenset({
    "aiogram", "aiohttp", "aiosqlite", "alembic", "asyncpg", "babel", "dishka", "fastapi", "fluent", "httpx",
    "matplotlib", "pydantic", "redis", "sqlalchemy", "starlette", "taskiq", "uvicorn",
})  # fmt: skip


@pytest.mark.parametrize(("module", "allowed"), [("orbit_entry.cli", frozenset[str]())])
def test_what_is_loaded(module: str, allowed: frozenset[str]) -> None:
    """`orbit --help` loads none of the libraries that the shop runs on."""
    code = f"import sys, {module}; print(*sys.modules)"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & HEAVY <= allowed
