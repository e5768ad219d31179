"""What was asked for lately, as it is recorded."""

from datetime import datetime
from typing import Protocol

from orbit_domain.request_journal.requests import Requests


class RecentRequests(Protocol):
    """What a journal is made of. Contract: `orbit_testing.contracts.storage`."""

    async def since(self, at: datetime) -> Requests:
        """What was made at *at* or later: users, payments, the orders that they are for or that were paid, keys.

        Keys also where their customer's link is that new. By id; four statements.
        """
        ...
