"""The tonapi v2 interface, as much of it as reading one account's history needs.

Its rows don't name the masterchain block that makes them final, so the time of the head decides. Lists begin after an
lt, not at it.
"""

from datetime import datetime, timedelta
from functools import partial

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Masterchain, Tail, Transaction
from orbit_adapters.ton.index_client import IndexClient, NotFoundError
from orbit_adapters.ton.strict_json import ZERO_HASH
from orbit_adapters.ton.tonapi_answers import read_account, read_head, read_history

FINAL_AFTER = timedelta(seconds=5)
"""So much older than the head, a row's block is in the masterchain."""


class TonapiApi(IndexClient):
    """One tonapi v2 endpoint, for example `https://tonapi.io`."""

    key_header = "Authorization"
    key_prefix = "Bearer "
    _final_until: datetime | None = None

    async def masterchain(self) -> Masterchain:
        """The newest block that the index has read. Raises SourceUnavailable, also for another network."""
        head = await self._get("v2/blockchain/masterchain-head", {}, read_head, "masterchain-head")
        self._final_until = head.at - FINAL_AFTER
        return head

    async def tail(self, account: TonAddress) -> Tail:
        """The account's newest transaction by its state, also while it doesn't exist. Raises SourceUnavailable."""
        path = f"v2/blockchain/accounts/{account.raw}"
        try:
            return await self._get(path, {}, partial(read_account, account), "account")
        except NotFoundError:
            return Tail(0, ZERO_HASH, "nonexist")

    async def transactions(self, account: TonAddress, start_lt: int, limit: int) -> tuple[Transaction, ...]:
        """Rows from *start_lt* on (inclusive), at most *limit* (1 to 1000). Raises SourceUnavailable.

        Final are those that the masterchain block which was read last proves so.
        """
        query = {"sort_order": "asc", "limit": str(limit)}
        if start_lt > 0:
            query["after_lt"] = str(start_lt - 1)
        return await self._rows(account, query)

    async def newest(self, account: TonAddress) -> Transaction | None:
        """The newest row the index shows; None for an account without any. Raises SourceUnavailable."""
        rows = await self._rows(account, {"sort_order": "desc", "limit": "1"})
        return rows[0] if rows else None

    async def before(self, account: TonAddress, lt: int, limit: int) -> tuple[Transaction, ...]:
        """Rows before *lt*, newest first, at most *limit* (1 to 1000). Raises SourceUnavailable."""
        return await self._rows(account, {"before_lt": str(lt), "sort_order": "desc", "limit": str(limit)})

    async def _rows(self, account: TonAddress, query: dict[str, str]) -> tuple[Transaction, ...]:
        final_until = self._final_until
        if final_until is None:
            final_until = (await self.masterchain()).at - FINAL_AFTER
        path = f"v2/blockchain/accounts/{account.raw}/transactions"
        return await self._get(path, query, partial(read_history, account, final_until), "transactions")
