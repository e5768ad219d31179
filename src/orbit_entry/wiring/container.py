"""The table of contents of the wiring: which providers make the container of a process."""

from collections.abc import Iterable

from dishka import STRICT_VALIDATION, AsyncContainer, Provider, make_async_container

from orbit_domain.clock import Clock
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.process import WEB_ONLY, ProcessRoles
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.lean_aiogram import import_aiogram
from orbit_entry.wiring.adapters import AdaptersProvider
from orbit_entry.wiring.database import DatabaseProvider
from orbit_entry.wiring.health import HealthProvider
from orbit_entry.wiring.link_machines import LinkMachinesProvider
from orbit_entry.wiring.panels import PanelsProvider
from orbit_entry.wiring.payment_methods import PaymentMethodsProvider
from orbit_entry.wiring.shared_state import SharedStateProvider, WorkerProvider
from orbit_entry.wiring.web import WEB_AREAS


def shop_container(settings: Settings, clock: Clock, roles: ProcessRoles = frozenset()) -> AsyncContainer:
    """The container of a process with *roles*; a command that changes the database has none."""
    context = {Settings: settings, DatabaseSettings: settings, Clock: clock, ProcessRoles: roles}
    machines = (
        DatabaseProvider(), AdaptersProvider(), PanelsProvider(), PaymentMethodsProvider(), LinkMachinesProvider(),
    )  # fmt: skip
    state = (SharedStateProvider(), WorkerProvider(), HealthProvider())
    providers = (*machines, *state, *(_http_alone() if roles == WEB_ONLY else _everything()))
    return make_async_container(*providers, context=context, validation_settings=STRICT_VALIDATION)


def _http_alone() -> Iterable[Provider]:
    from orbit_entry.wiring.late_telegram import LateTelegramProvider

    return (LateTelegramProvider(), *(area() for area in WEB_AREAS))


def _everything() -> Iterable[Provider]:
    # Imported late: a process that only serves HTTP needs neither aiogram nor most use cases.
    import_aiogram()
    from orbit_entry.wiring.jobs import JobsProvider
    from orbit_entry.wiring.telegram import TelegramProvider
    from orbit_entry.wiring.use_cases import AREAS

    return (TelegramProvider(), JobsProvider(), *(area() for area in AREAS))
