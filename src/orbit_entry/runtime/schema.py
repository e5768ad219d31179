"""The database made ready before anything reads it."""

from orbit_adapters.sql.migrate import migrate
from orbit_entry.config.database import DatabaseSettings


async def prepare_database(settings: DatabaseSettings, to: str = "head", *, down: bool = False) -> None:
    """Make the folder of the embedded database if need be, and bring the schema to *to*."""
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    await migrate(settings.database, to, down=down)
