"""The HTTP face of the little Telegram: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

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
from orbit_sandbox.telegram.world import BotApiWorld

FAULTS = frozenset({"telegram.429", "telegram.500", "telegram.timeout", "telegram.lose_answer", "telegram.down"})
RETRY_AFTER_S = 2
HANG_S = 65.0
MAX_BODY_BYTES = MAX_DOCUMENT_BYTES + 1024 * 1024


class Cut(Response):
    """Begins an answer and lets the connection die, so that the client cannot know what was done."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise a body and never send it; the server then closes the connection."""
        headers = [(b"content-length", b"64"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


def bot_api_app(world: BotApiWorld, faults: Faults, hang_s: float = HANG_S) -> FastAPI:
    """Serve *world* as Telegram's Bot API, misbehaving as *faults* (see `FAULTS`) say.

    `telegram.down` cuts every connection; the others strike only methods that change something, so that
    polling doesn't use them up. `telegram.timeout` keeps the caller waiting up to *hang_s* seconds.
    When this app runs by itself its lifespan pushes webhooks; mounted in another app, run `WebhookPush` there.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pushing = asyncio.create_task(WebhookPush(world, faults).run())
        try:
            yield
        finally:
            pushing.cancel()
            with suppress(asyncio.CancelledError):
                await pushing

    app = FastAPI(title="Bot API stand-in", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.api_route("/bot{token}/{method}", methods=["GET", "POST"])
    async def method_call(token: str, method: str, request: Request) -> Response:
        if faults.consume("telegram.down"):
            return Cut()
        try:
            _check_token(world, token)
            changes = not method.lower().startswith("get")
            if changes and faults.consume("telegram.timeout"):
                await _hang(request, faults, hang_s)
                return Cut()
            if changes:
                _refuse_by_fault(faults)
            result = await world.call(method, await _params(request))
        except BotApiRefusal as refusal:
            return _json(refusal.code, refusal.body())
        if changes and faults.consume("telegram.lose_answer"):
            return Cut()
        return _json(200, {"ok": True, "result": result})

    @app.get("/file/bot{token}/{path:path}")
    async def download(token: str, path: str) -> Response:
        if faults.consume("telegram.down"):
            return Cut()
        stored = world.files.at_path(path) if _is_token(world, token) else None
        if stored is None:
            return _json(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return Response(stored.data, media_type=stored.mime)

    return app


def _is_token(world: BotApiWorld, token: str) -> bool:
    return hmac.compare_digest(token.encode("utf-8", "replace"), world.token.encode())


def _check_token(world: BotApiWorld, token: str) -> None:
    if not _is_token(world, token):
        raise BotApiRefusal(401, "Unauthorized")


def _refuse_by_fault(faults: Faults) -> None:
    if faults.consume("telegram.429"):
        raise too_many_requests(RETRY_AFTER_S)
    if faults.consume("telegram.500"):
        raise BotApiRefusal(500, "Internal Server Error")


async def _hang(request: Request, faults: Faults, hang_s: float) -> None:
    """Say nothing until the caller gives up, the fault is healed after having been lasting, or time is over."""
    lasting = faults.is_on("telegram.timeout")
    deadline = asyncio.get_running_loop().time() + hang_s
    while asyncio.get_running_loop().time() < deadline and not await request.is_disconnected():
        if lasting and not faults.is_on("telegram.timeout"):
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
