"""The routes about users."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from orbit_sandbox.marzban import users
from orbit_sandbox.marzban.answers import user_answer, user_usage_answer
from orbit_sandbox.marzban.bodies import UserCreate, UserModify, UserStatus
from orbit_sandbox.marzban.dependencies import CurrentAdmin, Panel
from orbit_sandbox.marzban.sim_marzban import Rejected, SimMarzban
from orbit_sandbox.marzban.state import Admin, PanelUser

router = APIRouter(prefix="/api")

SORTS: dict[str, Callable[[PanelUser], Any]] = {
    "username": lambda user: user.username,
    "used_traffic": lambda user: user.used_traffic,
    "data_limit": lambda user: user.data_limit or 0,
    "expire": lambda user: user.expire or 0,
    "created_at": lambda user: user.created_at,
}


@router.post("/user")
async def add_user(panel: Panel, admin: CurrentAdmin, body: UserCreate) -> dict[str, Any]:
    """Add a user."""
    return user_answer(panel, users.create(panel, admin, body))


@router.get("/user/{username}")
async def get_user(panel: Panel, admin: CurrentAdmin, username: str) -> dict[str, Any]:
    """Show a user."""
    return user_answer(panel, users.find(panel, admin, username))


@router.put("/user/{username}")
async def modify_user(panel: Panel, admin: CurrentAdmin, username: str, body: UserModify) -> dict[str, Any]:
    """Change a user."""
    user = users.find(panel, admin, username)
    users.modify(panel, user, body)
    return user_answer(panel, user)


@router.delete("/user/{username}")
async def remove_user(panel: Panel, admin: CurrentAdmin, username: str) -> dict[str, Any]:
    """Remove a user."""
    users.delete(panel, users.find(panel, admin, username))
    return {"detail": "User successfully deleted"}


@router.post("/user/{username}/reset")
async def reset_user(panel: Panel, admin: CurrentAdmin, username: str) -> dict[str, Any]:
    """Reset the used traffic of a user."""
    user = users.find(panel, admin, username)
    user.reset_traffic(panel.clock.now())
    return user_answer(panel, user)


@router.post("/user/{username}/revoke_sub")
async def revoke_subscription(panel: Panel, admin: CurrentAdmin, username: str) -> dict[str, Any]:
    """Give a user new secrets."""
    user = users.find(panel, admin, username)
    users.revoke(panel, user)
    return user_answer(panel, user)


@router.get("/user/{username}/usage")
async def user_usage(panel: Panel, admin: CurrentAdmin, username: str) -> dict[str, Any]:
    """What a user moved, by node."""
    user = users.find(panel, admin, username)
    return {"username": user.username, "usages": user_usage_answer(panel, [user])}


@router.get("/users")
async def list_users(
    panel: Panel,
    admin: CurrentAdmin,
    offset: int = 0,
    limit: int = 0,
    username: Annotated[list[str] | None, Query()] = None,
    search: str | None = None,
    owner: Annotated[list[str] | None, Query(alias="admin")] = None,
    status: UserStatus | None = None,
    sort: str | None = None,
) -> dict[str, Any]:
    """A page of users; `limit` 0 is no limit, and without `sort` the users are in order of creation."""
    found = [
        user
        for user in _visible(panel, admin)
        if (not username or user.username in username)
        and (not search or search.lower() in user.username.lower() or search.lower() in (user.note or "").lower())
        and (not owner or user.owner in owner)
        and (status is None or user.status == status)
    ]
    for option in reversed(sort.split(",") if sort else []):
        key = SORTS.get(option.removeprefix("-"))
        if key is None:
            raise Rejected(400, f'"{option}" is not a valid sort option')
        found.sort(key=key, reverse=option.startswith("-"))
    page = found[offset : offset + limit if limit else None]
    return {"users": [user_answer(panel, user) for user in page], "total": len(found)}


@router.get("/users/usage")
async def users_usage(panel: Panel, admin: CurrentAdmin) -> dict[str, Any]:
    """What all users moved, by node."""
    return {"usages": user_usage_answer(panel, _visible(panel, admin))}


def _visible(panel: SimMarzban, admin: Admin) -> list[PanelUser]:
    return [user for user in panel.users.values() if admin.is_sudo or user.owner == admin.username]
