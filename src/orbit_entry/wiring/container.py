"""The table of contents of the wiring: which providers make the container of a process."""

from dishka import STRICT_VALIDATION, AsyncContainer, make_async_container

from orbit_domain.clock import Clock
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.process import ProcessRoles
from orbit_entry.config.settings import Settings
from orbit_entry.wiring.adapters import AdaptersProvider
from orbit_entry.wiring.database import DatabaseProvider
from orbit_entry.wiring.link_machines import LinkMachinesProvider
from orbit_entry.wiring.panels import PanelsProvider
from orbit_entry.wiring.payment_methods import PaymentMethodsProvider
from orbit_entry.wiring.shared_state import SharedStateProvider, WorkerProvider
from orbit_entry.wiring.use_cases import AREAS


def shop_container(settings: Settings, clock: Clock, roles: ProcessRoles = frozenset()) -> AsyncContainer:
    """The container of a process with *roles*; a command that changes the database has none."""
    context = {Settings: settings, DatabaseSettings: settings, Clock: clock, ProcessRoles: roles}
    machines = (
        DatabaseProvider(), AdaptersProvider(), PanelsProvider(), PaymentMethodsProvider(), LinkMachinesProvider(),
    )  # fmt: skip
    state = (SharedStateProvider(), WorkerProvider())
    areas = (area() for area in AREAS)
    return make_async_container(*machines, *state, *areas, context=context, validation_settings=STRICT_VALIDATION)
