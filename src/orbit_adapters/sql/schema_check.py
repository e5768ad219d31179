"""Checks that a database has the schema that this version of Orbit needs."""

from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.migrate import revisions, schema_state


class SchemaError(Exception):
    """The database has another schema than this version needs. The message says what to do.

    *found* is its revision, None when it has no tables; *needed* is this version's.
    """

    def __init__(self, found: str | None, needed: str, remedy: str) -> None:
        self.found = found
        self.needed = needed
        super().__init__(
            f"The database's schema is at {found or 'nothing'}, and this version of Orbit needs {needed}. "
            f"Nothing was changed.\nNext: {remedy}"
        )


async def require_schema(address: str) -> None:
    """Check the database at *address* and change nothing. Raises SchemaError, StorageError, UnusableDatabase.

    Call it before a process starts to serve: a version on another version's tables could write invalid rows.
    """
    with translate_errors(Operation.CONNECT):
        found, needed = await schema_state(address)
    if found == needed:
        return
    if found is None or found in revisions():
        raise SchemaError(found, needed, "orbit migrate")
    raise SchemaError(
        found,
        needed,
        f"a newer version of Orbit made this database. Start that version, or downgrade the database with it first: "
        f"orbit migrate --to {needed} --down",
    )
