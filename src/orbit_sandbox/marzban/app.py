"""The simulator as an ASGI application, for uvicorn or for `InProcess`."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse

from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban import panel_routes, subscription_routes, user_routes
from orbit_sandbox.marzban.answers import VERSION
from orbit_sandbox.marzban.fault_injection import FaultInjection
from orbit_sandbox.marzban.sim_marzban import InternalError, Rejected, SimMarzban


def marzban_app(panel: SimMarzban, faults: Faults) -> FastAPI:
    """The panel over *panel*. *faults* must know the names in `fault_injection.FAULTS`."""
    app = FastAPI(title="MarzbanAPI", version=VERSION, docs_url=None, redoc_url=None)
    app.state.panel = panel
    for router in (panel_routes.router, user_routes.router, subscription_routes.router):
        app.router.routes += router.routes  # As they are: `include_router` would build each route again for each panel.
    app.add_exception_handler(Rejected, _rejected)
    app.add_exception_handler(InternalError, _broken)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_middleware(FaultInjection, panel=panel, faults=faults)
    return app


async def _rejected(_: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)  # noqa: S101  registered for nothing else
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return JSONResponse({"detail": error.detail}, error.status, headers)


async def _broken(_: Request, __: Exception) -> Response:
    return PlainTextResponse("Internal Server Error", 500)


async def _invalid(_: Request, error: Exception) -> Response:
    """Marzban's own shape of a 422: the last part of the location, and the message."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for nothing else
    detail = {str(fault["loc"][-1]): fault["msg"] for fault in error.errors()}
    return JSONResponse({"detail": detail}, 422)
