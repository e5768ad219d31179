"""One request to a provider, sent once, and the whole of its answer."""

import asyncio
from typing import Any

import httpx


class NoWholeAnswer(Exception):
    """No answer came, or not all of it: nobody knows what became of the request. The message is the kind of error."""


async def exchange(
    http: httpx.AsyncClient, method: str, url: str, *, timeout_s: float, max_bytes: int, **what: Any
) -> tuple[int, bytes]:
    """Status and body. *what* is what httpx takes besides. Raises NoWholeAnswer, which holds nothing of the request."""
    try:
        # httpx limits each read, not the whole answer: one that comes a byte at a time needs this deadline.
        async with asyncio.timeout(timeout_s):
            return await _send(http, method, url, max_bytes, what)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = f"no whole answer: {type(error).__name__}"
    # Raised outside `except`, so that the exception's context holds no request: requests carry credentials.
    raise NoWholeAnswer(reason)


async def _send(
    http: httpx.AsyncClient, method: str, url: str, max_bytes: int, what: dict[str, Any]
) -> tuple[int, bytes]:
    # Only this host may get the credentials: redirects are not followed.
    async with http.stream(method, url, follow_redirects=False, **what) as response:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > max_bytes:
                raise httpx.DecodingError("the answer is too large")
        return response.status_code, bytes(body)
