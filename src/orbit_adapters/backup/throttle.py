"""Work that others wait for is done in small pieces, with rests between them."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

_RESTS = 5
"""After each piece it rests so many times as long as the piece took."""

_LONGEST_REST_S = 0.02
"""On a busy machine a piece takes long because this process waits: the snapshot must not stay open for hours."""
_LONG_S, _LONGEST_STATEMENT_REST_S = 0.05, 30.0
_SYNC_BYTES = 2 * 1024 * 1024


class Throttle:
    """Leaves a database server to the shop for most of the time.

    The lowest priority is this process's: what the server does for it has the priority of a tap.
    """

    def __init__(self) -> None:
        self._since = time.monotonic()

    async def rest(self) -> None:
        """A piece is done."""
        await self._rest(_LONGEST_REST_S)

    async def rest_after_statement(self) -> None:
        """One that has no pieces is done, such as an index of a whole table. After a short one there is no rest."""
        if time.monotonic() - self._since >= _LONG_S:
            await self._rest(_LONGEST_STATEMENT_REST_S)
        self._since = time.monotonic()

    async def _rest(self, longest_s: float) -> None:
        took = time.monotonic() - self._since
        await asyncio.sleep(min(_RESTS * took, longest_s))
        self._since = time.monotonic()


async def throttled(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """*pieces*, with a rest after each of them."""
    throttle = Throttle()
    async for piece in pieces:
        yield piece
        await throttle.rest()


class SyncedFile:
    """Brings what is written to *file* to the disk little by little: a commit of the shop waits for so much at most."""

    def __init__(self, file: Path) -> None:
        self._handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        self._written = 0

    def wrote(self, size: int) -> None:
        """So many bytes more were handed over."""
        self._written += size
        if self._written >= _SYNC_BYTES:
            self._written = 0
            os.fdatasync(self._handle)

    def close(self) -> None:
        """No more is written."""
        os.close(self._handle)
