"""What every route of the stand-in asks first: which world this is, and who is asking."""

from typing import Annotated

from fastapi import Depends, Request

from orbit_sandbox.marzban.state import Admin
from orbit_sandbox.marzban.world import MarzbanWorld, Rejected


async def _world(request: Request) -> MarzbanWorld:
    world = request.app.state.world
    assert isinstance(world, MarzbanWorld)  # noqa: S101  set by marzban_app and nobody else
    world.settle()
    return world


World = Annotated[MarzbanWorld, Depends(_world)]


async def _admin(request: Request, world: World) -> Admin:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Rejected(401, "Not authenticated")
    return world.admin_of(token)


Asker = Annotated[Admin, Depends(_admin)]


async def _sudo(admin: Asker) -> Admin:
    if not admin.is_sudo:
        raise Rejected(403, "You're not allowed")
    return admin


Sudo = Annotated[Admin, Depends(_sudo)]
