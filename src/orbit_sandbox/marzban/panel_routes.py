"""The routes about the panel itself: administrators, core, inbounds, hosts, nodes, system."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel

from orbit_sandbox.marzban.answers import (
    CORE_VERSION,
    admin_answer,
    host_answer,
    inbound_answer,
    node_answer,
    system_answer,
)
from orbit_sandbox.marzban.bodies import HostBody
from orbit_sandbox.marzban.dependencies import Asker, Sudo, World
from orbit_sandbox.marzban.state import Admin, Host
from orbit_sandbox.marzban.world import USAGE_SPAN, Rejected

router = APIRouter(prefix="/api")


class AdminBody(BaseModel):
    """A new administrator."""

    username: str
    password: str
    is_sudo: bool


@router.post("/admin/token")
async def token(world: World, username: Annotated[str, Form()], password: Annotated[str, Form()]) -> dict[str, Any]:
    """Log in."""
    return {"access_token": world.log_in(username, password), "token_type": "bearer"}


@router.get("/admin")
async def me(world: World, admin: Asker) -> dict[str, Any]:
    """Who is asking."""
    return admin_answer(world, admin)


@router.post("/admin")
async def add_admin(world: World, _: Sudo, body: AdminBody) -> dict[str, Any]:
    """Add an administrator."""
    if body.username in world.admins:
        raise Rejected(409, "Admin already exists")
    world.admins[body.username] = Admin(body.username, body.password, body.is_sudo)
    return admin_answer(world, world.admins[body.username])


@router.get("/admins")
async def admins(world: World, _: Sudo) -> list[dict[str, Any]]:
    """The administrators of the database; the environment's one isn't among them."""
    return [admin_answer(world, admin) for admin in world.admins.values() if admin.in_database]


@router.get("/core")
async def core(_: Asker) -> dict[str, Any]:
    """The state of the core."""
    return {"version": CORE_VERSION, "started": True, "logs_websocket": "/api/core/logs"}


@router.get("/inbounds")
async def inbounds(world: World, _: Asker) -> dict[str, list[dict[str, Any]]]:
    """The inbounds by protocol."""
    found: dict[str, list[dict[str, Any]]] = {}
    for inbound in world.inbounds.values():
        found.setdefault(inbound.protocol, []).append(inbound_answer(inbound))
    return found


@router.get("/hosts")
async def hosts(world: World, _: Sudo) -> dict[str, list[dict[str, Any]]]:
    """The addresses by inbound tag."""
    return {tag: [host_answer(host) for host in listed] for tag, listed in world.hosts.items()}


@router.put("/hosts")
async def set_hosts(world: World, admin: Sudo, body: dict[str, list[HostBody]]) -> dict[str, list[dict[str, Any]]]:
    """Replace the addresses of the named tags."""
    for tag, listed in body.items():
        if tag not in world.inbounds:
            raise Rejected(400, f"Inbound {tag} doesn't exist")
        world.hosts[tag] = [Host(**host.model_dump()) for host in listed]
    return await hosts(world, admin)


@router.get("/nodes")
async def nodes(world: World, _: Sudo) -> list[dict[str, Any]]:
    """The servers."""
    return [node_answer(node) for node in world.nodes.values()]


@router.get("/nodes/usage")
async def nodes_usage(world: World, _: Sudo, start: str = "", end: str = "") -> dict[str, Any]:
    """Traffic by server, of the last thirty days unless told otherwise."""
    now = world.clock.now()
    try:
        first = _moment(start) if start else now - USAGE_SPAN
        last = _moment(end) if end else now
    except ValueError:
        raise Rejected(400, "Invalid date range or format") from None
    if first > last:
        raise Rejected(400, "Start date must be before end date")
    names: dict[int | None, str] = {None: "Master"} | {node.id: node.name for node in world.nodes.values()}
    traffic = world.node_traffic(first, last)
    return {
        "usages": [
            {"node_id": id_, "node_name": name, "uplink": traffic[id_][0], "downlink": traffic[id_][1]}
            for id_, name in names.items()
        ]
    }


@router.get("/node/{node_id}")
async def node(world: World, _: Sudo, node_id: int) -> dict[str, Any]:
    """One server."""
    if node_id not in world.nodes:
        raise Rejected(404, "Node not found")
    return node_answer(world.nodes[node_id])


@router.get("/system")
async def system(world: World, admin: Asker) -> dict[str, Any]:
    """The machine and the users by status; an ordinary administrator counts only its own."""
    own = [user for user in world.users.values() if admin.is_sudo or user.owner == admin.username]
    return system_answer(world, own)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
