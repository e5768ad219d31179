"""Operations of an administrator on users, with the panel's own quirks."""

import base64
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from orbit_sandbox.marzban.bodies import UserCreate, UserFields, UserModify
from orbit_sandbox.marzban.links import TITLES
from orbit_sandbox.marzban.sim_marzban import InternalError, Rejected, SimMarzban
from orbit_sandbox.marzban.state import Admin, PanelUser, Proxy


def find(panel: SimMarzban, admin: Admin, username: str) -> PanelUser:
    """The user of that name. Raises Rejected: 404, or 403 when another administrator owns it."""
    user = panel.users.get(username)
    if user is None:
        raise Rejected(404, "User not found")
    if not admin.is_sudo and user.owner != admin.username:
        raise Rejected(403, "You're not allowed")
    return user


def create(panel: SimMarzban, admin: Admin, body: UserCreate) -> PanelUser:
    """Add a user. Raises Rejected. When `proxies` is omitted, an incomplete row is saved that no response can show."""
    _known_tags(panel, {name: tags for name, tags in body.inbounds.items() if name in body.proxies})
    for protocol in body.proxies:
        if not panel.tags_of(protocol):
            raise Rejected(400, f"Protocol ProxyTypes.{TITLES[protocol]} is disabled on your server")
    # Any violated constraint of the panel's tables gives this message, for example a next plan without a limit.
    if body.username in panel.users or (body.next_plan is not None and body.next_plan.data_limit is None):
        raise Rejected(409, "User already exists")
    owner = admin.username if admin.in_database else None
    user = PanelUser(body.username, panel.clock.now(), owner, status=body.status)
    for protocol, settings in body.proxies.items():
        user.proxies[protocol] = Proxy(_secrets(panel, protocol, settings), _excluded_tags(panel, body, protocol))
    user.expire = body.expire or None
    user.data_limit = body.data_limit or None
    user.data_limit_reset_strategy = body.data_limit_reset_strategy or "no_reset"
    user.note = body.note or None
    user.on_hold_expire_duration = body.on_hold_expire_duration or None
    user.on_hold_timeout = _utc(body.on_hold_timeout)
    user.next_plan = body.next_plan.model_dump() if body.next_plan else None
    panel.users[user.username] = user
    return user


def modify(panel: SimMarzban, user: PanelUser, body: UserModify) -> None:
    """Change what *body* names. Null is no change, zero is unlimited; a next plan not named is dropped."""
    _known_tags(panel, body.inbounds)
    if body.proxies:
        kept = {name: proxy.excluded for name, proxy in user.proxies.items()}
        user.proxies = {
            name: Proxy(_secrets(panel, name, settings), kept.get(name, set()))
            for name, settings in body.proxies.items()
        }
    for protocol, tags in body.inbounds.items():
        if protocol in user.proxies:
            user.proxies[protocol].excluded = set(panel.tags_of(protocol)) - set(tags)
    if "status" in body.model_fields_set:
        user.status = body.status
    if body.data_limit is not None:
        _set_limit(user, body.data_limit or None)
    if body.expire is not None:
        _set_expire(panel, user, body.expire or None)
    if body.note is not None:
        user.note = body.note or None
    user.data_limit_reset_strategy = body.data_limit_reset_strategy or user.data_limit_reset_strategy
    user.on_hold_expire_duration = body.on_hold_expire_duration or user.on_hold_expire_duration
    user.on_hold_timeout = _utc(body.on_hold_timeout) or user.on_hold_timeout
    user.next_plan = body.next_plan.model_dump() if body.next_plan else None
    user.edited_at = panel.clock.now()


def revoke(panel: SimMarzban, user: PanelUser) -> None:
    """Replace every secret, so that earlier keys and subscription links are void."""
    user.sub_revoked_at = panel.clock.now()
    for protocol, proxy in user.proxies.items():
        fresh = _secrets(panel, protocol, {})
        proxy.settings |= {name: fresh[name] for name in ("id", "password") if name in fresh}


def delete(panel: SimMarzban, user: PanelUser) -> None:
    """Remove *user*. Raises InternalError after the removal when the user has no owner, as the panel does."""
    del panel.users[user.username]
    if user.owner is None:
        raise InternalError


def _set_limit(user: PanelUser, limit: int | None) -> None:
    user.data_limit = limit
    if user.status in ("expired", "disabled"):
        return
    if limit is not None and user.used_traffic >= limit:
        user.status = "limited"
    elif user.status != "on_hold":
        user.status = "active"


def _set_expire(panel: SimMarzban, user: PanelUser, expire: int | None) -> None:
    user.expire = expire
    if user.status in ("active", "expired"):
        passed = expire is not None and expire <= panel.clock.now().timestamp()
        user.status = "expired" if passed else "active"


def _known_tags(panel: SimMarzban, inbounds: dict[str, list[str]]) -> None:
    for tags in inbounds.values():
        for tag in tags:
            if tag not in panel.inbounds:
                raise Rejected(422, {"inbounds": f"Value error, Inbound {tag} doesn't exist"})


def _excluded_tags(panel: SimMarzban, body: UserFields, protocol: str) -> set[str]:
    """The tags a new user isn't served on: all when `inbounds` is omitted, none when it is empty."""
    everything = set(panel.tags_of(protocol))
    if "inbounds" not in body.model_fields_set:
        return everything
    wanted = body.inbounds.get(protocol)
    return everything - set(wanted) if wanted else set()


def _secrets(panel: SimMarzban, protocol: str, given: dict[str, Any]) -> dict[str, str]:
    if protocol == "shadowsocks":
        password = base64.urlsafe_b64encode(panel.rng.randbytes(16)).decode().rstrip("=")
        return {
            "password": str(given.get("password") or password),
            "method": str(given.get("method") or "chacha20-ietf-poly1305"),
        }
    if protocol == "trojan":
        password = base64.urlsafe_b64encode(panel.rng.randbytes(16)).decode().rstrip("=")
        return {"password": str(given.get("password") or password), "flow": str(given.get("flow") or "")}
    settings = {"id": str(given.get("id") or UUID(int=panel.rng.getrandbits(128), version=4))}
    return settings if protocol == "vmess" else settings | {"flow": str(given.get("flow") or "")}


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
