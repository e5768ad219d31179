"""`orbit panel list`, `show`, `test` and `explain`: what is recorded of panels, what they say, what is chosen."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx

from orbit_adapters.panel_plugin.sealed_settings import shown_document
from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_domain.access.panel_changes import NoSuchPanel
from orbit_domain.ids import PanelId
from orbit_domain.use_cases.list_panels import ListedPanel, ListPanels
from orbit_entry.commands.amounts import moment
from orbit_entry.commands.check_results import facts_of, show_results
from orbit_entry.commands.terminal import one_line, show, show_json, show_table
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.panels import check_panel
from orbit_entry.runtime.panel_families import panel_families
from orbit_entry.wiring.panel_admin import panel_admin_container

_COLUMNS = (
    "id", "kind", "name", "keys", "leaving", "to_be_removed", "state", "priority", "capacity", "regions",
    "excluded_nodes",
)  # fmt: skip
_EMPTY = (
    "No panel yet: keys can't be delivered.",
    "Next: set ORBIT_PANEL_URL and start the shop once, or: orbit panel add ID --kind marzban",
)


def list_panels(*, as_json: bool) -> int:
    """Print every panel. Raises StorageError."""
    settings = read_settings(Settings)
    panels = asyncio.run(_panels(settings))
    if as_json:
        show_json([_facts(panel, settings) for panel in panels])
    elif panels:
        show_table((name.replace("_", " ") for name in _COLUMNS), (_row(panel, settings) for panel in panels))
    else:
        show(*_EMPTY)
    return 0


def show_panel(panel_id: PanelId, *, as_json: bool) -> int:
    """Print all that is recorded of one panel, but no secret. Raises NoSuchPanel, StorageError."""
    settings = read_settings(Settings)
    panel = _only(asyncio.run(_panels(settings, panel_id)), panel_id)
    facts = _facts(panel, settings)
    if as_json:
        show_json(facts)
        return 0
    for name, value in facts.items():
        if name not in ("connection", "actions"):
            show(one_line(f"{name}: {_told(value)}"))
    for name, value in facts["connection"].items():
        show(one_line(f"connection {name}: {value}"))
    for action in facts["actions"]:
        show(one_line(f"{action['at']}  {action['action']} by {action['actor']}: {action['what']}"))
    return 0


def look_at_panel(panel_id: PanelId, *, as_json: bool) -> int:
    """Print what the doctor says of one panel. Returns 1 when anything is bad.

    Raises NoSuchPanel, StorageError, UnusablePanel.
    """
    settings = read_settings(Settings)
    results = asyncio.run(_test(settings, panel_id))
    ok = all(result.ok for result in results)
    if as_json:
        show_json({"ok": ok, "findings": [facts_of(result) for result in results]})
    else:
        show_results(results)
    return 0 if ok else 1


async def _test(settings: Settings, panel_id: PanelId) -> Sequence[Any]:
    families, connection = panel_families(settings), settings.first_panel
    if connection is None or connection.panel_id != panel_id:
        panel = _only(await _panels(settings, panel_id), panel_id)
        connection = families.configured(panel.record, panel.connection)
    async with httpx.AsyncClient() as http:
        return await check_panel(connection, "panel", families, SystemClock(), http)


async def _panels(settings: Settings, only: PanelId | None = None) -> tuple[ListedPanel, ...]:
    await require_schema(settings.database)
    container = panel_admin_container(settings, SystemClock())
    try:
        return await (await container.get(ListPanels))(only)
    finally:
        await container.close()


def _only(panels: tuple[ListedPanel, ...], panel_id: PanelId) -> ListedPanel:
    if not panels:
        raise NoSuchPanel(panel_id)
    return panels[0]


def _row(panel: ListedPanel, settings: Settings) -> tuple[str, ...]:
    facts = _facts(panel, settings)
    return tuple(_told(facts[name]) for name in _COLUMNS)


def _facts(panel: ListedPanel, settings: Settings) -> dict[str, Any]:
    record = panel.record
    is_first = settings.first_panel is not None and settings.first_panel.panel_id == record.id
    return {
        "id": record.id,
        "kind": record.kind,
        "name": record.name,
        "keys": panel.keys,
        "leaving": panel.duties.leaving,
        "to_be_removed": panel.duties.removing,
        "state": _state(panel, is_first=is_first),
        "priority": record.priority,
        "capacity": record.capacity,
        "regions": list(record.regions),
        "excluded_nodes": list(record.excluded_nodes),
        "draining": record.draining,
        "active": record.is_active,
        "connection": {"settings": "ORBIT_PANEL_URL"} if is_first else shown_document(panel.connection),
        "actions": [
            {"at": moment(one.at), "action": one.action, "actor": one.actor, "what": one.reason}
            for one in panel.actions
        ],
    }


def _state(panel: ListedPanel, *, is_first: bool) -> str:
    if not is_first and not panel.connection:
        return "not reachable: the settings name it no more"
    if not panel.record.is_active:
        return "off"
    if panel.record.evacuating:
        return "being emptied"
    return "draining" if panel.record.draining else "takes keys"


def _told(value: object) -> str:
    if value is None:
        return "no limit"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
