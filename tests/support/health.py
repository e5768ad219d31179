"""A shop whose parts are as a test says."""

from datetime import timedelta

from orbit_domain.health import HealthReport, Part, PartHealth, Status
from orbit_domain.process_metrics import ProcessMetrics


class AllWell:
    """Every part works, unless `parts` says otherwise."""

    def __init__(self, *parts: PartHealth) -> None:
        self.parts = parts or (PartHealth(Part.DATABASE, Status.HEALTHY, 1),)

    async def read(self) -> HealthReport:
        """What was said."""
        return HealthReport(tuple(self.parts))


class KnownMetrics:
    """A process that has counted nothing, unless `metrics` says otherwise."""

    def __init__(self, metrics: ProcessMetrics | None = None) -> None:
        self.metrics = metrics or ProcessMetrics(timedelta(minutes=3))

    def read(self) -> ProcessMetrics:
        """What was said."""
        return self.metrics
