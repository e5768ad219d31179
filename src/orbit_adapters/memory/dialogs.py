"""Open dialogs of one process. aiogram's own MemoryStorage never drops a user's dialog."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from orbit_domain.clock import Clock

TTL_S = 3600

Part = Literal["state", "data"]


class MemoryDialogs(BaseStorage):
    """aiogram's storage in memory, with a TTL for state and data, for *maximum* of them.

    Data must be JSON, as in a storage that outlives the process.
    """

    def __init__(
        self, clock: Clock, *, state_ttl_s: int = TTL_S, data_ttl_s: int = TTL_S, maximum: int = 20_000
    ) -> None:
        self._clock = clock
        self._ttl_s: Mapping[Part, int] = {"state": state_ttl_s, "data": data_ttl_s}
        self._maximum = maximum
        self._kept: dict[tuple[StorageKey, Part], tuple[str, datetime]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        self._keep(key, "state", state.state if isinstance(state, State) else state)

    async def get_state(self, key: StorageKey) -> str | None:
        return self._read(key, "state")

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"dialog data must be a dict, not {type(data).__name__}")
        self._keep(key, "data", json.dumps(data, allow_nan=False) if data else None)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        text = self._read(key, "data")
        data: dict[str, Any] = json.loads(text) if text is not None else {}
        return data

    async def close(self) -> None:
        self._kept.clear()

    def _keep(self, key: StorageKey, part: Part, text: str | None) -> None:
        self._kept.pop((key, part), None)
        if text is None:
            return
        self._kept[key, part] = (text, self._clock.now() + timedelta(seconds=self._ttl_s[part]))
        while len(self._kept) > self._maximum:
            del self._kept[next(iter(self._kept))]

    def _read(self, key: StorageKey, part: Part) -> str | None:
        text, until = self._kept.get((key, part), (None, None))
        if until is not None and until <= self._clock.now():
            del self._kept[key, part]
            return None
        return text
