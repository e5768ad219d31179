"""Node readings cached for two minutes, so that placing a key doesn't call the panel each time."""

import asyncio
import json

from orbit_domain.access.account import Account, AccountState, OwnedPage
from orbit_domain.access.ports import ForeignAccount, PanelError, VpnPanel
from orbit_domain.cache.ports import NODE_METRICS, Cache
from orbit_domain.ids import KeyId
from orbit_domain.node.fleet import NodeReading

_VERSION = 3
_TYPES = {
    "name": (str,),
    "connected": (bool,),
    "groups": (list,),
    "traffic_bytes": (int, type(None)),
    "usage_coefficient_milli": (int,),
    "region": (str, type(None)),
    "capacity": (int, type(None)),
    "excluded": (bool,),
}


class CachedNodes:
    """*panel* with its `nodes()` cached in *cache* for 120 s. Every other call goes to the panel.

    Callers at the same time share one reading, also a failed one. A failed `ensure` drops the cached readings: the next
    key is placed by what the panel says then. Errors are never cached. An unreadable entry is dropped, counted in
    `unreadable`, and read from the panel again.
    """

    def __init__(self, panel: VpnPanel, cache: Cache) -> None:
        self.panel_id = panel.panel_id
        self.limits_devices = panel.limits_devices
        self.unreadable = 0
        self._panel = panel
        self._cache = cache
        self._key = NODE_METRICS.key(panel.panel_id)
        self._reading: asyncio.Task[tuple[NodeReading, ...]] | None = None

    async def ensure(self, account: Account) -> AccountState:
        """Call the panel. Raises PanelError."""
        try:
            return await self._panel.ensure(account)
        except ForeignAccount:
            raise
        except PanelError:
            await self._cache.drop(self._key)
            raise

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        """Call the panel. Raises PanelError."""
        return await self._panel.get(username, key_id)

    async def delete(self, username: str, key_id: KeyId) -> None:
        """Call the panel. Raises PanelError."""
        await self._panel.delete(username, key_id)

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        """Call the panel. Raises PanelError."""
        return await self._panel.list_owned(offset, limit)

    async def nodes(self) -> tuple[NodeReading, ...]:
        """The panel's readings, at most two minutes old. Raises PanelError."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(self._forget)
        # A caller that gives up doesn't take the reading away from the others.
        return await asyncio.shield(self._reading)

    def _forget(self, reading: asyncio.Task[tuple[NodeReading, ...]]) -> None:
        self._reading = None
        if not reading.cancelled():
            reading.exception()  # Seen here, should every caller have given up.

    async def _read(self) -> tuple[NodeReading, ...]:
        cached = await self._cache.get(self._key)
        if cached is not None:
            try:
                return readings_from(cached)
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
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("version") != _VERSION or not isinstance(data.get("nodes"), list):
        raise ValueError("not cached readings of this version")
    return tuple(map(_reading, data["nodes"]))


def _reading(data: object) -> NodeReading:
    if not isinstance(data, dict) or data.keys() != _TYPES.keys():
        raise ValueError("not a cached reading")
    # Exactly these types: a bool is an int in Python.
    if not all(type(data[name]) in types for name, types in _TYPES.items()):
        raise ValueError("a reading with a value of another type")
    if not all(type(word) is str for word in data["groups"]):
        raise ValueError("groups with a value that is no text")
    if min(data["traffic_bytes"] or 0, data["usage_coefficient_milli"], data["capacity"] or 0) < 0:
        raise ValueError("a negative number")
    return NodeReading(**{**data, "groups": tuple(data["groups"])})
