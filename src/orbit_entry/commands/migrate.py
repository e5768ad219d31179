"""`orbit migrate`."""

import asyncio
import sys

import typer

from orbit_adapters.sql.lost_data import DataWouldBeLost
from orbit_adapters.sql.migrate import migrate, schema_state
from orbit_adapters.sql.privileges import PrivilegesRefused, grant_privileges
from orbit_entry.commands.terminal import show
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.runtime.schema import prepare_database


def migrate_database(to: str, *, down: bool, confirmed: bool, role: str | None) -> int:
    """Migrate the schema, print its revision, and grant *role* its privileges.

    Returns 1 when these are refused, and when going down would delete data that the owner wants to keep.
    """
    settings = read_settings(DatabaseSettings)
    if not down:
        asyncio.run(prepare_database(settings, to))
    elif not _went_down(settings.database, to, confirmed):
        return 1
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


def _went_down(address: str, to: str, confirmed: bool) -> bool:
    """Whether the schema was downgraded. Before data is deleted the owner is asked, unless that is *confirmed*."""
    try:
        asyncio.run(migrate(address, to, down=True, keep_data=not confirmed))
    except DataWouldBeLost as lost:
        if not _agrees(f"Going down deletes {lost}"):
            return False
        asyncio.run(migrate(address, to, down=True))
    return True


def _agrees(what: str) -> bool:
    next_step = "back up the database, then the same command with --yes."
    if not sys.stdin.isatty():
        show(f"{what}; nothing was changed.", f"Next: {next_step}", error=True)
        return False
    show(f"{what}. Only a backup brings that back.", error=True)
    if typer.confirm("Delete it?", default=False, err=True):
        return True
    show("Nothing was changed.", f"Next: {next_step}", error=True)
    return False
