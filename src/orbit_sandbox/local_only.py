"""Keeps other sites' pages away from the sandbox: a browser on this machine may have them open beside it."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_READING = frozenset({"GET", "HEAD"})


class LocalOnly:
    """Serves *app* only under this machine's own names, and lets only its own page change something.

    The first stops a foreign name that was made to lead here (DNS rebinding), the second a form or a script of a
    foreign page. A program on this machine sends no Origin and is let in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400 to a foreign name, 403 to a foreign page."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            refusal = _refusal(scope["method"], headers.getlist("host"), headers.getlist("origin"))
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _refusal(method: str, hosts: list[str], origins: list[str]) -> PlainTextResponse | None:
    if len(hosts) != 1 or _name(hosts[0]) not in _HOSTS:
        return PlainTextResponse("The sandbox answers to this machine's own names only.", 400)
    if method not in _READING and any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
        return PlainTextResponse("Only the sandbox's own page may change something.", 403)
    return None


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
