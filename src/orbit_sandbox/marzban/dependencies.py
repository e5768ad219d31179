"""The dependencies of the routes: the simulated panel, and the administrator who calls."""

from typing import Annotated

from fastapi import Depends, Request

from orbit_sandbox.marzban.sim_marzban import Rejected, SimMarzban
from orbit_sandbox.marzban.state import Admin


async def _panel(request: Request) -> SimMarzban:
    panel = request.app.state.panel
    assert isinstance(panel, SimMarzban)  # noqa: S101  set by marzban_app
    panel.settle()
    return panel


Panel = Annotated[SimMarzban, Depends(_panel)]


async def _admin(request: Request, panel: Panel) -> Admin:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Rejected(401, "Not authenticated")
    return panel.admin_of(token)


CurrentAdmin = Annotated[Admin, Depends(_admin)]


async def _sudo(admin: CurrentAdmin) -> Admin:
    if not admin.is_sudo:
        raise Rejected(403, "You're not allowed")
    return admin


SudoAdmin = Annotated[Admin, Depends(_sudo)]
