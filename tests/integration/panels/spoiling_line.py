"""The line to a simulated panel whose answers something in between spoils: pages, cuts, bombs, redirects, nonsense."""

import json
from collections.abc import Callable, Mapping

import httpx

MARKER = "raw-words-of-a-proxy"
"""What no customer and no owner should read."""
ELSEWHERE = "https://thief.test"

Spoil = Callable[[httpx.Request, int, bytes], httpx.Response]


class SpoilingLine(httpx.AsyncBaseTransport):
    """The transport *inner*; while `spoil` is set, each answer is what that makes of it.

    `hosts` are the hosts that were asked.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.spoil: Spoil | None = None
        self.hosts = set[str]()
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.hosts.add(request.url.host)
        response = await self._inner.handle_async_request(request)
        if self.spoil is None:
            return response
        body = await response.aread()
        await response.aclose()
        return self.spoil(request, response.status_code, body)


def _page(status: int) -> Spoil:
    page = f"<html><script>{MARKER}</script><h1>Welcome to nginx</h1></html>".encode()
    return lambda *_: httpx.Response(status, content=page, headers={"content-type": "text/html"})


def _cut(_: httpx.Request, status: int, body: bytes) -> httpx.Response:
    return httpx.Response(status, content=body[: len(body) // 2])


def _bomb(_: httpx.Request, status: int, body: bytes) -> httpx.Response:
    return httpx.Response(status, content=b" " * 10_000_000 + body)


def _redirect(request: httpx.Request, *_: object) -> httpx.Response:
    return httpx.Response(307, headers={"location": f"{ELSEWHERE}{request.url.raw_path.decode()}?{MARKER}"})


def _with_fields(fields: Mapping[str, object]) -> Spoil:
    """Every account in an answer has these values."""

    def changed(value: object) -> object:
        if isinstance(value, dict):
            return {name: fields[name] if name in fields else changed(inner) for name, inner in value.items()}
        return [changed(inner) for inner in value] if isinstance(value, list) else value

    def spoil(_: httpx.Request, status: int, body: bytes) -> httpx.Response:
        try:
            return httpx.Response(status, json=changed(json.loads(body)))
        except ValueError:
            return httpx.Response(status, content=body)

    return spoil


SPOILS: Mapping[str, Spoil] = {
    "a page instead of an answer": _page(200),
    "a page with a 502": _page(502),
    "a cut answer": _cut,
    "ten megabytes": _bomb,
    "a redirect to another host": _redirect,
    "a usage below zero": _with_fields({"used_traffic": -5, "usedTrafficBytes": -5, "lifetime_used_traffic": -5}),
    "an end in 1970": _with_fields({"expire": 1, "expireAt": "1970-01-01T00:00:01.000Z"}),
    "accounts without links": _with_fields({"links": [], "subscription_url": "", "subscriptionUrl": ""}),
}
