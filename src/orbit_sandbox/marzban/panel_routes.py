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
from orbit_sandbox.marzban.dependencies import CurrentAdmin, Panel, SudoAdmin
from orbit_sandbox.marzban.sim_marzban import USAGE_SPAN, Rejected
from orbit_sandbox.marzban.state import Admin, Host

router = APIRouter(prefix="/api")


class AdminBody(BaseModel):
    """A new administrator."""

    username: str
    password: str
    is_sudo: bool


@router.post("/admin/token")
async def token(panel: Panel, username: Annotated[str, Form()], password: Annotated[str, Form()]) -> dict[str, Any]:
    """Log in."""
    return {"access_token": panel.log_in(username, password), "token_type": "bearer"}


@router.get("/admin")
async def me(panel: Panel, admin: CurrentAdmin) -> dict[str, Any]:
    """The administrator who calls."""
    return admin_answer(panel, admin)


@router.post("/admin")
async def add_admin(panel: Panel, _: SudoAdmin, body: AdminBody) -> dict[str, Any]:
    """Add an administrator."""
    if body.username in panel.admins:
        raise Rejected(409, "Admin already exists")
    panel.admins[body.username] = Admin(body.username, body.password, body.is_sudo)
    return admin_answer(panel, panel.admins[body.username])


@router.get("/admins")
async def admins(panel: Panel, _: SudoAdmin) -> list[dict[str, Any]]:
    """The administrators of the database; without the one from the environment."""
    return [admin_answer(panel, admin) for admin in panel.admins.values() if admin.in_database]


@router.get("/core")
async def core(_: CurrentAdmin) -> dict[str, Any]:
    """The state of the core."""
    return {"version": CORE_VERSION, "started": True, "logs_websocket": "/api/core/logs"}


@router.get("/inbounds")
async def inbounds(panel: Panel, _: CurrentAdmin) -> dict[str, list[dict[str, Any]]]:
    """The inbounds by protocol."""
    found: dict[str, list[dict[str, Any]]] = {}
    for inbound in panel.inbounds.values():
        found.setdefault(inbound.protocol, []).append(inbound_answer(inbound))
    return found


@router.get("/hosts")
async def hosts(panel: Panel, _: SudoAdmin) -> dict[str, list[dict[str, Any]]]:
    """The addresses by inbound tag."""
    return {tag: [host_answer(host) for host in listed] for tag, listed in panel.hosts.items()}


@router.put("/hosts")
async def set_hosts(panel: Panel, admin: SudoAdmin, body: dict[str, list[HostBody]]) -> dict[str, list[dict[str, Any]]]:
    """Replace the addresses of the named tags."""
    for tag, listed in body.items():
        if tag not in panel.inbounds:
            raise Rejected(400, f"Inbound {tag} doesn't exist")
        panel.hosts[tag] = [Host(**host.model_dump()) for host in listed]
    return await hosts(panel, admin)


@router.get("/nodes")
async def nodes(panel: Panel, _: SudoAdmin) -> list[dict[str, Any]]:
    """The servers."""
    return [node_answer(node) for node in panel.nodes.values()]


@router.get("/nodes/usage")
async def nodes_usage(panel: Panel, _: SudoAdmin, start: str = "", end: str = "") -> dict[str, Any]:
    """Traffic by server, of the last thirty days by default."""
    now = panel.clock.now()
    try:
        first = _moment(start) if start else now - USAGE_SPAN
        last = _moment(end) if end else now
    except ValueError:
        raise Rejected(400, "Invalid date range or format") from None
    if first > last:
        raise Rejected(400, "Start date must be before end date")
    names: dict[int | None, str] = {None: "Master"} | {node.id: node.name for node in panel.nodes.values()}
    traffic = panel.node_traffic(first, last)
    return {
        "usages": [
            {"node_id": id_, "node_name": name, "uplink": traffic[id_][0], "downlink": traffic[id_][1]}
            for id_, name in names.items()
        ]
    }


@router.get("/node/{node_id}")
async def node(panel: Panel, _: SudoAdmin, node_id: int) -> dict[str, Any]:
    """One server."""
    if node_id not in panel.nodes:
        raise Rejected(404, "Node not found")
    return node_answer(panel.nodes[node_id])


@router.get("/system")
async def system(panel: Panel, admin: CurrentAdmin) -> dict[str, Any]:
    """The machine and the users by status; an ordinary administrator counts only its own."""
    own = [user for user in panel.users.values() if admin.is_sudo or user.owner == admin.username]
    return system_answer(panel, own)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
