"""Whom a message to many is for."""

from dataclasses import dataclass
from enum import StrEnum

from orbit_domain.ids import PlanCode

SINCE_DAYS = (0, 3, 7, 30, 90)
"""How long ago a subscription may have ended at least: what the staff chooses from."""


class Segment(StrEnum):
    """Who gets it. Whoever can't be reached, or is banned, is in none of them."""

    EVERYONE = "everyone"
    ACTIVE = "active"
    TRIAL = "trial"
    EXPIRED = "expired"
    NEVER = "never"

    @property
    def has_plans(self) -> bool:
        """Whether its members may be told apart by the plan they bought last."""
        return self in (Segment.ACTIVE, Segment.EXPIRED)


@dataclass(frozen=True, slots=True)
class Audience:
    """A segment, perhaps only those who read *language*, whose last plan is *plan_code*, or whose subscription ended
    at least *ended_days* days ago.
    """

    segment: Segment
    language: str | None = None
    plan_code: PlanCode | None = None
    ended_days: int = 0
