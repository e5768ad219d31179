"""Which nodes can take a new key at all."""

from enum import StrEnum

from orbit_domain.node.fleet import Node


class Exclusion(StrEnum):
    """Why a node can't take a new key."""

    PANEL_OFF = "panel_off"
    PANEL_UNHEALTHY = "panel_unhealthy"
    NOT_CONNECTED = "not_connected"
    EXCLUDED = "excluded"
    DRAINING = "draining"
    FULL = "full"
    OTHER_REGION = "other_region"


def why_out(node: Node, region: str | None, users: int) -> Exclusion | None:
    """Why *node*, with that many users of ours, can't take a key that is wanted in *region*. None: it can."""
    reading = node.reading
    if not node.panel_active:
        return Exclusion.PANEL_OFF
    if not node.panel_healthy:
        return Exclusion.PANEL_UNHEALTHY
    if not reading.connected:
        return Exclusion.NOT_CONNECTED
    if node.excluded:
        return Exclusion.EXCLUDED
    if node.draining:
        return Exclusion.DRAINING
    if node.capacity is not None and users >= node.capacity:
        return Exclusion.FULL
    if region is not None and reading.region != region:
        return Exclusion.OTHER_REGION
    return None
