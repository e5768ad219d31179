"""A script that the server runs as one atomic command."""

from collections.abc import Sequence
from hashlib import sha1

from redis.exceptions import NoScriptError

from orbit_adapters.redis.client import ResilientRedis


class Script:
    """A Lua script, called by its hash; it is sent to a server that doesn't know it."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._sha = sha1(text, usedforsecurity=False).hexdigest()

    async def run(self, client: ResilientRedis, keys: Sequence[bytes], *arguments: str) -> object:
        """The script's answer; `NO_ANSWER` when there is none."""
        answer = await client.send("EVALSHA", self._sha, len(keys), *keys, *arguments)
        if isinstance(answer, NoScriptError):
            return await client.send("EVAL", self._text, len(keys), *keys, *arguments)
        return answer
