"""The panel's state as the JSON of its API. Every shape comes from a recorded exchange."""

from typing import Any

from orbit_sandbox.marzban.sim_marzban import InternalError, SimMarzban, naive
from orbit_sandbox.marzban.state import Admin, Host, Inbound, PanelNode, PanelUser

VERSION = "0.8.4"
CORE_VERSION = "26.10.10"
NOT_FOR_SUBSCRIBERS = ("inbounds", "note", "auto_delete_in_days", "excluded_inbounds", "admin")

Json = dict[str, Any]


def user_answer(panel: SimMarzban, user: PanelUser) -> Json:
    """The whole row. Raises InternalError for an incomplete row, as the panel's own model can't serialise it."""
    if not user.proxies:
        raise InternalError
    served = {protocol: panel.served_on(user, protocol) for protocol in user.proxies}
    owner = panel.admins.get(user.owner or "")
    return {
        "proxies": {protocol: proxy.settings for protocol, proxy in user.proxies.items()},
        "expire": user.expire,
        "data_limit": user.data_limit,
        "data_limit_reset_strategy": user.data_limit_reset_strategy,
        "inbounds": served,
        "note": user.note,
        "sub_updated_at": naive(user.sub_updated_at),
        "sub_last_user_agent": user.sub_last_user_agent,
        "online_at": naive(user.online_at),
        "on_hold_expire_duration": user.on_hold_expire_duration,
        "on_hold_timeout": naive(user.on_hold_timeout),
        "auto_delete_in_days": None,
        "next_plan": user.next_plan,
        "username": user.username,
        "status": user.status,
        "used_traffic": user.used_traffic,
        "lifetime_used_traffic": user.lifetime_used_traffic,
        "created_at": naive(user.created_at),
        "links": panel.links_of(user),
        "subscription_url": panel.subscription_url(user),
        "excluded_inbounds": {
            protocol: [tag for tag in panel.tags_of(protocol) if tag not in tags] for protocol, tags in served.items()
        },
        "admin": admin_answer(panel, owner) if owner else None,
    }


def subscriber_answer(panel: SimMarzban, user: PanelUser) -> Json:
    """The part of the row that the holder of a subscription link may see."""
    return {name: value for name, value in user_answer(panel, user).items() if name not in NOT_FOR_SUBSCRIBERS}


def admin_answer(panel: SimMarzban, admin: Admin) -> Json:
    """An administrator; `users_usage` is bytes, and null for the one from the environment."""
    used = sum(user.lifetime_used_traffic for user in panel.users.values() if user.owner == admin.username)
    return {
        "username": admin.username,
        "is_sudo": admin.is_sudo,
        "telegram_id": None,
        "discord_webhook": None,
        "users_usage": used if admin.in_database else None,
    }


def inbound_answer(inbound: Inbound) -> Json:
    """An inbound of the core."""
    return {
        "tag": inbound.tag,
        "protocol": inbound.protocol,
        "network": inbound.network,
        "tls": inbound.tls,
        "port": inbound.port,
    }


def host_answer(host: Host) -> Json:
    """An address of an inbound, with the panel's defaults for what the simulator doesn't model."""
    return {
        "remark": host.remark,
        "address": host.address,
        "port": host.port,
        "sni": None,
        "host": None,
        "path": None,
        "security": "inbound_default",
        "alpn": "",
        "fingerprint": "",
        "allowinsecure": None,
        "is_disabled": host.is_disabled,
        "mux_enable": False,
        "fragment_setting": None,
        "noise_setting": None,
        "random_user_agent": False,
        "use_sni_as_host": False,
    }


def node_answer(node: PanelNode) -> Json:
    """A server; the version of its core is known only while it is connected."""
    return {
        "name": node.name,
        "address": node.address,
        "port": 62050,
        "api_port": 62051,
        "usage_coefficient": node.usage_coefficient,
        "id": node.id,
        "xray_version": CORE_VERSION if node.status == "connected" else None,
        "status": node.status,
        "message": node.message,
    }


def user_usage_answer(panel: SimMarzban, users: list[PanelUser]) -> list[Json]:
    """Bytes that *users* moved, by node; the panel's own core comes first."""
    names: dict[int | None, str] = {None: "Master"} | {node.id: node.name for node in panel.nodes.values()}
    return [
        {"node_id": id_, "node_name": name, "used_traffic": sum(user.usage.get(id_, 0) for user in users)}
        for id_, name in names.items()
    ]


def system_answer(panel: SimMarzban, users: list[PanelUser]) -> Json:
    """The panel's machine (always the same) and its users by status."""
    states = ("active", "on_hold", "disabled", "expired", "limited")
    count = {f"users_{state}": sum(user.status == state for user in users) for state in states}
    return {
        "version": VERSION,
        "mem_total": 4_294_967_296,
        "mem_used": 536_870_912,
        "cpu_cores": 2,
        "cpu_usage": 7.5,
        "total_user": len(users),
        "online_users": sum(user.online_at is not None for user in panel.users.values()),
        **count,
        "incoming_bandwidth": sum(row.up for row in panel.node_hours),
        "outgoing_bandwidth": sum(row.down for row in panel.node_hours),
        "incoming_bandwidth_speed": 0,
        "outgoing_bandwidth_speed": 0,
    }
