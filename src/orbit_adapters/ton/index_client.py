"""How an index of the chain is asked over HTTP: reads alone, so every call may be repeated.

Every failure ends in SourceUnavailable with a short reason that holds no key and nothing of the answer.
"""

import asyncio
import re
from collections.abc import Callable
from typing import ClassVar, TypeVar
from urllib.parse import urlsplit

import httpx
import stamina

from orbit_adapters.ton.address import Network
from orbit_adapters.ton.request_interval import UNLIMITED, RequestInterval
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


class NotFoundError(SourceUnavailable):
    """The index has nothing under that path."""


def worth_retrying(error: Exception) -> bool | float:
    """Whether to retry, and after how many seconds when the index sent Retry-After."""
    if not isinstance(error, TransientChainError):
        return False
    if error.after_s is None:
        return True
    return float(error.after_s) if error.after_s <= MAX_RETRY_AFTER_S else False


class IndexClient:
    """One index at *url*, which gets the *key* in a header of its own. Not more often asked than *interval* allows."""

    key_header: ClassVar[str]
    key_prefix: ClassVar[str] = ""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        network: Network,
        key: str | None = None,
        *,
        attempts: int = 4,
        timeout_s: float = 10.0,
        interval: RequestInterval = UNLIMITED,
    ) -> None:
        self.http = http
        self.url = url.rstrip("/")
        self.network = network
        self.attempts = attempts
        self.timeout_s = timeout_s
        self.interval = interval
        self._headers = {self.key_header: f"{self.key_prefix}{key}"} if key else {}

    @property
    def name(self) -> str:
        """The host that is asked, for people."""
        return urlsplit(self.url).netloc

    async def _get(
        self,
        path: str,
        query: dict[str, str],
        read: Callable[[str, Network], Answer],
        name: str = "",
        *,
        question: dict[str, object] | None = None,
    ) -> Answer:
        """What *read* makes of the answer. *name* stands for *path* in reasons. Raises SourceUnavailable.

        A *question* is posted as JSON; it changes nothing either.
        """
        name = name or path
        async for attempt in stamina.retry_context(on=worth_retrying, attempts=self.attempts, timeout=45.0):
            with attempt:
                return self._read(name, read, await self._request(path, query, name, question))
        raise AssertionError("the loop above returns or raises")

    def _read(self, name: str, read: Callable[[str, Network], Answer], body: bytes) -> Answer:
        """The answer in *body*. One that isn't whole may be whole the next time, one of another shape may not."""
        try:
            return read(body.decode("utf-8"), self.network)
        except (UnicodeDecodeError, NotJsonError):
            raise TransientChainError(f"{name}: the answer is not whole JSON") from None
        except MalformedAnswerError as error:
            raise SourceUnavailable(f"{name}: {error}") from None

    async def _request(self, path: str, query: dict[str, str], name: str, question: dict[str, object] | None) -> bytes:
        await self.interval.wait()
        request = self.http.stream(
            "GET" if question is None else "POST",
            f"{self.url}/{path}",
            params=query,
            json=question,
            headers=self._headers,
            timeout=self.timeout_s,
            follow_redirects=False,  # only this host may get the key
        )
        try:
            # httpx limits each read, not the whole answer: an index that sends a byte at a time needs this deadline.
            async with asyncio.timeout(self.timeout_s * _READS), request as response:
                body = await _read_limited(response)
        except TimeoutError:
            raise TransientChainError(f"{name}: no whole answer in time") from None
        except httpx.HTTPError as error:
            raise TransientChainError(f"{name}: {type(error).__name__}") from None
        _check_status(response, name)
        return body


def _check_status(response: httpx.Response, name: str) -> None:
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        raise TransientChainError(f"{name}: status {status}", _retry_after(response))
    if status == httpx.codes.NOT_FOUND:
        raise NotFoundError(f"{name}: status {status}")
    if status != httpx.codes.OK:
        raise SourceUnavailable(f"{name}: status {status}")


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
