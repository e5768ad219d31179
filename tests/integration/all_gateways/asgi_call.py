"""One HTTP request to an application in this process, byte by byte as a hostile client may send it."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Message

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent from *address*. *chunks* are the parts of the body; when it *breaks_off*, the client leaves."""

    path: str
    headers: Sequence[Header] = ()
    chunks: Sequence[bytes] = (b"",)
    method: str = "POST"
    query: bytes = b""
    breaks_off: bool = False
    address: str = "203.0.113.7"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` is None when nobody waited for an answer."""

    status: int | None
    headers: Sequence[Header] = ()
    body: bytes = b""


async def call(app: ASGIApp, request: Request) -> Answer:
    """Send *request* to *app*. Raises what the application raises: a server would make a 500 of it."""
    parts = list(request.chunks)
    status: int | None = None
    headers: Sequence[Header] = ()
    body = b""
    has_left = False

    async def receive() -> Message:
        nonlocal has_left
        if parts:
            chunk = parts.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(parts) or request.breaks_off}
        has_left = True
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, headers, body
        if has_left:
            return  # As a server does: what is said to a client that has left goes nowhere.
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", ()))
        else:
            body += message.get("body", b"")

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "https", "method": request.method,
        "path": request.path, "raw_path": request.path.encode(errors="replace"), "root_path": "",
        "query_string": request.query, "headers": list(request.headers), "client": (request.address, 4711),
        "server": ("shop.example", 443),
    }  # fmt: skip
    await app(scope, receive, send)
    return Answer(status, headers, body)
