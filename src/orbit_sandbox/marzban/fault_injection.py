"""The faults of the simulator: everything that may happen between a client and a real panel."""

from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orbit_sandbox.faults import Faults

DOWN = "panel.down"
BROKEN = "panel.500"
TOO_MANY = "panel.429"
HTML = "panel.html"
CUT_JSON = "panel.cut_json"
LOSE_ANSWER = "panel.lose_answer"
TIMEOUT = "panel.timeout"
TOKEN_EXPIRED = "panel.token_expired"

FAULTS = frozenset({DOWN, BROKEN, TOO_MANY, HTML, CUT_JSON, LOSE_ANSWER, TIMEOUT, TOKEN_EXPIRED})

ERROR_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>"
ERROR_BODY = b"Internal Server Error"

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class HasTokens(Protocol):
    """A simulated panel of any family, as far as its faults go."""

    def forget_tokens(self) -> None:
        """Make every token of an administrator invalid."""


class ConnectionClosedError(Exception):
    """The panel closes the connection without a further byte.

    `answered`: a complete response was sent before, as with the panel's 500. `silent`: the client doesn't notice
    the closing and times out. Under uvicorn this exception makes the server drop the connection.
    """

    def __init__(self, *, answered: bool = False, silent: bool = False) -> None:
        super().__init__("the panel closed the connection")
        self.answered = answered
        self.silent = silent


class FaultInjection:
    """Middleware before the panel's routes that injects the active faults.

    `panel.down` affects every path; the others affect only the administrators' API, except its login.
    `panel.lose_answer` and `panel.cut_json` affect requests that change a user, after the change is made.
    The others prevent it.
    """

    def __init__(self, app: ASGIApp, panel: HasTokens, faults: Faults) -> None:
        self._app = app
        self._panel = panel
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with or without a fault."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = await self._before_work(scope, send)
        if answer is not None:
            await _send_answer(send, *answer)
        else:
            answer = await self._after_work(scope, receive, send)
        if answer[0] == 500:
            raise ConnectionClosedError(answered=True)

    async def _before_work(self, scope: Scope, send: Send) -> Answer | None:
        """The response of an active fault that prevents the work; None without one."""
        consume = self._faults.consume
        if consume(DOWN):
            return 503, [(b"content-type", b"text/html")], ERROR_PAGE
        if not scope["path"].startswith("/api/") or scope["path"] == "/api/admin/token":
            return None
        if consume(TIMEOUT):
            # Without a started response the server would send a 500 by itself; a started one it drops.
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
            raise ConnectionClosedError(silent=True)
        if consume(TOO_MANY):
            return 429, [(b"content-type", b"text/html"), (b"retry-after", b"1")], ERROR_PAGE
        if consume(HTML):
            return 200, [(b"content-type", b"text/html")], ERROR_PAGE
        if consume(BROKEN):
            return 500, [(b"content-type", b"text/plain; charset=utf-8")], ERROR_BODY
        if consume(TOKEN_EXPIRED):
            self._panel.forget_tokens()
        return None

    async def _after_work(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """Let the panel work, then send its response, or only a part of it."""
        status, headers, body = await _collect(self._app, scope, receive)
        if scope["path"].startswith("/api/user") and scope["method"] != "GET":
            if self._faults.consume(LOSE_ANSWER):
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
                raise ConnectionClosedError
            if self._faults.consume(CUT_JSON):
                body = body[: len(body) // 2]
                headers = [(name, value) for name, value in headers if name != b"content-length"]
        await _send_answer(send, status, headers, body)
        return status, headers, body


async def _collect(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    status, headers, parts = 500, [], []

    async def keep(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, keep)
    return status, headers, b"".join(parts)


async def _send_answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    if not any(name == b"content-length" for name, _ in headers):
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
