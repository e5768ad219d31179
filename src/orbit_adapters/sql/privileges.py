"""The privileges of the shop's role in PostgreSQL: it can't change or delete ledger rows."""

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import ProgrammingError

from orbit_adapters.sql.engine import database_url, open_engine
from orbit_adapters.sql.tables import metadata

APPEND_ONLY = ("audit", "grants", "ledger_entries", "ledger_postings", "receipts")


class PrivilegesRefused(ValueError):
    """The privileges can't be granted. The message says why."""


async def grant_privileges(address: str, role: str) -> None:
    """Let *role* read everything, add everywhere, and change rows that aren't append-only; and nothing else.

    Its earlier privileges in this schema are revoked first. The tables' owner must call it again after a migration
    that creates tables. Raises PrivilegesRefused, UnusableDatabase.
    """
    if database_url(address).drivername.startswith("sqlite"):
        raise PrivilegesRefused("SQLite knows no roles: every process that can write the file can do everything")
    engine = open_engine(address)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_grant, role)
    except ProgrammingError as error:
        raise PrivilegesRefused(str(error.orig).split(">: ")[-1]) from None
    finally:
        await engine.dispose()


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    there = set(inspect(connection).get_table_names())
    ours = sorted(there & metadata.tables.keys())
    for statement in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "REVOKE ALL ON SCHEMA public FROM {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT INSERT ON {', '.join(ours)} TO {{role}}",
        f"GRANT UPDATE ON {', '.join(table for table in ours if table not in APPEND_ONLY)} TO {{role}}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ):
        # Sent without parsing: a colon in the role's name is no parameter.
        connection.exec_driver_sql(statement.format(role=quoted))
