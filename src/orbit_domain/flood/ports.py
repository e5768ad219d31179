"""Who counts the requests."""

from typing import Protocol

from orbit_domain.flood.verdict import Verdict
from orbit_domain.ids import TelegramId


class FloodGate(Protocol):
    """Counts everybody's requests against one policy. Its promises: `orbit_adapters.contracts.flood`.

    It never fails and is never simply open: whoever can't reach a shared memory counts by itself.
    """

    async def admit(self, tg_id: TelegramId) -> Verdict:
        """Count one request of *tg_id* and say whether to let it in."""

    async def forgive(self, tg_id: TelegramId) -> None:
        """Forget the requests and the ban of *tg_id*."""
