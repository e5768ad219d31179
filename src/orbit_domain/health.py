"""How a shop is: the state of each part that it depends on, and what follows from them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Part(StrEnum):
    """What a shop depends on."""

    DATABASE = "database"
    REDIS = "redis"
    TELEGRAM = "telegram"
    PANEL = "panel"


class Status(StrEnum):
    """Healthy works; degraded works, but slower or with less; unhealthy doesn't; unknown gave no answer in time."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"


_WORST_LAST = (Status.HEALTHY, Status.UNKNOWN, Status.DEGRADED, Status.UNHEALTHY)


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part, how it is, and how long it took to say so. `name` tells panels apart."""

    part: Part
    status: Status
    response_ms: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Every part that was asked."""

    parts: tuple[PartHealth, ...]

    @property
    def status(self) -> Status:
        """Without its database a shop can do nothing. Without any other part it goes on: sales wait, money doesn't."""
        if any(one.part is Part.DATABASE and one.status is not Status.HEALTHY for one in self.parts):
            return Status.UNHEALTHY
        worst = _worst(self.parts)
        return Status.DEGRADED if worst is Status.UNHEALTHY else worst

    @property
    def merged(self) -> tuple[PartHealth, ...]:
        """One line for each kind of part, without names: as strangers may see it. Some panels of several are degraded.

        Its time is that of the slowest.
        """
        kinds = dict.fromkeys(one.part for one in self.parts)
        return tuple(_merged([one for one in self.parts if one.part is kind]) for kind in kinds)


class HealthReader(Protocol):
    """Asks every part how it is."""

    async def read(self) -> HealthReport:
        """The state of each part, all asked at once, each within a few seconds. Never raises."""


def _merged(parts: Sequence[PartHealth]) -> PartHealth:
    worst = _worst(parts)
    some_work = worst is Status.UNHEALTHY and any(one.status is not Status.UNHEALTHY for one in parts)
    status = Status.DEGRADED if some_work else worst
    return PartHealth(parts[0].part, status, max(one.response_ms for one in parts))


def _worst(parts: Sequence[PartHealth]) -> Status:
    return max((one.status for one in parts), key=_WORST_LAST.index, default=Status.HEALTHY)
