"""Gets one JSON object from a source of prices: exact numbers, limited size."""

import asyncio
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

import httpx

from orbit_domain.payment.ports import RateUnavailable

TIMEOUT_S = 5.0
MAX_ANSWER_BYTES = 256 * 1024


async def get_object(http: httpx.AsyncClient, name: str, url: str, query: Mapping[str, str]) -> Mapping[str, Any]:
    """The answer of *url*; fractions come as Decimal. Raises RateUnavailable without quoting the answer."""
    body = bytearray()
    request = http.stream("GET", url, params=dict(query), timeout=TIMEOUT_S, follow_redirects=False)
    try:
        # httpx limits each read, not the whole answer: a source that sends a byte at a time needs this deadline.
        async with asyncio.timeout(TIMEOUT_S), request as response:
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MAX_ANSWER_BYTES:
                    raise RateUnavailable(f"{name}: the answer is too large")
    except (TimeoutError, httpx.HTTPError) as error:
        raise RateUnavailable(f"{name}: {type(error).__name__}") from None
    if response.status_code != httpx.codes.OK:
        raise RateUnavailable(f"{name}: status {response.status_code}")
    try:
        answer = json.loads(bytes(body), parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, ArithmeticError):
        raise RateUnavailable(f"{name}: the answer is not JSON") from None
    return as_object(name, answer)


def as_object(name: str, value: object) -> Mapping[str, Any]:
    """*value* as a JSON object. Raises RateUnavailable."""
    if not isinstance(value, dict):
        raise RateUnavailable(f"{name}: the answer has another shape")
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
