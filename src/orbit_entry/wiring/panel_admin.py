"""What the owner does with panels, and the container of the commands for it, which need the database alone."""

from dishka import STRICT_VALIDATION, AsyncContainer, Provider, Scope, make_async_container, provide, provide_all

from orbit_adapters.system.ids import SystemIds
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.use_cases.add_panel import AddPanel
from orbit_domain.use_cases.change_panel import ChangePanel
from orbit_domain.use_cases.list_panels import ListPanels
from orbit_domain.use_cases.remove_panel import RemovePanel
from orbit_domain.use_cases.start_rebalance import StartRebalance
from orbit_domain.use_cases.stop_rebalance import StopRebalance
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.wiring.database import DatabaseProvider, NoHooks


class PanelAdminProvider(Provider):
    """Panels are added, changed, removed and listed, and keys are spread over them.

    A running process sees it by itself (`fresh_panels`, `RebalanceKeys`).
    """

    scope = Scope.APP
    use_cases = provide_all(AddPanel, ChangePanel, RemovePanel, ListPanels, StartRebalance, StopRebalance)


class _CommandIds(Provider):
    scope = Scope.APP
    ids = provide(SystemIds, provides=Ids)


def panel_admin_container(settings: DatabaseSettings, clock: Clock) -> AsyncContainer:
    """The container of these use cases, without what customers need."""
    context = {DatabaseSettings: settings, Clock: clock}
    providers = (DatabaseProvider(), NoHooks(), _CommandIds(), PanelAdminProvider())
    return make_async_container(*providers, context=context, validation_settings=STRICT_VALIDATION)
