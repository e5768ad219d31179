"""What any panel over HTTP answers at a customer's link, read with suspicion: for a family's `SubscriptionSource`."""

import re
from typing import Final

import httpx

from orbit_domain.subscription_link.ports import BadContent

MAX_BODY_BYTES: Final = 2 * 1024 * 1024
TIMEOUT_S: Final = 6
"""How long all of an answer may take: httpx limits each read alone."""
DOWN: Final = frozenset({429, 502, 503, 504})
"""Statuses that say something of the panel, and nothing of the link. A 500 is as often about one account alone."""
PLAIN: Final = {"accept": "*/*", "accept-encoding": "identity"}
"""Headers of every request: no page for browsers, nothing packed."""
_USED = re.compile(r"(?:^|;)\s*(?:upload|download)=([0-9]{1,18})(?=\s*(?:;|$))")


async def whole_body(response: httpx.Response) -> bytes:
    """The body. Raises BadContent when it is packed, and so perhaps a thousand times as long, or too long as it is."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BadContent("the answer is in an encoding that wasn't asked for")
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BadContent("the answer is far too long")
    return bytes(body)


def used_bytes(response: httpx.Response) -> int | None:
    """The bytes up and down that the panel has counted, by `subscription-userinfo`; None when it doesn't say."""
    counted = _USED.findall(response.headers.get("subscription-userinfo", ""))
    return sum(map(int, counted)) if counted else None
