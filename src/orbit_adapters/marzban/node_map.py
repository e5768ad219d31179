"""What of a panel becomes a place for keys, and what doesn't, said for the owner."""

import difflib
import json
import re
from collections.abc import Mapping, Sequence

from orbit_adapters.marzban.fleet import MASTER, WHOLE_PANEL, PanelNodes
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


def proposed(settings: MarzbanSettings, panel: PanelNodes) -> str:
    """The node map that names suggest, as JSON, with what is set already; empty when they suggest nothing more.

    An inbound belongs to a node by name when its tag, or the remark of one of its hosts, has the node's name in it.
    """
    given = {name: one.model_dump(mode="json", exclude_unset=True) for name, one in settings.nodes.items()}
    placed, found = panel.places(settings), {}
    for node in panel.nodes:
        tags = [tag for tag in panel.tags if _is_named_after(node.name, tag, panel)]
        if tags and node.status != "disabled" and not placed.get(node.name):
            found[node.name] = given.get(node.name, {}) | {"inbound_tags": tags}
    return json.dumps(given | found, ensure_ascii=False) if found else ""


def _is_named_after(node: str, tag: str, panel: PanelNodes) -> bool:
    name = re.compile(rf"(?<!\w){re.escape(node)}(?!\w)", re.IGNORECASE)
    return any(name.search(text) for text in (tag, *(host.remark for host in panel.hosts.get(tag, []))))


def _place(reading: NodeReading, status: str | None) -> str:
    name = "the whole panel" if reading.name == WHOLE_PANEL else reading.name
    text = f"{name}: {', '.join(reading.groups)}"
    if reading.excluded:
        text += ", excluded by the settings"
    return text if reading.connected else f"{text}, {status or 'not connected'}"


def _unknown(name: str, names: set[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f"the panel has no node {name}" + (f", did you mean {close[0]}?" if close else "")
