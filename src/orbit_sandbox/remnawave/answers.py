"""The panel's state as the JSON of its API. Every shape comes from a recorded exchange."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from orbit_sandbox.remnawave.sim_remnawave import SimRemnawave
from orbit_sandbox.remnawave.state import Host, Inbound, PanelNode, PanelUser, Squad

PROFILE = UUID(int=0xF0)
PLACEHOLDER = "vless://00000000-0000-0000-0000-000000000000@0.0.0.0:1?encryption=none&type=tcp&security=none#"
NO_HOSTS = ("→ Remnawave", "→ No hosts found", "→ Check Hosts tab", "→ Check Internal Squads tab")
REMARKS = {
    "EXPIRED": ("⌛ Subscription expired", "Contact support"),
    "LIMITED": ("🚧 Subscription limited", "Contact support"),
    "DISABLED": ("🚫 Subscription disabled", "Contact support"),
}

Json = dict[str, Any]


def iso(moment: datetime | None) -> str | None:
    """A time as the panel prints it."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def user_answer(panel: SimRemnawave, user: PanelUser) -> Json:
    """The whole user, credentials included. The third version has no `uuid`."""
    answer: Json = {} if panel.is_third else {"uuid": str(user.uuid)}
    return answer | {
        "id": user.id,
        "shortUuid": user.short_uuid,
        "username": user.username,
        "status": user.status,
        "trafficLimitBytes": user.traffic_limit,
        "trafficLimitStrategy": user.strategy,
        "expireAt": iso(user.expire_at),
        "telegramId": user.telegram_id,
        "email": user.email,
        "description": user.description,
        "tag": user.tag,
        "hwidDeviceLimit": user.hwid_device_limit,
        "externalSquadUuid": None,
        "trojanPassword": user.trojan_password,
        "vlessUuid": str(user.vless_uuid),
        "ssPassword": user.ss_password,
        "lastTriggeredThreshold": 0,
        "subRevokedAt": None,
        "lastTrafficResetAt": iso(user.last_reset_at),
        "createdAt": iso(user.created_at),
        "updatedAt": iso(user.updated_at),
        "subscriptionUrl": f"{panel.subscription_url_prefix}/{user.short_uuid}",
        "activeInternalSquads": [{"uuid": str(squad), "name": panel.squads[squad].name} for squad in user.squads],
        "userTraffic": {
            "usedTrafficBytes": user.used,
            "lifetimeUsedTrafficBytes": user.lifetime_used,
            "onlineAt": None,
            "lastConnectedNodeUuid": None,
            "firstConnectedAt": None,
        },
    }


def subscription_answer(panel: SimRemnawave, user: PanelUser) -> Json:
    """What clients of *user* get, with the numbers as texts."""
    return {
        "isFound": True,
        "user": {
            "shortUuid": user.short_uuid,
            "daysLeft": max(0, (user.expire_at - panel.clock.now()).days),
            "trafficUsed": f"{user.used}",
            "trafficLimit": f"{user.traffic_limit}",
            "lifetimeTrafficUsed": f"{user.lifetime_used}",
            "lifetimeTrafficUsedBytes": f"{user.lifetime_used}",
            "trafficLimitBytes": f"{user.traffic_limit}",
            "trafficUsedBytes": f"{user.used}",
            "username": user.username,
            "expiresAt": iso(user.expire_at),
            "isActive": user.status == "ACTIVE",
            "userStatus": user.status,
            "trafficLimitStrategy": user.strategy,
        },
        "links": links(panel, user),
        "ssConfLinks": {},
        "subscriptionUrl": f"{panel.subscription_url_prefix}/{user.short_uuid}",
    }


def links(panel: SimRemnawave, user: PanelUser) -> list[str]:
    """The share links of *user*: never empty, as whoever can't be served gets texts in the form of links."""
    if panel.custom_remarks and user.status != "ACTIVE":
        return [PLACEHOLDER + quote(text, safe="") for text in REMARKS[user.status]]
    found = [_link(user, host, inbound) for host, inbound in panel.hosts_of(user) if inbound.type == "vless"]
    return found or [PLACEHOLDER + quote(text, safe="") for text in NO_HOSTS]


