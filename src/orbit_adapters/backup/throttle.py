"""Work that others wait for is done in small pieces, with rests between them."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_RESTS = 5
"""After each piece it rests so many times as long as the piece took."""

_LONGEST_REST_S = 0.02
"""On a busy machine a piece takes long because this process waits: the snapshot must not stay open for hours."""
_LONG_S, _LONGEST_STATEMENT_REST_S = 0.05, 30.0
_SYNC_S = 0.05


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


@contextmanager
def synced_often(file: Path) -> Iterator[None]:
    """What is written to *file* in the block comes to the disk little by little, also in the middle of a statement.

    A commit of the shop waits for all that was left to the disk before it, and the kernel would leave seconds of it.
    """
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    ended = threading.Event()
    syncing = threading.Thread(target=_sync, args=(handle, ended), name="synced_often", daemon=True)
    syncing.start()
    try:
        yield
    finally:
        ended.set()
        syncing.join()
        os.close(handle)


def _sync(handle: int, ended: threading.Event) -> None:
    with suppress(OSError):  # What a failing disk has lost is missing where the file is read and compared.
        while not ended.wait(_SYNC_S):
            os.fdatasync(handle)
