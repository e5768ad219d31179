"""What is known of panels and nodes when a place for a key is chosen."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple, NewType

from orbit_domain.ids import PanelId

NodeStamp = NewType("NodeStamp", str)
"""A node on a button: twelve hexadecimal digits, as names of nodes may be long."""


def node_stamp(name: str) -> NodeStamp:
    """The stamp of the node *name* of one panel."""
    return NodeStamp(sha256(name.encode("utf-8", "replace")).hexdigest()[:12])


class Place(NamedTuple):
    """Where a key lives: its panel, its node, and what its account carries to be served there."""

    panel_id: PanelId
    node: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeReading:
    """One node as its panel reports it.

    `groups` are what an account must carry to be served there (inbound tags).
    `traffic_bytes` is the traffic of the last 30 days in both directions, None if the panel doesn't say: then its
    load is unknown, and it comes after all nodes whose load is known.
    `usage_coefficient_milli` is the panel's weight of the node in thousandths: 1000 is normal.
    `capacity` (in users) and `excluded` are the owner's settings of the node; capacity None means that of the panel.
    """

    name: str
    connected: bool
    groups: tuple[str, ...]
    traffic_bytes: int | None
    usage_coefficient_milli: int = 1000
    region: str | None = None
    capacity: int | None = None
    excluded: bool = False


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

    @property
    def place(self) -> Place:
        """The place of a key that lives here."""
        return Place(self.panel_id, self.reading.name, self.reading.groups)
