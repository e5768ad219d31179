"""What a role that only keeps the shop may do in PostgreSQL: nothing that could unwrite the books."""

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import ProgrammingError

from orbit_adapters.sql.engine import database_url, open_engine
from orbit_adapters.sql.tables import metadata

APPEND_ONLY = ("audit", "grants", "ledger_entries", "ledger_postings", "receipts")


class PrivilegesRefused(ValueError):
    """The rights can't be given. The message says why."""


async def grant_privileges(address: str, role: str) -> None:
    """Let *role* read everything, add everywhere, and change rows that aren't append-only; and nothing else.

    What it had before in this schema is taken first. To be said again after a migration that makes tables, by the
    tables' owner. Raises PrivilegesRefused, UnusableDatabase.
    """
    if database_url(address).drivername.startswith("sqlite"):
        raise PrivilegesRefused("SQLite knows no roles: who can write the file can do everything")
    engine = open_engine(address)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_give, role)
    except ProgrammingError as error:
        raise PrivilegesRefused(str(error.orig).split(">: ")[-1]) from None
    finally:
        await engine.dispose()


def _give(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    there = set(inspect(connection).get_table_names())
    ours = sorted(there & metadata.tables.keys())
    for words in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "REVOKE ALL ON SCHEMA public FROM {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT INSERT ON {', '.join(ours)} TO {{role}}",
        f"GRANT UPDATE ON {', '.join(table for table in ours if table not in APPEND_ONLY)} TO {{role}}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ):
        # Sent as it is: a role may be called anything, and a colon in it is no parameter.
        connection.exec_driver_sql(words.format(role=quoted))
