"""`orbit panel add`, and `orbit panel set` where it changes how a panel is reached: looked at before it is stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from orbit_adapters.panel_plugin.plugin import PanelPlugin
from orbit_adapters.panel_plugin.sealed_settings import document_of
from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_domain.access.panel_changes import PanelExists
from orbit_domain.access.repository import PanelRecord
from orbit_domain.use_cases.add_panel import AddPanel
from orbit_domain.use_cases.list_panels import ListPanels
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.check_results import show_results
from orbit_entry.commands.panel_fields import asked, connection_of, given_secrets, missing_secrets, typed_fields
from orbit_entry.commands.terminal import show
from orbit_entry.config.panel import ConfiguredPanel
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.panels import check_panel
from orbit_entry.runtime.panel_families import PanelFamilies, panel_families
from orbit_entry.wiring.panel_admin import panel_admin_container


@dataclass(frozen=True, slots=True)
class TypedConnection:
    """What the owner has typed of a connection: `FIELD=VALUE`, and `FIELD=FILE` or `FIELD` of secrets."""

    fields: Sequence[str]
    secrets: Sequence[str]

    def values(self, family: PanelPlugin[Any]) -> dict[str, Any]:
        """The values by field. Raises BadParameter, CannotStart."""
        return typed_fields(family.settings, self.fields) | given_secrets(family.settings, self.secrets)


def add_panel(panel: PanelRecord, typed: TypedConnection, reason: str, *, even_so: bool) -> int:
    """Look at the panel, and record it when it is fit for use. Returns 1 when it isn't.

    Raises BadParameter, PanelExists, StorageError, CannotStart (no keys to seal with, no such family).
    """
    settings = read_settings(Settings)
    families = panel_families(settings)
    if settings.first_panel is not None and settings.first_panel.panel_id == panel.id:
        raise PanelExists(panel.id)
    family, box = families.family(panel.id, panel.kind), families.open_box()
    values = typed.values(family)
    # What is wrong besides is said before anybody types a password.
    values |= {name: asked(name) for name in missing_secrets(family.settings, values)}
    connection = ConfiguredPanel(panel.id, panel.kind, connection_of(family.settings, values))

    async def run() -> int:
        await require_schema(settings.database)
        container = panel_admin_container(settings, SystemClock())
        try:
            if await (await container.get(ListPanels))(panel.id):
                raise PanelExists(panel.id)
            if not await is_usable(connection, families) and not even_so:
                return 1
            document = document_of(connection.connection, panel.id, box)
            await (await container.get(AddPanel))(panel, document, f"cli:{this_actor()}", reason)
        finally:
            await container.close()
        show(f"The panel {panel.id} is added: a shop that runs takes it within seconds.", "Next: orbit panel list")
        return 0

    return asyncio.run(run())


async def is_usable(panel: ConfiguredPanel, families: PanelFamilies) -> bool:
    """Whether nothing is wrong with the panel, which is looked at and shown."""
    async with httpx.AsyncClient() as http:
        results = await check_panel(panel, "panel", families, SystemClock(), http)
    show_results(results)
    bad = [result for result in results if not result.ok]
    if bad:
        show(
            f"{len(bad)} of {len(results)} checks need attention.",
            "Next: mend them and give the same command again, or give it with --even-so.",
        )
    return not bad
