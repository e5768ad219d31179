"""The screens of /health and of /metrics in their states."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.health import health_screen
from orbit_adapters.telegram.screens.metrics import metrics_screen
from orbit_domain.health import HealthReport, Part, PartHealth, Status
from orbit_domain.process_metrics import ProcessMetrics
from orbit_domain.use_cases.show_health import HealthView
from orbit_domain.use_cases.show_metrics import MetricsView
from tests.unit.screens import view_examples
from tests.unit.screens.stats_examples import HOSTILE


def _screen(*parts: PartHealth, lost: int = 0) -> Callable[[str], Screen]:
    return lambda language: health_screen(HealthView(view_examples.user(language), HealthReport(parts), lost))


def _metrics(metrics: ProcessMetrics) -> Callable[[str], Screen]:
    return lambda language: metrics_screen(MetricsView(view_examples.user(language), metrics))


_DATABASE, _TELEGRAM = PartHealth(Part.DATABASE, Status.HEALTHY, 3), PartHealth(Part.TELEGRAM, Status.HEALTHY, 48)
_REDIS, _PANEL = PartHealth(Part.REDIS, Status.HEALTHY, 0), PartHealth(Part.PANEL, Status.HEALTHY, 112, "main")

HEALTH_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "health": _screen(_DATABASE, _REDIS, _TELEGRAM, _PANEL),
    "health_degraded": _screen(
        _DATABASE,
        PartHealth(Part.REDIS, Status.DEGRADED, 50),
        _TELEGRAM,
        _PANEL,
        PartHealth(Part.PANEL, Status.UNHEALTHY, 2000, HOSTILE),
        PartHealth(Part.PANEL, Status.DEGRADED, 90, "spare"),
    ),
    "health_lost_messages": _screen(_DATABASE, _PANEL, lost=3),
    "health_unknown": _screen(_DATABASE, PartHealth(Part.TELEGRAM, Status.UNKNOWN, 2000), _PANEL),
    "health_unhealthy": _screen(PartHealth(Part.DATABASE, Status.UNHEALTHY, 2000), _TELEGRAM),
    "health_many_panels": _screen(
        _DATABASE, *(PartHealth(Part.PANEL, Status.HEALTHY, 9, f"panel-{number}") for number in range(40))
    ),
    "metrics": _metrics(ProcessMetrics(timedelta(days=3, hours=7), 48_211, 3, 0, 0, 0, 34, 100, 90_412, 5_120)),
    "metrics_new": _metrics(ProcessMetrics(timedelta(minutes=4))),
    "metrics_unusual": _metrics(ProcessMetrics(timedelta(hours=5, minutes=9), 90, 5, 12, 2, 31, 2_140, None, 3, 0)),
}
