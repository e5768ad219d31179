"""What is known of panels and nodes when a place for a key is chosen."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import PanelId


@dataclass(frozen=True, slots=True)
class NodeReading:
    """One node as its panel reports it.

    `placement` is what an account must carry to be served there (inbound tags).
    `traffic_bytes` is the traffic of the last 30 days in both directions.
    `usage_coefficient_milli` is the panel's weight of the node in thousandths: 1000 is normal.
    """

    name: str
    connected: bool
    placement: tuple[str, ...]
    traffic_bytes: int
    usage_coefficient_milli: int = 1000
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A candidate: a reading together with what our own database knows of it.

    `active_users` counts our own keys there. `capacity` is in users; None means unknown.
    `reading_at` None means the panel has never answered.
    """

    panel_id: PanelId
    panel_priority: int
    reading: NodeReading
    active_users: int
    capacity: int | None = None
    panel_active: bool = True
    panel_healthy: bool = True
    excluded: bool = False
    draining: bool = False
    reading_at: datetime | None = None
