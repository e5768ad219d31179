"""Runs the shipped `orbit import` in a process of its own."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path


async def run_import(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `orbit import` in *folder* with only *environment* set."""
    prefixes = ("ORBIT_", "BOT_", "DATABASE_", "ORBITVPN_")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(prefixes)}
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "orbit_entry", "import", *arguments],
        cwd=folder,
        env={**clean, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
