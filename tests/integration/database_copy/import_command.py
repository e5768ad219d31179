"""Runs the shipped `orbit import`."""

import asyncio
import subprocess
from pathlib import Path

from tests.integration.entry.command import orbit


async def run_import(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `orbit import` in *folder* with only *environment* set, while this process goes on to serve it."""
    return await asyncio.to_thread(orbit, folder, "import", *arguments, **environment)
