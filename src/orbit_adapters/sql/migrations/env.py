"""Runs migrations on the connection that `orbit_adapters.sql.migrate` passes in.

To generate a new migration, run alembic itself with the database's URL:
`alembic -x url=sqlite+aiosqlite:////tmp/new.db revision --autogenerate`.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection

from orbit_adapters.sql.engine import UnusableDatabase, open_engine
from orbit_adapters.sql.indexes import schema


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=schema,
        # SQLite can't ALTER most things: alembic copies the table instead.
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _connect_and_run() -> None:
    address = context.get_x_argument(as_dictionary=True).get("url")
    if not address:
        raise UnusableDatabase("say which database: alembic -x url=sqlite+aiosqlite:////tmp/new.db ...")
    engine = open_engine(address)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


_given = context.config.attributes.get("connection")
if _given is not None:
    _run(_given)
else:
    asyncio.run(_connect_and_run())
