"""The whole shop for one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dishka import AsyncContainer

from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.base_currency import require_base_currency


@asynccontextmanager
async def whole_shop(settings: Settings) -> AsyncIterator[AsyncContainer]:
    """The container of a shop whose schema and currency are right. Raises CannotStart, StorageError."""
    # aiogram takes seconds to load: bad settings are reported before.
    from orbit_entry.wiring.container import shop_container

    await require_schema(settings.database)
    container = shop_container(settings, SystemClock())
    try:
        await require_base_currency(await container.get(ReadBaseCurrency), settings.base)
        yield container
    finally:
        await container.close()
