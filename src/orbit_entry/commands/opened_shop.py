"""The whole shop for one command of its owner, and the ids that they type."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from dishka import AsyncContainer

from orbit_adapters.system.clock import SystemClock
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency
from orbit_entry.commands.terminal import show
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.base_currency import require_base_currency


def typed_id(text: str, next_step: str) -> UUID | None:
    """The id that was typed; None for anything else, which is told."""
    try:
        return UUID(text)
    except ValueError:
        show("Refused: that isn't an id.", f"Next: {next_step}", error=True)
        return None


@asynccontextmanager
async def opened_shop(settings: Settings) -> AsyncIterator[AsyncContainer]:
    """The container of every use case. Raises CannotStart when the records are in another currency."""
    # aiogram takes seconds to load: bad settings are reported before.
    from orbit_entry.wiring.container import shop_container

    container = shop_container(settings, SystemClock())
    try:
        await require_base_currency(await container.get(ReadBaseCurrency), settings.base)
        yield container
    finally:
        await container.close()
