"""The connection over which commands of many callers go to Redis together, in one round trip."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as Disconnected

from orbit_adapters.redis.resp import Command, Incomplete, answer_at, packed

_PIECE_BYTES = 64 * 1024


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
            await connection.send_packed_command(packed(commands), check_health=False)
            answers = await _answers(_reader_of(connection), len(commands))
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


async def _answers(reader: asyncio.StreamReader, amount: int) -> list[object]:
    """So many answers. Raises Disconnected, also for an error that speaks of the connection."""
    held, begin = b"", 0
    answers: list[object] = []
    while True:
        piece = await reader.read(_PIECE_BYTES)
        if not piece:
            raise Disconnected("the server closed the connection")
        held += piece
        try:
            while len(answers) < amount:
                answer, begin = answer_at(held, begin)
                if isinstance(answer, Disconnected):
                    raise answer
                answers.append(answer)
        except Incomplete:
            continue
        if begin < len(held):
            raise Disconnected("the server said more than it was asked for")
        return answers


def _reader_of(connection: AbstractConnection) -> asyncio.StreamReader:
    """redis-py opens connections, says who we are, and closes them; its parsers take the reader from there, too."""
    reader = connection._reader
    if reader is None:
        raise Disconnected("it closed before the commands were written")
    return reader
