"""One request to a panel, sent once, and what may be concluded when no answer comes that can be used."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx

from orbit_adapters.panel_plugin.connection_errors import in_words
from orbit_domain.access.ports import OutcomeUnknown, PanelUnavailable
from orbit_domain.ids import PanelId

MAX_BODY_BYTES: Final = 2 * 1024 * 1024
"""A page of a thousand users has half of this size."""
_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)


class NoWholeAnswer(Exception):
    """No answer, or not the whole of it. The message is for the owner.

    `was_sent`: the panel may have the request. `was_closed`: the panel closed the connection instead of answering.
    """

    def __init__(self, reason: str, *, was_sent: bool, was_closed: bool = False) -> None:
        super().__init__(reason)
        self.was_sent = was_sent
        self.was_closed = was_closed


async def exchange(
    http: httpx.AsyncClient, method: str, url: str, *, timeout_s: float, **what: Any
) -> tuple[int, bytes]:
    """Status and body; of an error of the server no body. *what* is what httpx takes besides. Raises NoWholeAnswer."""
    was_sent, was_closed = True, False
    try:
        # httpx limits each read, not the whole answer: a panel that sends a byte at a time needs this deadline.
        async with asyncio.timeout(timeout_s):
            return await _send(http, method, url, what)
    except (TimeoutError, httpx.TimeoutException) as error:
        reason, was_sent = "no answer in time", not isinstance(error, _NEVER_SENT)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason, was_sent = f"the connection failed: {in_words(error)}", not isinstance(error, _NEVER_SENT)
        was_closed = isinstance(error, httpx.RemoteProtocolError)
    # Raised outside `except`, so that the exception's context holds no request: requests carry secrets.
    raise NoWholeAnswer(reason, was_sent=was_sent, was_closed=was_closed)


def unusable(panel_id: PanelId, reason: str, *, changes: bool) -> PanelUnavailable | OutcomeUnknown:
    """The error for a request without a usable answer; *changes*: it was sent, and could have changed something."""
    return OutcomeUnknown(panel_id, reason) if changes else PanelUnavailable(panel_id, reason)


@contextmanager
def after_a_change() -> Iterator[None]:
    """For what comes behind a change in the same call: that the panel is gone now doesn't say that nothing happened."""
    try:
        yield
    except PanelUnavailable as error:
        raise OutcomeUnknown(error.panel_id, error.reason) from None


async def _send(http: httpx.AsyncClient, method: str, url: str, what: dict[str, Any]) -> tuple[int, bytes]:
    # Only this host may get our login: redirects are not followed.
    async with http.stream(method, url, follow_redirects=False, **what) as response:
        if response.status_code >= 500:
            # Unread, so httpx drops the connection: some panels close it after an error, without notice.
            return response.status_code, b""
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise httpx.DecodingError("the answer is far too long")
        return response.status_code, bytes(body)
