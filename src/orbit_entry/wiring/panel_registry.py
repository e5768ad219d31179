"""The panels of the settings and of the database, opened, as the port `Panels`."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

import structlog

from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.access.ports import VpnPanel
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.storage import Storage
from orbit_entry.runtime.panel_families import UnusablePanel

RETIRED_FOR_S = 120
"""A panel that was removed is closed so long after: calls to it may still be under way."""

log = structlog.get_logger()


class PanelOpener(Protocol):
    """Opens one panel; *stack* closes it."""

    async def __call__(self, panel: PanelRecord, document: ConnectionDocument, stack: AsyncExitStack) -> VpnPanel:
        """The panel that *document* leads to. Raises UnusablePanel."""


@dataclass(frozen=True, slots=True)
class _Opened:
    kind: str
    document: ConnectionDocument
    panel: VpnPanel
    stack: AsyncExitStack


class PanelRegistry:
    """The port `Panels`: *first*, which the settings name, and those that the last `refresh` has found."""

    def __init__(self, first: VpnPanel | None, storage: Storage, open_panel: PanelOpener) -> None:
        self._first = first
        self._storage = storage
        self._open_panel = open_panel
        self._opened: dict[PanelId, _Opened] = {}
        self._retired: list[tuple[float, AsyncExitStack]] = []
        self._reported: dict[PanelId, str] = {}

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        """The panel of that id, if it is configured here."""
        if self._first is not None and self._first.panel_id == panel_id:
            return self._first
        opened = self._opened.get(panel_id)
        return opened.panel if opened is not None else None

    def all(self) -> tuple[VpnPanel, ...]:
        """Every panel: the first one, then the others by priority and id."""
        first = () if self._first is None else (self._first,)
        return (*first, *(opened.panel for opened in self._opened.values()))

    async def refresh(self) -> tuple[UnusablePanel, ...]:
        """Open what the database has anew, and let go what it hasn't any more; no panel is called.

        Returns those that can't be opened; the others are in use. Raises StorageError, and changes nothing then.
        """
        async with self._storage.transaction() as tx:
            records, documents = await tx.panels.all(), await tx.panel_connections.all()
        first = None if self._first is None else self._first.panel_id
        wanted = [record for record in records if record.id in documents and record.id != first]
        opened: dict[PanelId, _Opened] = {}
        unusable: dict[PanelId, UnusablePanel] = {}
        for record in wanted:
            try:
                opened[record.id] = await self._kept_or_opened(record, documents)
            except UnusablePanel as error:
                unusable[record.id] = error
        await self._put_in_use(opened)
        self._report(unusable)
        return tuple(unusable.values())

    async def close(self) -> None:
        """Close every panel. Nothing may be called afterwards."""
        stacks = [opened.stack for opened in self._opened.values()] + [stack for _, stack in self._retired]
        self._opened, self._retired = {}, []
        for stack in stacks:
            await _closed(stack)

    async def _kept_or_opened(self, record: PanelRecord, documents: Mapping[PanelId, ConnectionDocument]) -> _Opened:
        document, before = documents[record.id], self._opened.get(record.id)
        if before is not None and (before.kind, before.document) == (record.kind, document):
            return before
        stack = AsyncExitStack()
        panel = await self._open_panel(record, document, stack)
        return _Opened(record.kind, document, panel, stack)

    async def _put_in_use(self, opened: dict[PanelId, _Opened]) -> None:
        now, kept = asyncio.get_running_loop().time(), {id(one) for one in opened.values()}
        self._retired += [(now, one.stack) for one in self._opened.values() if id(one) not in kept]
        self._opened = opened
        while self._retired and self._retired[0][0] <= now - RETIRED_FOR_S:
            await _closed(self._retired.pop(0)[1])

    def _report(self, unusable: dict[PanelId, UnusablePanel]) -> None:
        """Log what is new: the registry is refreshed every few seconds."""
        reasons = {panel_id: error.why for panel_id, error in unusable.items()}
        for panel_id, why in reasons.items():
            if self._reported.get(panel_id) != why:
                log.error("panel_unusable", panel=panel_id, why=why)
        self._reported = reasons


async def _closed(stack: AsyncExitStack) -> None:
    """Close one panel; whatever its package raises then keeps no other from being closed."""
    try:
        await stack.aclose()
    except Exception as error:  # a stranger's package may raise anything
        log.warning("panel_not_closed", error=type(error).__name__)
