"""Node readings that are two minutes old at most, so that placing a key doesn't wait for the panel each time."""

import json

from orbit_domain.access.account import Account, AccountState
from orbit_domain.access.ports import VpnPanel
from orbit_domain.cache.ports import NODE_METRICS, Cache
from orbit_domain.ids import KeyId
from orbit_domain.node.fleet import NodeReading

_VERSION = 1
_TYPES = {
    "name": (str,),
    "connected": (bool,),
    "placement": (list,),
    "traffic_bytes": (int,),
    "usage_coefficient_milli": (int,),
    "region": (str, type(None)),
}


class CachedNodes:
    """*panel*, whose `nodes()` are remembered in *cache* for 120 s; everything else is asked of it each time.

    Trouble is never remembered. What can't be read is dropped, counted in `unreadable`, and asked anew.
    """

    def __init__(self, panel: VpnPanel, cache: Cache) -> None:
        self.panel_id = panel.panel_id
        self.unreadable = 0
        self._panel = panel
        self._cache = cache
        self._key = NODE_METRICS.key(panel.panel_id)

    async def ensure(self, account: Account) -> AccountState:
        """Ask the panel. Raises PanelError."""
        return await self._panel.ensure(account)

    async def find(self, username: str, key_id: KeyId) -> AccountState | None:
        """Ask the panel. Raises PanelError."""
        return await self._panel.find(username, key_id)

    async def remove(self, username: str, key_id: KeyId) -> None:
        """Ask the panel. Raises PanelError."""
        await self._panel.remove(username, key_id)

    async def nodes(self) -> tuple[NodeReading, ...]:
        """What the panel told within the last two minutes, or tells now. Raises PanelError."""
        remembered = await self._cache.get(self._key)
        if remembered is not None:
            try:
                return readings_from(remembered)
            except (ValueError, RecursionError):
                self.unreadable += 1
                await self._cache.drop(self._key)
        readings = await self._panel.nodes()
        await self._cache.put(self._key, readings_text(readings), NODE_METRICS.ttl_s)
        return readings


def readings_text(readings: tuple[NodeReading, ...]) -> str:
    """*readings* as JSON: names, flags and whole numbers only."""
    nodes = [{name: getattr(reading, name) for name in _TYPES} for reading in readings]
    return json.dumps({"version": _VERSION, "nodes": nodes})


def readings_from(text: str) -> tuple[NodeReading, ...]:
    """The readings that `readings_text` wrote. Raises ValueError for anything else, RecursionError for a deep one."""
    held = json.loads(text)
    if not isinstance(held, dict) or held.get("version") != _VERSION or not isinstance(held.get("nodes"), list):
        raise ValueError("no readings of ours")
    return tuple(map(_reading, held["nodes"]))


def _reading(held: object) -> NodeReading:
    if not isinstance(held, dict) or held.keys() != _TYPES.keys():
        raise ValueError("no reading of ours")
    # Exactly these types: for Python a bool would be a number too.
    if not all(type(held[name]) in types for name, types in _TYPES.items()):
        raise ValueError("a reading with a value of another type")
    if not all(type(word) is str for word in held["placement"]):
        raise ValueError("a placement that isn't made of words")
    if held["traffic_bytes"] < 0 or held["usage_coefficient_milli"] < 0:
        raise ValueError("less than nothing")
    return NodeReading(**{**held, "placement": tuple(held["placement"])})
