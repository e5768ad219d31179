"""Whether a database has the schema that this version of Orbit was written for."""

from alembic.script import ScriptDirectory

from orbit_adapters.sql.errors import Doing, translate_errors
from orbit_adapters.sql.migrate import alembic_config, schema_state


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
    """Look at the database at *address*, change nothing. Raises SchemaError, StorageError, UnusableDatabase.

    To be called before a process opens its doors: a version that works on another's tables could record nonsense.
    """
    with translate_errors(Doing.CONNECT):
        found, needed = await schema_state(address)
    if found == needed:
        return
    if found is None or found in _known():
        raise SchemaError(found, needed, "orbit migrate")
    raise SchemaError(
        found,
        needed,
        f"a newer version of Orbit made this database. Start that one, or let it go back first: "
        f"orbit migrate --to {needed} --down",
    )


def _known() -> set[str]:
    """Every revision that this version has a migration for."""
    return {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
