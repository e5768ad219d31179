"""Where aiogram keeps open dialogs, so that they outlive a restart and are the same in every replica."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.encoding import LONGEST_BYTES, decode, encode, encode_key

TTL_S = 3600
_MAX_STRAYS = 10_000

Part = Literal["state", "data"]


class RedisDialogs(BaseStorage):
    """aiogram's storage in Redis: state and data of a dialog, each with a time after which it is forgotten.

    What can't be written there goes to *local*, is read from there, and is brought over once Redis answers.
    A dialog whose state can't be read is as good as never begun: "start again". Data must be JSON.
    """

    def __init__(
        self, door: ResilientRedis, local: BaseStorage, *, state_ttl_s: int = TTL_S, data_ttl_s: int = TTL_S
    ) -> None:
        self._door = door
        self._local = local
        self._ttl_s: Mapping[Part, int] = {"state": state_ttl_s, "data": data_ttl_s}
        self._strays: dict[tuple[StorageKey, Part], None] = {}

    @property
    def strays(self) -> int:
        """How many states and data are still to be brought over."""
        return len(self._strays)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Put the dialog into *state*; None ends it."""
        name = state.state if isinstance(state, State) else state
        if not await self._stored(key, "state", name):
            await self._local.set_state(key, name)
            self._stray(key, "state")

    async def get_state(self, key: StorageKey) -> str | None:
        """The state of the dialog; None when there is none."""
        if (key, "state") not in self._strays:
            return await self._door.read(_name(key, "state"), decode)
        state = await self._local.get_state(key)
        await self._stored(key, "state", state)
        return state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace the dialog's data. Raises TypeError or ValueError for what JSON can't say."""
        text = _text(data)
        if not await self._stored(key, "data", text):
            await self._local.set_data(key, data)
            self._stray(key, "data")

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """The dialog's data, as a copy; empty when there is none."""
        if (key, "data") not in self._strays:
            return await self._door.read(_name(key, "data"), _data) or {}
        data = await self._local.get_data(key)
        await self._stored(key, "data", _text(data))
        return data

    async def close(self) -> None:
        """Close the door behind us. Never fails because of Redis."""
        await self._local.close()
        await self._door.close()

    async def _stored(self, key: StorageKey, part: Part, text: str | None) -> bool:
        """Whether Redis is known to hold *text* now, or nothing for None; then the part is no stray any more."""
        name, ttl_s = _name(key, part), self._ttl_s[part]
        if text is None:
            stored = await self._door.delete(name)
        else:
            value = encode(text)
            stored = len(value) <= LONGEST_BYTES and await self._door.write(name, value, ttl_s)
        if stored:
            self._strays.pop((key, part), None)
        return stored

    def _stray(self, key: StorageKey, part: Part) -> None:
        self._strays.pop((key, part), None)
        self._strays[key, part] = None
        while len(self._strays) > _MAX_STRAYS:
            del self._strays[next(iter(self._strays))]


def _name(key: StorageKey, part: Part) -> bytes:
    """Every field has its place, so that two dialogs never share a name."""
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
