"""Who is connected to a PostgreSQL database."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.backup.refused import BackupRefused
from orbit_domain.backup.backup import BackupProblem

_CONNECTED = (
    "SELECT usename AS role, host(client_addr) AS host, COUNT(*) AS number FROM pg_stat_activity "
    "WHERE datname = ANY(:names) AND pid <> pg_backend_pid() AND usename IS NOT NULL "
    "GROUP BY usename, host(client_addr) ORDER BY 1, 2"
)


async def connections_to(connection: AsyncConnection, names: Sequence[str]) -> tuple[str, ...]:
    """A line for each role and machine that is connected to one of the databases *names*, but for *connection*.

    The server's own workers have no role; a change of the name ends them.
    """
    return tuple(
        f"{row.number} of {row.role} from {row.host or 'this server'}"
        for row in await connection.execute(text(_CONNECTED), {"names": list(names)})
    )


async def require_no_connections(connection: AsyncConnection, *names: str) -> None:
    """Raise BackupRefused when anybody else is connected to one of the databases *names*."""
    found = await connections_to(connection, names)
    if found:
        what = f"The shop runs: its database has connections, {'; '.join(found)}."
        raise BackupRefused(BackupProblem.RUNNING, what, "stop the shop, and each program that is connected")
