"""The doctor's checks of the panels: of the settings and of the database."""

import asyncio
from collections.abc import Mapping, Sequence

import httpx

from orbit_adapters.panel_plugin.plugin import PanelTools
from orbit_adapters.panel_plugin.sealed_settings import sealed_texts
from orbit_adapters.secret_box.secret_box import BrokenSeal
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_entry.config.panel import ConfiguredPanel
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult, run_check
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.panel_families import PanelFamilies, UnusablePanel, panel_families

_UNREACHABLE = "check its address and that it is up"


async def check_panels(settings: Settings, clock: Clock, http: httpx.AsyncClient) -> Sequence[CheckResult]:
    """Return the results of each panel's own checks, and whether the stored secrets need an older key.

    Raises BadSettings for a package that can't be used.
    """
    families, first = panel_families(settings), settings.first_panel
    records, documents, unread = await _stored(settings)
    stored = [record for record in records if record.id in documents and (first is None or record.id != first.panel_id)]
    if first is None and not stored and not unread:
        return (CheckResult("panel", False, "none: no key can be delivered", "orbit panel add"),)
    checks = [] if first is None else [check_panel(first, "panel", families, clock, http)]
    checks += [_check_stored(one, documents[one.id], families, clock, http) for one in stored]
    results = [result for results in await asyncio.gather(*checks) for result in results]
    return (*results, *unread, *_check_seals({one.id: documents[one.id] for one in stored}, families))


async def check_panel(
    panel: ConfiguredPanel, about: str, families: PanelFamilies, clock: Clock, http: httpx.AsyncClient
) -> Sequence[CheckResult]:
    """Return the results of the panel's own checks, each named after *about*. Raises UnusablePanel."""
    family = families.family(panel.panel_id, panel.kind)
    tools = PanelTools(panel.panel_id, http, clock)

    async def check() -> Sequence[CheckResult]:
        seen = await family.check(panel.connection, tools)
        return [CheckResult(f"{about} {one.name}", one.ok, one.seen, one.remedy, one.is_warning) for one in seen]

    return await run_check(about, check, _UNREACHABLE)


async def _check_stored(
    panel: PanelRecord, document: ConnectionDocument, families: PanelFamilies, clock: Clock, http: httpx.AsyncClient
) -> Sequence[CheckResult]:
    about = f"panel {panel.id}"
    try:
        return await check_panel(families.configured(panel, document), about, families, clock, http)
    except UnusablePanel as error:
        return (CheckResult(about, False, error.why, error.next_step),)


def _check_seals(documents: Mapping[PanelId, ConnectionDocument], families: PanelFamilies) -> Sequence[CheckResult]:
    """Whether an older key is still needed. That one can't be opened is said of its panel."""
    sealed = [text for document in documents.values() for text in sealed_texts(document)]
    if not sealed:
        return ()
    try:
        older = sum(not families.open_box().is_current(text) for text in sealed)
    except (CannotStart, BrokenSeal):
        return ()
    if older:
        seen = f"stored secrets: {len(sealed)}, sealed with an older key: {older}"
        return (CheckResult("secret keys", True, seen, "orbit secrets reseal", is_warning=True),)
    return (CheckResult("secret keys", True, f"stored secrets: {len(sealed)}, sealed with the first key"),)


async def _stored(
    settings: Settings,
) -> tuple[Sequence[PanelRecord], Mapping[PanelId, ConnectionDocument], Sequence[CheckResult]]:
    """The panels of the database and their connections, or one bad result when it can't be read."""
    records: Sequence[PanelRecord] = ()
    documents: Mapping[PanelId, ConnectionDocument] = {}

    async def read() -> Sequence[CheckResult]:
        nonlocal records, documents
        current, head = await schema_state(settings.database)
        if current != head:
            return ()  # The check of the database says so.
        engine = open_engine(settings.database)
        try:
            async with SqlStorage(engine, base=settings.base).transaction() as tx:
                records, documents = await tx.panels.all(), await tx.panel_connections.all()
        finally:
            await engine.dispose()
        return ()

    unread = await run_check("panels of the database", read, "check DATABASE_URL and that the server is up")
    return records, documents, unread
