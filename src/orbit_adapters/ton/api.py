"""The toncenter v3 interface, as much of it as reading one account's history needs."""

import base64
from functools import partial

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import (
    Masterchain,
    Tail,
    Transaction,
    read_masterchain,
    read_tail,
    read_transactions,
)
from orbit_adapters.ton.get_method import Stack, address_boc, read_stack
from orbit_adapters.ton.index_client import IndexClient


class ToncenterApi(IndexClient):
    """One toncenter v3 endpoint, for example `https://toncenter.com/api/v3`."""

    key_header = "X-API-Key"

    async def masterchain(self) -> Masterchain:
        """The newest block that the index has read. Raises SourceUnavailable, also for another network."""
        return await self._get("masterchainInfo", {}, read_masterchain)

    async def tail(self, account: TonAddress) -> Tail:
        """The account's newest transaction by its state, also while it doesn't exist. Raises SourceUnavailable."""
        query = {"address": account.raw, "include_boc": "false"}
        return await self._get("accountStates", query, partial(read_tail, account))

    async def transactions(self, account: TonAddress, start_lt: int, limit: int) -> tuple[Transaction, ...]:
        """Rows from *start_lt* on (inclusive), at most *limit* (1 to 1000). Raises SourceUnavailable."""
        return await self._rows(account, {"start_lt": str(start_lt), "sort": "asc", "limit": str(limit)})

    async def newest(self, account: TonAddress) -> Transaction | None:
        """The newest row the index shows; None for an account without any. Raises SourceUnavailable."""
        rows = await self._rows(account, {"sort": "desc", "limit": "1"})
        return rows[0] if rows else None

    async def before(self, account: TonAddress, lt: int, limit: int) -> tuple[Transaction, ...]:
        """Rows before *lt*, newest first, at most *limit* (1 to 1000). Raises SourceUnavailable."""
        return await self._rows(account, {"end_lt": str(lt - 1), "sort": "desc", "limit": str(limit)})

    async def ask(self, contract: TonAddress, method: str, *about: TonAddress) -> Stack:
        """What the get-method of *contract* answers about those accounts. Raises SourceUnavailable."""
        stack = [{"type": "slice", "value": base64.b64encode(address_boc(one)).decode("ascii")} for one in about]
        body: dict[str, object] = {"address": contract.raw, "method": method, "stack": stack}
        return await self._get("runGetMethod", {}, read_stack, question=body)

    async def _rows(self, account: TonAddress, query: dict[str, str]) -> tuple[Transaction, ...]:
        return await self._get("transactions", {"account": account.raw, **query}, partial(read_transactions, account))
