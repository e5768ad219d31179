"""`orbit migrate`."""

import asyncio

from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.privileges import PrivilegesRefused, grant_privileges
from orbit_entry.commands.terminal import show
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.runtime.schema import prepare_database


def migrate_database(to: str, *, down: bool, role: str | None) -> int:
    """Migrate the schema, print its revision, and grant *role* its privileges. Returns 1 when these are refused."""
    settings = read_settings(DatabaseSettings)
    asyncio.run(prepare_database(settings, to, down=down))
    current, head = asyncio.run(schema_state(settings.database))
    show(f"The schema is at {current or 'nothing'}; this version's is {head}.")
    if role is None:
        return 0
    try:
        asyncio.run(grant_privileges(settings.database, role))
    except PrivilegesRefused as refused:
        show(f"No privileges were granted to {role}: {refused}.", error=True)
        return 1
    show(f"{role} can run the shop, and can't change ledger entries.")
    return 0
