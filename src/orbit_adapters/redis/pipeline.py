"""The connection over which commands of many callers go to Redis together, in one round trip."""

from collections.abc import Awaitable, Callable, Sequence

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

Word = str | bytes | int
Command = Sequence[Word]


class Pipeline:
    """One connection of *redis*, opened when first used, for one round trip at a time.

    A round trip that doesn't end well closes it: an answer that comes late never meets a later command.
    """

    def __init__(self, redis: Redis) -> None:
        self._pool = redis.connection_pool
        self._connection: AbstractConnection | None = None

    async def execute(self, commands: Sequence[Command]) -> list[object]:
        """The answers to *commands* in their order; an error of one is its answer. Raises when the round trip fails."""
        connection = await self._ready()
        answers: list[object] = []
        try:
            await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
            for _ in commands:
                answers.append(await _answer(connection))
        finally:
            # What is still to come belongs to these commands, also when their time is over.
            if len(answers) < len(commands):
                await connection.disconnect(nowait=True)
        return answers

    async def _ready(self) -> AbstractConnection:
        """The connection, opened anew if either side has closed it, or if it holds what was not asked for."""
        if self._connection is not None:
            await self._pool.ensure_connection(self._connection)
            return self._connection
        # It comes from the pool, so that closing the client closes it, and never goes back. The method has no types.
        take: Callable[[], Awaitable[AbstractConnection]] = self._pool.get_connection
        self._connection = await take()
        return self._connection


async def _answer(connection: AbstractConnection) -> object:
    try:
        answer: object = await connection.read_response()
    except ResponseError as error:
        return error
    return answer
