"""The time slots of messages that all processes share: Telegram counts a bot's messages, not a process's."""

from importlib.resources import files

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.script import Script

_SCRIPT = Script(files("orbit_adapters.redis").joinpath("send_slots.lua").read_bytes())
_SLOTS = b"send:slots"
_MICROSECONDS = 1_000_000


class RedisSendSlots:
    """Gives every message of the shop its own slot. While the circuit is open it gives none."""

    def __init__(
        self, client: ResilientRedis, per_second: int = 30, chat_pause_s: int = 1, group_pause_s: int = 3
    ) -> None:
        self._client = client
        self._per_second = per_second
        self._rests = chat_pause_s * per_second, group_pause_s * per_second

    async def reserve(self, chat_id: int) -> float | None:
        """Reserve a slot for a message to *chat_id*. Returns the seconds until then; None when Redis doesn't answer."""
        taken = await self.take(chat_id)
        return taken[1] / _MICROSECONDS if taken is not None else None

    async def take(self, chat_id: int) -> tuple[int, int] | None:
        """The number of the slot, and the microseconds until it begins."""
        chat, rest = b"send:chat:%d" % chat_id, self._rests[chat_id < 0]
        match await _SCRIPT.run(self._client, (_SLOTS, chat), str(self._per_second), str(rest)):
            case [int(slot), int(wait_us)]:
                return slot, wait_us
            case _:
                return None