def client_links(panel: SimRemnawave, user: PanelUser, *, has_device: bool) -> tuple[list[str], dict[str, str]]:
    """What an app is given, and headers that say why not. Where devices are counted, it must name its own."""
    if panel.counts_devices and user.hwid_device_limit != 0 and not has_device:
        told = {"x-hwid-active": "true", "x-hwid-not-supported": "true", "x-hwid-limit": "true"}
        return [PLACEHOLDER + quote("App not supported", safe="")], told
    return links(panel, user), {}


def squad_answer(panel: SimRemnawave, squad: Squad) -> Json:
    """A squad with its inbounds."""
    members = sum(squad.uuid in user.squads for user in panel.users.values())
    return {
        "uuid": str(squad.uuid),
        "viewPosition": list(panel.squads).index(squad.uuid) + 1,
        "name": squad.name,
        "info": {"membersCount": members, "inboundsCount": len(squad.inbounds)},
        "inbounds": [_inbound_answer(inbound) for inbound in squad.inbounds],
    }


def reached_answer(panel: SimRemnawave, squad: Squad) -> Json:
    """The nodes that a squad reaches."""
    tags = {inbound.tag for inbound in squad.inbounds}
    return {
        "squadUuid": str(squad.uuid),
        "accessibleNodes": [
            {
                "uuid": str(node.uuid),
                "nodeName": node.name,
                "countryCode": node.country,
                "configProfileUuid": str(PROFILE),
                "configProfileName": "Profile",
                "activeInbounds": [inbound.tag for inbound in node.inbounds if inbound.tag in tags],
            }
            for node in panel.reached_nodes(squad)
        ],
    }


def node_answer(panel: SimRemnawave, node: PanelNode) -> Json:
    """A server; `system` and `versions` are null until it connects, and are left so here."""
    answer: Json = {
        "uuid": str(node.uuid),
        "name": node.name,
        "address": node.address,
        "port": 22222,
        "isConnected": node.is_connected,
        "isConnecting": False,
        "isDisabled": node.is_disabled,
        "lastStatusMessage": node.message,
        "consumptionMultiplier": node.multiplier,
        "trafficLimitBytes": 0,
        "trafficUsedBytes": node.traffic_used,
        "countryCode": node.country,
        "configProfile": {
            "activeConfigProfileUuid": str(PROFILE),
            "activeInbounds": [_inbound_answer(inbound) for inbound in node.inbounds],
        },
        "xrayUptime": 0,
        "usersOnline": 0,
        "system": None,
        "versions": None,
    }
    return answer | {"id": node.id} if panel.is_third else answer


def settings_answer(panel: SimRemnawave) -> Json:
    """The settings of all subscriptions."""
    return {
        "uuid": str(UUID(int=0)),
        "serveJsonAtBaseSubscription": panel.serves_json,
        "isShowCustomRemarks": panel.custom_remarks,
        "hwidSettings": {"enabled": panel.counts_devices, "fallbackDeviceLimit": 1, "maxDevicesAnnounce": None},
    }


def stats_answer(panel: SimRemnawave) -> Json:
    """The panel's clock in milliseconds, and its users by status."""
    count = {status: sum(user.status == status for user in panel.users.values()) for status in ("ACTIVE", *REMARKS)}
    return {
        "timestamp": int(panel.clock.now().timestamp() * 1000),
        "users": {"statusCounts": count, "totalUsers": len(panel.users)},
    }


def _link(user: PanelUser, host: Host, inbound: Inbound) -> str:
    path = f"&path={quote(inbound.path, safe='')}" if inbound.path else ""
    place = f"{user.vless_uuid}@{host.address}:{inbound.port}"
    return f"vless://{place}?encryption=none&type={inbound.network}{path}&security=none#{quote(host.remark, safe='')}"


def _inbound_answer(inbound: Inbound) -> Json:
    return {
        "uuid": str(inbound.uuid),
        "profileUuid": str(PROFILE),
        "tag": inbound.tag,
        "type": inbound.type,
        "network": inbound.network,
        "security": "none" if inbound.type == "vless" else None,
        "port": inbound.port,
    }
