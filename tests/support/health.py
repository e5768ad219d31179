"""A shop whose parts are as a test says."""

from orbit_domain.health import HealthReport, Part, PartHealth, Status


class AllWell:
    """Every part works, unless `parts` says otherwise."""

    def __init__(self, *parts: PartHealth) -> None:
        self.parts = parts or (PartHealth(Part.DATABASE, Status.HEALTHY, 1),)

    async def read(self) -> HealthReport:
        """What was said."""
        return HealthReport(tuple(self.parts))
