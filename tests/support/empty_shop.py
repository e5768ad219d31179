"""The SQLite file of an empty shop, migrated once a process: to migrate another one takes a quarter of a second."""

import asyncio
import atexit
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from orbit_adapters.sql.migrate import migrate

_made: list[Path] = []


async def put_empty_shop(file: Path) -> str:
    """Make *file* an empty shop's database; its address."""
    if not _made:
        folder = TemporaryDirectory(prefix="orbit-empty-shop-")
        atexit.register(folder.cleanup)
        template = Path(folder.name) / "orbit.db"
        await migrate(f"sqlite+aiosqlite:///{template}")
        _made.append(template)
    await asyncio.to_thread(shutil.copy, _made[0], file)
    return f"sqlite+aiosqlite:///{file}"
