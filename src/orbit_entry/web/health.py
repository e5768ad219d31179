"""Whether this process can do its work now."""

from typing import Any

from orbit_domain.health import HealthReader, Status


class Health:
    """What probes are told. `stopping` turns readiness off before anything is closed."""

    def __init__(self, health: HealthReader) -> None:
        self.health = health
        self.stopping = False

    async def report(self) -> dict[str, Any]:
        """Return the overall status, and the status and response time in milliseconds of each component."""
        report = await self.health.read()
        return {
            "status": (Status.UNHEALTHY if self.stopping else report.status).value,
            "components": {
                one.part.value: {"status": one.status.value, "response_ms": one.response_ms} for one in report.merged
            },
        }
