"""The HTTP application of the simulated Telegram: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.files import MAX_DOCUMENT_BYTES
from orbit_sandbox.telegram.params import Params, Upload
from orbit_sandbox.telegram.push import WebhookPush
from orbit_sandbox.telegram.refusals import BotApiRefusal, bad_request, too_many_requests
from orbit_sandbox.telegram.sim_telegram import SimTelegram

FAULTS = frozenset({"telegram.429", "telegram.500", "telegram.timeout", "telegram.lose_answer", "telegram.down"})
RETRY_AFTER_S = 2
HANG_S = 65.0
MAX_BODY_BYTES = MAX_DOCUMENT_BYTES + 1024 * 1024


class DroppedResponse(Response):
    """Starts a response and drops the connection, so that the client can't know what was done."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Announce a body and never send it; the server then closes the connection."""
        headers = [(b"content-length", b"64"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


def bot_api_app(telegram: SimTelegram, faults: Faults, hang_s: float = HANG_S) -> FastAPI:
    """Serve *telegram* as Telegram's Bot API, with the active *faults* (see `FAULTS`).

    `telegram.down` drops every connection; the others affect only methods that change something: polling
    doesn't consume them. `telegram.timeout` keeps the client waiting up to *hang_s* seconds.
    When this app runs by itself its lifespan pushes webhooks; mounted in another app, run `WebhookPush` there.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pushing = asyncio.create_task(WebhookPush(telegram, faults).run())
        try:
            yield
        finally:
            pushing.cancel()
            with suppress(asyncio.CancelledError):
                await pushing

    app = FastAPI(title="Bot API simulator", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.api_route("/bot{token}/{method}", methods=["GET", "POST"])
    async def method_call(token: str, method: str, request: Request) -> Response:
        if faults.consume("telegram.down"):
            return DroppedResponse()
        try:
            _check_token(telegram, token)
            changes = not method.lower().startswith("get")
            if changes and faults.consume("telegram.timeout"):
                await _hang(request, faults, hang_s)
                return DroppedResponse()
            if changes:
                _refuse_by_fault(faults)
            result = await telegram.call(method, await _params(request))
        except BotApiRefusal as refusal:
            return _json(refusal.code, refusal.body())
        if changes and faults.consume("telegram.lose_answer"):
            return DroppedResponse()
        return _json(200, {"ok": True, "result": result})

    @app.get("/file/bot{token}/{path:path}")
    async def download(token: str, path: str) -> Response:
        if faults.consume("telegram.down"):
            return DroppedResponse()
        stored = telegram.files.at_path(path) if _is_token(telegram, token) else None
        if stored is None:
            return _json(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return Response(stored.data, media_type=stored.mime)

    return app


def _is_token(telegram: SimTelegram, token: str) -> bool:
    return hmac.compare_digest(token.encode("utf-8", "replace"), telegram.token.encode())


def _check_token(telegram: SimTelegram, token: str) -> None:
    if not _is_token(telegram, token):
        raise BotApiRefusal(401, "Unauthorized")


def _refuse_by_fault(faults: Faults) -> None:
    if faults.consume("telegram.429"):
        raise too_many_requests(RETRY_AFTER_S)
    if faults.consume("telegram.500"):
        raise BotApiRefusal(500, "Internal Server Error")


async def _hang(request: Request, faults: Faults, hang_s: float) -> None:
    """Don't respond until the client disconnects, a permanent fault is switched off, or *hang_s* is over."""
    permanent = faults.is_on("telegram.timeout")
    deadline = asyncio.get_running_loop().time() + hang_s
    while asyncio.get_running_loop().time() < deadline and not await request.is_disconnected():
        if permanent and not faults.is_on("telegram.timeout"):
            return
        await asyncio.sleep(0.05)


async def _params(request: Request) -> Params:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    values: dict[str, Any] = dict(request.query_params)
    files: dict[str, Upload] = {}
    if kind == "application/json":
        return Params(values | await _json_body(request))
    if kind not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return Params(values)
    try:
        form = await request.form(max_files=20, max_fields=100)
    except (HTTPException, ValueError):
        raise bad_request("can't parse the form") from None
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = await _upload(name, value)
            else:
                values[name] = value
    finally:
        await form.close()
    return Params(values, files)


async def _upload(name: str, value: UploadFile) -> Upload:
    if (value.size or 0) > MAX_DOCUMENT_BYTES:
        raise BotApiRefusal(413, "Request Entity Too Large")
    return Upload(value.filename or name, await value.read())


async def _json_body(request: Request) -> dict[str, Any]:
    chunks, size = [], 0
    async for chunk in request.stream():
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise BotApiRefusal(413, "Request Entity Too Large")
    try:
        body = json.loads(b"".join(chunks) or b"{}")
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("expected a JSON object")
    return body


def _json(status: int, body: dict[str, Any]) -> Response:
    # ASCII output carries even the lone surrogates of a hostile raw update.
    return Response(json.dumps(body), status_code=status, media_type="application/json")
