"""The panels: the one that the settings name, and those of the database, each opened by its family."""

from collections.abc import AsyncIterable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
from dishka import Provider, Scope, provide

from orbit_adapters.panel_cache.cached_nodes import CachedNodes
from orbit_adapters.panel_cache.spared_source import SparedSource
from orbit_adapters.panel_plugin.plugin import PanelTools
from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.access.ports import Panels, VpnPanel
from orbit_domain.access.repository import PanelRecord
from orbit_domain.cache.ports import NODE_METRICS
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.ports import SubscriptionSource, SubscriptionSources
from orbit_entry.config.panel import ConfiguredPanel
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.runtime.panel_families import PanelFamilies, UnusablePanel, panel_families
from orbit_entry.wiring.panel_registry import PanelRegistry
from orbit_entry.wiring.registries import SubscriptionSourceRegistry


@dataclass(frozen=True, slots=True)
class OpenPanel:
    """Opens a panel by its family, with its nodes cached."""

    families: PanelFamilies
    http: httpx.AsyncClient
    clock: Clock
    ephemeral: EphemeralState
    sources: SubscriptionSourceRegistry

    async def __call__(self, panel: PanelRecord, document: ConnectionDocument, stack: AsyncExitStack) -> VpnPanel:
        """The panel that *document* leads to. Raises UnusablePanel."""
        # What another address has answered before says nothing of this one.
        await self.ephemeral.cache.drop(NODE_METRICS.key(panel.id))
        return await self.configured(self.families.configured(panel, document), stack)

    async def configured(self, panel: ConfiguredPanel, stack: AsyncExitStack) -> VpnPanel:
        """The panel with these settings. Raises UnusablePanel."""
        family = self.families.family(panel.panel_id, panel.kind)
        try:
            tools = PanelTools(panel.panel_id, self.http, self.clock)
            opened = await stack.enter_async_context(family.open(panel.connection, tools))
            if family.open_subscriptions is not None:
                source = await stack.enter_async_context(family.open_subscriptions(panel.connection, tools))
                self._offer(panel.panel_id, source, stack)
        except Exception as error:  # a stranger's package may raise anything, and the owner must know where
            why = f"its package can't open it ({type(error).__name__})"
            raise UnusablePanel(panel.panel_id, why, "check the files that its connection names") from error
        return CachedNodes(opened, self.ephemeral.cache)

    def _offer(self, panel_id: PanelId, source: SubscriptionSource, stack: AsyncExitStack) -> None:
        """Let the shop's own links ask *source*, until *stack* closes it."""
        spared = SparedSource(panel_id, source, self.clock)
        self.sources.put(panel_id, spared)
        stack.callback(self.sources.drop, panel_id, spared)


class PanelsProvider(Provider):
    """The registry of panels, and what is recorded of the settings' panel at the first start."""

    scope = Scope.APP

    @provide
    def families(self, settings: Settings) -> PanelFamilies:
        return panel_families(settings)

    @provide
    def open_panel(
        self,
        families: PanelFamilies,
        http: httpx.AsyncClient,
        clock: Clock,
        ephemeral: EphemeralState,
        sources: SubscriptionSourceRegistry,
    ) -> OpenPanel:
        return OpenPanel(families, http, clock, ephemeral, sources)

    @provide
    def source_registry(self) -> SubscriptionSourceRegistry:
        return SubscriptionSourceRegistry({})

    @provide
    def subscription_sources(self, registry: SubscriptionSourceRegistry) -> SubscriptionSources:
        return registry

    @provide
    async def registry(
        self, settings: Settings, storage: Storage, open_panel: OpenPanel
    ) -> AsyncIterable[PanelRegistry]:
        async with AsyncExitStack() as stack:
            first = settings.first_panel
            opened = None if first is None else await open_panel.configured(first, stack)
            registry = PanelRegistry(opened, storage, open_panel)
            stack.push_async_callback(registry.close)
            yield registry

    @provide
    def panels(self, registry: PanelRegistry) -> Panels:
        return registry

    @provide
    def panel_records(self, settings: Settings) -> tuple[PanelRecord, ...]:
        first = settings.first_panel
        return () if first is None else (PanelRecord(first.panel_id, first.kind, str(first.panel_id)),)
