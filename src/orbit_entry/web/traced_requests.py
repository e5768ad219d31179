"""Gives each web request its id, from `X-Request-Id` or a new one, and its span."""

from starlette.types import ASGIApp, Receive, Scope, Send

from orbit_adapters.tracing.request_id import HEADER, new_request_id, set_request_id, well_formed
from orbit_adapters.tracing.spans import SpanKind, span_of_work

_HEADER = HEADER.encode()


class TracedRequests:
    """*app*, each of whose requests is a piece of work.

    The id isn't taken back at the end: each request has a task of its own, in which the server logs what *app* raises.
    It isn't sent back either: whoever has given one knows it, and ours would count the shop's work for strangers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == _HEADER]
        taken = well_formed(given[0].decode("latin-1")) if len(given) == 1 else None
        set_request_id(taken or new_request_id())
        with span_of_work(SpanKind.WEB, _place(scope["path"])):
            await self.app(scope, receive, send)


def _place(path: str) -> str:
    """The first word of *path*: what follows may be somebody's token. Our own words are short letters."""
    first = path.split("/")[1] if path.startswith("/") else ""
    return f"/{first}" if first.isascii() and first.isalpha() and len(first) <= 12 else "/…"
