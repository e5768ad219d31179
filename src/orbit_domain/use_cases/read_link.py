"""Whom a link belongs to."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.steps.read_link import LinkView, read_link
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ReadLink:
    """Read what a page about the link shows. No panel is asked, and nothing is recorded."""

    storage: Storage
    clock: Clock

    async def __call__(self, token: str) -> LinkView | None:
        """None for a token that is malformed, forged or replaced: nobody learns which."""
        async with self.storage.transaction() as tx:
            return await read_link(tx, token, self.clock.now())
