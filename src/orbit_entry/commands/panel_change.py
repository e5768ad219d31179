"""`orbit panel set`, `drain` and `undrain`, and what all commands share that change what is recorded of a panel."""

import asyncio
from collections.abc import Awaitable, Callable

from dishka import AsyncContainer

from orbit_adapters.panel_plugin.sealed_settings import document_of, sealed_texts
from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_domain.access.panel_changes import NoSuchPanel, PanelEdit
from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.ids import PanelId
from orbit_domain.use_cases.change_panel import ChangePanel
from orbit_domain.use_cases.list_panels import ListPanels
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.panel_add import TypedConnection, is_usable
from orbit_entry.commands.panel_fields import connection_of
from orbit_entry.commands.terminal import show
from orbit_entry.config.panel import ConfiguredPanel
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.panel_families import panel_families
from orbit_entry.wiring.panel_admin import panel_admin_container


def set_panel(panel_id: PanelId, changes: PanelEdit, typed: TypedConnection, reason: str, *, even_so: bool) -> int:
    """Change what is recorded of the panel, and how it is reached, which is looked at first. Returns 1 if that is bad.

    Raises NoSuchPanel, BadParameter, StorageError, CannotStart (its connection is in the settings, or can't be read).
    """
    settings = read_settings(Settings)

    async def run(container: AsyncContainer) -> int:
        document: ConnectionDocument | None = None
        if typed.fields or typed.secrets:
            found = await _connection(container, settings, panel_id, typed)
            if not await is_usable(found, panel_families(settings)) and not even_so:
                return 1
            document = document_of(found.connection, panel_id, panel_families(settings).open_box())
        change = await container.get(ChangePanel)
        await change(panel_id, changes, f"cli:{this_actor()}", reason, document)
        show(f"The panel {panel_id} is changed.", f"Next: orbit panel show {panel_id}")
        return 0

    return asyncio.run(with_shop(settings, run))


def drain_panel(panel_id: PanelId, reason: str, *, draining: bool) -> int:
    """Place no new key on the panel, or place keys there again. Raises NoSuchPanel, StorageError."""

    async def run(container: AsyncContainer) -> int:
        change = await container.get(ChangePanel)
        await change(panel_id, PanelEdit(draining=draining), f"cli:{this_actor()}", reason)
        if draining:
            show(
                f"The panel {panel_id} gets no new keys. Those that live there work on, and are renewed there.",
                f"Next: orbit panel evacuate {panel_id}, if they are to go too",
            )
        else:
            show(
                f"The panel {panel_id} gets new keys again.",
                "Next: orbit panel rebalance, if it is to get a share of those that are elsewhere",
            )
        return 0

    return asyncio.run(with_shop(read_settings(Settings), run))


async def _connection(
    container: AsyncContainer, settings: Settings, panel_id: PanelId, typed: TypedConnection
) -> ConfiguredPanel:
    """How the panel is reached after what was typed. Secrets that weren't given stay."""
    refuse_first(settings, panel_id, "change ORBIT_PANEL_URL and its companions there, and start again")
    found = await (await container.get(ListPanels))(panel_id)
    if not found:
        raise NoSuchPanel(panel_id)
    (panel,), families = found, panel_families(settings)
    family = families.family(panel_id, panel.record.kind)
    values = typed.values(family)
    sealed = {name for name, value in panel.connection.items() if any(sealed_texts(value))}
    if sealed - values.keys():
        before = families.configured(panel.record, panel.connection).connection
        values = {name: getattr(before, name) for name in before.model_fields_set} | values
    else:  # Every secret is given anew: it doesn't matter whether the old ones can be opened.
        values = {name: value for name, value in panel.connection.items() if name not in sealed} | values
    return ConfiguredPanel(panel_id, panel.record.kind, connection_of(family.settings, values))


def refuse_first(settings: Settings, panel_id: PanelId, next_step: str) -> None:
    """The settings go before the database, so a change there would do nothing. Raises CannotStart."""
    if settings.first_panel is not None and settings.first_panel.panel_id == panel_id:
        raise CannotStart(f"The panel {panel_id} is the one that the settings name.", next_step)


async def with_shop(settings: Settings, run: Callable[[AsyncContainer], Awaitable[int]]) -> int:
    """What *run* returns, over a container of the use cases that need the database alone. Raises StorageError."""
    await require_schema(settings.database)
    container = panel_admin_container(settings, SystemClock())
    try:
        return await run(container)
    finally:
        await container.close()
