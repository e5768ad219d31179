"""The web application: health, and the webhooks that the shop has."""

from collections.abc import Sequence
from http import HTTPMethod

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from orbit_entry.runtime.direct_route import DirectRoute
from orbit_entry.web.health import Health


class _DirectRoutesFirst:
    """Serves what is called most before *app* looks at it; its layers cost more than the endpoint."""

    def __init__(self, app: ASGIApp, routes: Sequence[DirectRoute]) -> None:
        self._app = app
        self._direct: dict[str, ASGIApp] = {route.path: route.endpoint for route in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        direct = None
        if scope["type"] == "http" and scope["method"] == HTTPMethod.POST:
            direct = self._direct.get(scope["path"])
        await (direct or self._app)(scope, receive, send)


def web_app(health: Health, more: Sequence[BaseRoute] = ()) -> ASGIApp:
    """Return an application with `/health/live`, `/health/ready`, and *more* routes."""

    async def live(_: object) -> JSONResponse:
        return JSONResponse({"status": "healthy"})

    async def ready(_: object) -> JSONResponse:
        report = await health.report()
        return JSONResponse(report, status_code=503 if report["status"] == "unhealthy" else 200)

    app = Starlette(routes=[Route("/health/live", live), Route("/health/ready", ready), *more])
    return _DirectRoutesFirst(app, [route for route in more if isinstance(route, DirectRoute)])
