"""`orbit migrate`."""

import asyncio

from rich.console import Console

from orbit_adapters.sql.migrate import migrate, schema_state
from orbit_entry.books_settings import BooksSettings
from orbit_entry.reading_settings import read_settings


def migrate_books(to: str, *, down: bool) -> int:
    """Move the schema and say where it stands."""
    settings = read_settings(BooksSettings)
    asyncio.run(prepare_books(settings, to, down=down))
    current, head = asyncio.run(schema_state(settings.database))
    Console().print(f"The schema is at {current or 'nothing'}; this version's is {head}.")
    return 0


async def prepare_books(settings: BooksSettings, to: str = "head", *, down: bool = False) -> None:
    """Make the folder of the embedded database if need be, and bring the schema to *to*."""
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    await migrate(settings.database, to, down=down)
