"""How the stand-in misbehaves: everything a client may meet between itself and a real panel."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.world import MarzbanWorld

DOWN = "panel.down"
BROKEN = "panel.500"
TOO_MANY = "panel.429"
HTML = "panel.html"
CUT_JSON = "panel.cut_json"
LOSE_ANSWER = "panel.lose_answer"
TIMEOUT = "panel.timeout"
TOKEN_EXPIRED = "panel.token_expired"

FAULTS = frozenset({DOWN, BROKEN, TOO_MANY, HTML, CUT_JSON, LOSE_ANSWER, TIMEOUT, TOKEN_EXPIRED})

PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>"
SORRY = b"Internal Server Error"

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class HungUp(Exception):
    """The panel closes the connection without a word more.

    `answered`: a whole answer went out before, as with the panel's 500. `silent`: not even the closing is
    noticed, the client waits for nothing. Under uvicorn this exception makes the server drop the connection.
    """

    def __init__(self, *, answered: bool = False, silent: bool = False) -> None:
        super().__init__("the panel hung up")
        self.answered = answered
        self.silent = silent


class FaultInjection:
    """Stands before the panel's routes and plays the faults that are switched on.

    `panel.down` meets every path; the others only the administrators' interface without its login.
    `panel.lose_answer` and `panel.cut_json` meet what changes a user, and do the work first; the rest do none.
    """

    def __init__(self, app: ASGIApp, world: MarzbanWorld, faults: Faults) -> None:
        self._app = app
        self._world = world
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or badly."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        page = await self._instead(scope, send)
        if page is not None:
            await _say(send, *page)
        else:
            page = await self._after_work(scope, receive, send)
        if page[0] == 500:
            raise HungUp(answered=True)

    async def _instead(self, scope: Scope, send: Send) -> Answer | None:
        """The answer given without doing anything, if some fault has it so."""
        consume = self._faults.consume
        if consume(DOWN):
            return 503, [(b"content-type", b"text/html")], PAGE
        if not scope["path"].startswith("/api/") or scope["path"] == "/api/admin/token":
            return None
        if consume(TIMEOUT):
            # A server that was never told anything would say 500 by itself; of a begun answer it drops the rest.
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
            raise HungUp(silent=True)
        if consume(TOO_MANY):
            return 429, [(b"content-type", b"text/html"), (b"retry-after", b"1")], PAGE
        if consume(HTML):
            return 200, [(b"content-type", b"text/html")], PAGE
        if consume(BROKEN):
            return 500, [(b"content-type", b"text/plain; charset=utf-8")], SORRY
        if consume(TOKEN_EXPIRED):
            self._world.forget_tokens()
        return None

    async def _after_work(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """Let the panel work, then pass its answer on, or the part of it that gets through."""
        status, headers, body = await _collect(self._app, scope, receive)
        if scope["path"].startswith("/api/user") and scope["method"] != "GET":
            if self._faults.consume(LOSE_ANSWER):
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
                raise HungUp
            if self._faults.consume(CUT_JSON):
                body = body[: len(body) // 2]
                headers = [(name, value) for name, value in headers if name != b"content-length"]
        await _say(send, status, headers, body)
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


async def _say(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    if not any(name == b"content-length" for name, _ in headers):
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
