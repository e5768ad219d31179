"""The simulator as an ASGI application, for uvicorn or for `InProcess`."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.fault_injection import ConnectionClosedError, FaultInjection
from orbit_sandbox.remnawave.answers import iso
from orbit_sandbox.remnawave.routes import ROUTES, panel_of
from orbit_sandbox.remnawave.sim_remnawave import Invalid, NotAuthorised, Rejected, SimRemnawave
from orbit_sandbox.remnawave.slow_answers import SlowAnswers
from orbit_sandbox.remnawave.subscription_routes import SUBSCRIPTION_ROUTES

FRAMEWORK = {400: "Bad Request", 403: "Forbidden", 404: "Not Found"}


def remnawave_app(
    panel: SimRemnawave, faults: Faults, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> Starlette:
    """The panel over *panel*. *faults* must know the names in `slow_answers.FAULTS`."""
    app = Starlette(
        routes=[*ROUTES, *SUBSCRIPTION_ROUTES],
        exception_handlers={
            Rejected: _rejected,
            Invalid: _invalid,
            NotAuthorised: _not_authorised,
            json.JSONDecodeError: _malformed,
            HTTPException: _unknown_route,
        },
    )
    app.state.panel = panel
    app.add_middleware(FaultInjection, panel=panel, faults=faults)
    app.add_middleware(SlowAnswers, faults=faults, sleep=sleep)
    app.add_middleware(ProxyCheck)
    return app


class ProxyCheck:
    """In production mode the panel destroys every connection that doesn't come by https, through a proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through. Raises ConnectionClosedError."""
        headers = dict(scope.get("headers", ()))
        is_proxied = b"x-forwarded-for" in headers and headers.get(b"x-forwarded-proto") == b"https"
        if scope["type"] == "http" and not is_proxied:
            raise ConnectionClosedError
        await self._app(scope, receive, send)


async def _rejected(request: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)  # noqa: S101  registered for nothing else
    at = iso(panel_of(request).clock.now())
    words = {"timestamp": at, "path": request.url.path, "message": error.message, "errorCode": error.code}
    return JSONResponse(words, error.status)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, Invalid)  # noqa: S101  registered for nothing else
    fault = {"code": "custom", "message": "Invalid input", "path": list(error.path)}
    return JSONResponse({"statusCode": 400, "message": f"{error}", "errors": [fault]}, 400)


async def _not_authorised(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotAuthorised)  # noqa: S101  registered for nothing else
    if error.status == 401:
        return JSONResponse({"message": "Unauthorized", "statusCode": 401}, 401)
    return _framework(403, "Forbidden resource")


async def _malformed(_: Request, __: Exception) -> Response:
    return _framework(400, "Unexpected end of JSON input")


async def _unknown_route(request: Request, _: Exception) -> Response:
    return _framework(404, f"Cannot {request.method} {request.url.path}")


def _framework(status: int, message: str) -> Response:
    return JSONResponse({"message": message, "error": FRAMEWORK[status], "statusCode": status}, status)
