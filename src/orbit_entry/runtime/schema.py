"""The schema of the database in use."""

from orbit_adapters.sql.migrate import migrate, schema_state
from orbit_domain.storage import StorageBusy
from orbit_entry.config.database import DatabaseSettings


async def prepare_database(settings: DatabaseSettings, to: str = "head", *, down: bool = False) -> None:
    """Create the folder of the embedded database if it is missing, and migrate the schema to *to*.

    At nearly every start there is nothing to migrate, which one look shows.
    """
    if settings.database_url is None:
        # What lies in it opens the customers' keys: no other user of this machine may read it.
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (to, down) == ("head", False) and await _is_newest(settings.database):
        return
    await migrate(settings.database, to, down=down)


async def _is_newest(address: str) -> bool:
    try:
        found, newest = await schema_state(address)
    except StorageBusy:  # Another process migrates now, and `migrate` waits for it.
        return False
    return found == newest
