"""What of a panel becomes a place for keys, and what doesn't, said for the owner."""

import difflib
from collections.abc import Mapping, Sequence

from orbit_adapters.marzban.fleet import MASTER, WHOLE_PANEL
from orbit_adapters.marzban.schemas import NodeSchema
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_domain.node.fleet import NodeReading


def described(readings: Sequence[NodeReading], nodes: Sequence[NodeSchema]) -> str:
    """Each place with its inbounds, and why it gets no keys if it doesn't."""
    status = {node.name: node.status for node in nodes}
    return "; ".join(_place(reading, status.get(reading.name)) for reading in readings) or "no VLESS inbound"


def usable(readings: Sequence[NodeReading]) -> bool:
    """Whether a new key could be placed somewhere."""
    return any(reading.connected and not reading.excluded for reading in readings)


def faults(settings: MarzbanSettings, nodes: Sequence[NodeSchema], placed: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What the owner probably means otherwise: unknown names in the settings, and nodes that nothing leads to."""
    names = {node.name for node in nodes}
    found = [_unknown(name, names) for name in sorted(settings.nodes.keys() - names - {MASTER})]
    unplaced = [node for node in nodes if node.status != "disabled" and not placed.get(node.name)]
    if any(placed.values()):
        found += [f"{node.name} ({node.address}) gets no keys: no host has its address" for node in unplaced]
    elif len(unplaced) > 1:
        found.append(f"{len(unplaced)} nodes count as one: no host has the address of a node")
    return found


def _place(reading: NodeReading, status: str | None) -> str:
    name = "the whole panel" if reading.name == WHOLE_PANEL else reading.name
    text = f"{name}: {', '.join(reading.placement)}"
    if reading.excluded:
        text += ", excluded by the settings"
    return text if reading.connected else f"{text}, {status or 'not connected'}"


def _unknown(name: str, names: set[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f"the panel has no node {name}" + (f", did you mean {close[0]}?" if close else "")
