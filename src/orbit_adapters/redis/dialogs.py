"""aiogram's storage of open dialogs in Redis: they survive a restart and are shared by all replicas."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import MAX_VALUE_BYTES, decode, encode, encode_key

TTL_S = 3600
_MAX_UNSYNCED = 10_000

MENU = "menu"
"""The destiny under which the newest menu of a chat is kept. Nobody waits until it is written."""

Part = Literal["state", "data"]


class RedisDialogs(BaseStorage):
    """aiogram's storage in Redis: state and data of a dialog, each with a TTL.

    What can't be written there goes to *local*, is read from there, and is copied to Redis once it answers.
    A dialog whose state can't be read has no state: the customer starts again. Data must be JSON.
    """

    def __init__(
        self, client: ResilientRedis, local: BaseStorage, *, state_ttl_s: int = TTL_S, data_ttl_s: int = TTL_S
    ) -> None:
        self._client = client
        self._local = local
        self._ttl_s: Mapping[Part, int] = {"state": state_ttl_s, "data": data_ttl_s}
        self._unsynced: dict[tuple[StorageKey, Part], None] = {}

    @property
    def unsynced(self) -> int:
        """How many states and data exist only in *local*."""
        return len(self._unsynced)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Put the dialog into *state*; None ends it."""
        name = state.state if isinstance(state, State) else state
        if not await self._stored(key, "state", name):
            await self._local.set_state(key, name)
            self._mark_unsynced(key, "state")

    async def get_state(self, key: StorageKey) -> str | None:
        """The state of the dialog; None when there is none."""
        if (key, "state") not in self._unsynced:
            return await self._client.read(dialog_key(key, "state"), decode)
        state = await self._local.get_state(key)
        await self._stored(key, "state", state)
        return state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace the dialog's data. Raises TypeError or ValueError for what JSON can't say."""
        text = _text(data)
        if key.destiny == MENU and self._is_on_its_way(key, text):
            return
        if not await self._stored(key, "data", text):
            await self._local.set_data(key, data)
            self._mark_unsynced(key, "data")

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """The dialog's data, as a copy; empty when there is none."""
        if (key, "data") not in self._unsynced:
            return await self._client.read(dialog_key(key, "data"), _data) or {}
        data = await self._local.get_data(key)
        await self._stored(key, "data", _text(data))
        return data

    async def close(self) -> None:
        """Forget what only this process has. The client is closed by its owner: others use it too."""
        await self._local.close()

    def _is_on_its_way(self, key: StorageKey, text: str | None) -> bool:
        """Whether *text* goes to Redis with the next command. If it is lost there, a menu is forgotten, no more."""
        if text is None or (key, "data") in self._unsynced or self._client.is_circuit_open:
            return False
        _ = self._client.write_later(dialog_key(key, "data"), encode(text), self._ttl_s["data"])
        return True

    async def _stored(self, key: StorageKey, part: Part, text: str | None) -> bool:
        """Whether Redis is known to hold *text* now, or nothing for None; then the part is synced."""
        name, ttl_s = dialog_key(key, part), self._ttl_s[part]
        if text is None:
            stored = await self._client.delete(name)
        else:
            value = encode(text)
            stored = len(value) <= MAX_VALUE_BYTES and await self._client.write(name, value, ttl_s)
        if stored:
            self._unsynced.pop((key, part), None)
        return stored

    def _mark_unsynced(self, key: StorageKey, part: Part) -> None:
        self._unsynced.pop((key, part), None)
        self._unsynced[key, part] = None
        while len(self._unsynced) > _MAX_UNSYNCED:
            del self._unsynced[next(iter(self._unsynced))]


def dialog_key(key: StorageKey, part: Part) -> bytes:
    """Where *part* of the dialog lies. Every field has a fixed position, so that two dialogs never share a key."""
    thread, business = key.thread_id or "", key.business_connection_id or ""
    return encode_key(f"fsm:{key.bot_id}:{key.chat_id}:{key.user_id}:{thread}:{business}:{key.destiny}:{part}")


def _text(data: Mapping[str, Any]) -> str | None:
    if not isinstance(data, dict):
        raise DataNotDictLikeError(f"dialog data must be a dict, not {type(data).__name__}")
    return json.dumps(data, allow_nan=False) if data else None


def _data(held: bytes) -> dict[str, Any]:
    data = json.loads(decode(held))
    if not isinstance(data, dict):
        raise ValueError("dialog data must be a dict")
    return data
