"""The schema of the database in use."""

from orbit_adapters.sql.migrate import migrate
from orbit_entry.config.database import DatabaseSettings


async def prepare_database(settings: DatabaseSettings, to: str = "head", *, down: bool = False) -> None:
    """Create the folder of the embedded database if it is missing, and migrate the schema to *to*."""
    if settings.database_url is None:
        # What lies in it opens the customers' keys: no other user of this machine may read it.
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    await migrate(settings.database, to, down=down)
