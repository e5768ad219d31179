"""The web application: health, and the webhooks that the shop has."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from orbit_entry.web.health import Health


def web_app(health: Health, more: Sequence[BaseRoute] = ()) -> Starlette:
    """Return an application with `/health/live`, `/health/ready`, and *more* routes."""

    async def live(_: object) -> JSONResponse:
        return JSONResponse({"status": "healthy"})

    async def ready(_: object) -> JSONResponse:
        report = await health.report()
        return JSONResponse(report, status_code=503 if report["status"] == "unhealthy" else 200)

    return Starlette(routes=[Route("/health/live", live), Route("/health/ready", ready), *more])
