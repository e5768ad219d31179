"""The toncenter v3 interface, as much of it as reading one account's history needs.

It only reads, so every call may be repeated. Every failure ends in SourceUnavailable with a short
reason that holds no key and nothing of the answer.
"""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import httpx
import stamina

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.answers import (
    Masterchain,
    Tail,
    Transaction,
    read_masterchain,
    read_tail,
    read_transactions,
)
from orbit_adapters.ton.strict_json import MalformedAnswerError, NotJsonError
from orbit_domain.payment.source import SourceUnavailable

_READS = 3
"""A whole answer, which may be long, has the time of so many reads."""
MAX_ANSWER_BYTES = 64 * 1024 * 1024
MAX_RETRY_AFTER_S = 20
PAGE_LIMIT = 1000

Answer = TypeVar("Answer")


class TransientChainError(SourceUnavailable):
    """A failure that may pass by itself. `after_s` is the wait from Retry-After, None without one."""

    def __init__(self, reason: str, after_s: int | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


def worth_retrying(error: Exception) -> bool | float:
    """Whether to retry, and after how many seconds when the index sent Retry-After."""
    if not isinstance(error, TransientChainError):
        return False
    if error.after_s is None:
        return True
    return float(error.after_s) if error.after_s <= MAX_RETRY_AFTER_S else False


class ToncenterApi:
    """One toncenter v3 endpoint, for example `https://toncenter.com/api/v3`."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        network: Network,
        key: str | None = None,
        *,
        attempts: int = 4,
        timeout_s: float = 10.0,
    ) -> None:
        self.http = http
        self.url = url.rstrip("/")
        self.network = network
        self.attempts = attempts
        self.timeout_s = timeout_s
        self._headers = {"X-API-Key": key} if key else {}

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

    async def _rows(self, account: TonAddress, query: dict[str, str]) -> tuple[Transaction, ...]:
        return await self._get("transactions", {"account": account.raw, **query}, partial(read_transactions, account))

    async def _get(self, path: str, query: dict[str, str], read: Callable[[str, Network], Answer]) -> Answer:
        async for attempt in stamina.retry_context(on=worth_retrying, attempts=self.attempts, timeout=45.0):
            with attempt:
                return self._read(path, read, await self._request(path, query))
        raise AssertionError("the loop above returns or raises")

    def _read(self, path: str, read: Callable[[str, Network], Answer], body: bytes) -> Answer:
        """The answer in *body*. One that isn't whole may be whole the next time, one of another shape may not."""
        try:
            return read(body.decode("utf-8"), self.network)
        except (UnicodeDecodeError, NotJsonError):
            raise TransientChainError(f"{path}: the answer is not whole JSON") from None
        except MalformedAnswerError as error:
            raise SourceUnavailable(f"{path}: {error}") from None

    async def _request(self, path: str, query: dict[str, str]) -> bytes:
        request = self.http.stream(
            "GET",
            f"{self.url}/{path}",
            params=query,
            headers=self._headers,
            timeout=self.timeout_s,
            follow_redirects=False,  # only this host may get the key
        )
        try:
            # httpx limits each read, not the whole answer: an index that sends a byte at a time needs this deadline.
            async with asyncio.timeout(self.timeout_s * _READS), request as response:
                body = await _read_limited(response)
        except TimeoutError:
            raise TransientChainError(f"{path}: no whole answer in time") from None
        except httpx.HTTPError as error:
            raise TransientChainError(f"{path}: {type(error).__name__}") from None
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.status_code >= 500:
            raise TransientChainError(f"{path}: status {response.status_code}", _retry_after(response))
        if response.status_code != httpx.codes.OK:
            raise SourceUnavailable(f"{path}: status {response.status_code}")
        return body


async def _read_limited(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise SourceUnavailable("the answer is too large")
    return bytes(body)


def _retry_after(response: httpx.Response) -> int | None:
    """Seconds from the header. None for its date form, which is rare: then our own back-off applies."""
    value = response.headers.get("Retry-After", "")
    return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else None
