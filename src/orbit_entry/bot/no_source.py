"""A process without updates. Nothing of aiogram is needed for it."""

from collections.abc import Sequence

from starlette.routing import Route


class NoSource:
    """This process gets no updates: another process does."""

    routes: Sequence[Route] = ()
    is_failing = False

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self, limit_s: float) -> None:
        """Nothing to close."""
