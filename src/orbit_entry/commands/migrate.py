"""`orbit migrate`."""

import asyncio

from rich.console import Console

from orbit_adapters.sql.migrate import migrate, schema_state
from orbit_adapters.sql.rights import RightsRefused, give_rights
from orbit_entry.books_settings import BooksSettings
from orbit_entry.reading_settings import read_settings


def migrate_books(to: str, *, down: bool, role: str | None) -> int:
    """Move the schema and say where it stands; give *role* its rights. 1 when that is refused."""
    settings = read_settings(BooksSettings)
    asyncio.run(prepare_books(settings, to, down=down))
    current, head = asyncio.run(schema_state(settings.database))
    Console().print(f"The schema is at {current or 'nothing'}; this version's is {head}.")
    if role is None:
        return 0
    try:
        asyncio.run(give_rights(settings.database, role))
    except RightsRefused as refused:
        Console(stderr=True).print(f"{role} was given no rights: {refused}.", markup=False, highlight=False)
        return 1
    Console().print(f"{role} may keep the shop, and can't change what is booked.", markup=False, highlight=False)
    return 0


async def prepare_books(settings: BooksSettings, to: str = "head", *, down: bool = False) -> None:
    """Make the folder of the embedded database if need be, and bring the schema to *to*."""
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    await migrate(settings.database, to, down=down)
