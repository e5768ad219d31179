"""A running process knows the panels of the database as they are now."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest
import structlog

from orbit_adapters.memory.panel import MemoryPanel
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.access.ports import VpnPanel
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.money import RUB, Currency
from orbit_domain.storage import StorageUnavailable
from orbit_entry.runtime.panel_families import UnusablePanel
from orbit_entry.wiring.fresh_panels import kept_fresh, require_panels
from orbit_entry.wiring.panel_registry import PanelRegistry
from tests.support.clock import FakeClock

FRA, AMS, MAIN = PanelId("fra"), PanelId("ams"), PanelId("main")


@dataclass
class Opener:
    """Opens panels in memory and remembers which are open; an address of `bad` can't be."""

    has_opened: asyncio.Event = field(default_factory=asyncio.Event)
    opened: list[PanelId] = field(default_factory=list)
    closed: list[PanelId] = field(default_factory=list)

    async def __call__(self, panel: PanelRecord, document: ConnectionDocument, stack: AsyncExitStack) -> VpnPanel:
        if document["url"] == "bad":
            raise UnusablePanel(panel.id, "its secrets can't be opened", "orbit panel set")
        self.opened.append(panel.id)
        self.has_opened.set()
        stack.callback(self.closed.append, panel.id)
        return MemoryPanel(panel.id, FakeClock())


class BrokenStorage(MemoryStorage):
    """A storage that can be switched off; `was_asked` is set by whoever meets it so."""

    is_off = False

    def __init__(self, **kinds: Currency) -> None:
        super().__init__(**kinds)
        self.was_asked = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[object]:  # type: ignore[override]
        if self.is_off:
            self.was_asked.set()
            raise StorageUnavailable("off")
        async with super().transaction() as tx:
            yield tx


@pytest.fixture
def storage() -> BrokenStorage:
    return BrokenStorage(base=RUB)


async def record(storage: MemoryStorage, urls: Mapping[PanelId, str]) -> None:
    """The panels of the database from now on, each with its address."""
    async with storage.transaction() as tx:
        for panel in await tx.panels.all():
            await tx.panels.remove(panel.id)
        for panel_id, url in urls.items():
            await tx.panels.put(PanelRecord(panel_id, "memory", panel_id))
            await tx.panel_connections.put(panel_id, {"url": url})


async def test_added_changed_and_removed_panels_are_noticed(storage: BrokenStorage) -> None:
    """What stays is the same object; what goes is found no more, and is closed when no call can be under way."""
    opener = Opener()
    first = MemoryPanel(MAIN, FakeClock())
    panels = PanelRegistry(first, storage, opener)
    await record(storage, {FRA: "1", AMS: "1", MAIN: "never"})
    assert await panels.refresh() == ()
    assert [panel.panel_id for panel in panels.all()] == [MAIN, AMS, FRA]
    assert panels.get(MAIN) is first
    kept = panels.get(AMS)
    await record(storage, {FRA: "2", AMS: "1"})
    await panels.refresh()
    await record(storage, {AMS: "1"})
    await panels.refresh()
    assert (panels.get(AMS), panels.get(FRA), len(panels.all())) == (kept, None, 2)
    assert (opener.opened, opener.closed) == ([AMS, FRA, FRA], [])
    await panels.close()
    assert sorted(opener.closed) == [AMS, FRA, FRA]


async def test_a_panel_that_can_not_be_opened_holds_no_other(storage: BrokenStorage) -> None:
    """It is told once in the log and at the start; the others work, and so does it once it is mended."""
    panels = PanelRegistry(None, storage, Opener())
    await record(storage, {FRA: "bad", AMS: "1"})
    with structlog.testing.capture_logs() as told:
        for _ in range(3):
            (unusable,) = await panels.refresh()
    assert [line["event"] for line in told] == ["panel_unusable"]
    assert (unusable.panel_id, panels.get(FRA), panels.get(AMS) is None) == (FRA, None, False)
    with pytest.raises(UnusablePanel, match="The panel fra can't be used: its secrets can't be opened"):
        await require_panels(panels)
    await record(storage, {FRA: "1", AMS: "1"})
    assert await panels.refresh() == ()
    assert panels.get(FRA) is not None


async def test_a_database_that_is_away_takes_no_panel_away(storage: BrokenStorage) -> None:
    """The panels stay in use while nobody can say which there are; the look goes on."""
    opener = Opener()
    panels = PanelRegistry(None, storage, opener)
    await record(storage, {FRA: "1"})
    await panels.refresh()
    opener.has_opened.clear()
    async with kept_fresh(panels, 0.001), asyncio.timeout(30):
        storage.is_off = True
        await storage.was_asked.wait()
        assert panels.get(FRA) is not None
        storage.is_off = False
        await record(storage, {AMS: "1"})
        await opener.has_opened.wait()
    await panels.refresh()
    assert (panels.get(FRA), panels.get(AMS) is None) == (None, False)


async def test_a_panel_that_went_is_closed_in_the_end(storage: BrokenStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its time is over, the next look closes it: a shop that runs for months leaves no connection open."""
    opener = Opener()
    panels = PanelRegistry(None, storage, opener)
    await record(storage, {FRA: "1"})
    await panels.refresh()
    await record(storage, {})
    monkeypatch.setattr("orbit_entry.wiring.panel_registry.RETIRED_FOR_S", 0)
    await panels.refresh()
    assert opener.closed == [FRA]
