"""Operations on users, with the panel's own quirks, and its checks of what is sent."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from orbit_sandbox.remnawave.sim_remnawave import Invalid, Rejected, SimRemnawave
from orbit_sandbox.remnawave.state import PanelUser

USERNAME = re.compile(r"[A-Za-z0-9_-]{3,36}")
PASSWORD = re.compile(r".{8,32}")
TAG = re.compile(r"[A-Z0-9_]{1,16}")
HEX_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
STRATEGIES = ("NO_RESET", "DAY", "WEEK", "MONTH", "MONTH_ROLLING")
STATUSES = ("ACTIVE", "DISABLED", "LIMITED", "EXPIRED")
# The name of each field in a body, and in `PanelUser`.
PLAIN = {
    "trafficLimitBytes": "traffic_limit",
    "trafficLimitStrategy": "strategy",
    "telegramId": "telegram_id",
    "email": "email",
    "description": "description",
    "tag": "tag",
    "hwidDeviceLimit": "hwid_device_limit",
}
ABSENT = {"A025": "User not found", "A063": "User with specified params not found"}
NULLABLE_IN_PATCH = frozenset({"description", "tag", "email", "telegramId", "hwidDeviceLimit"})

Body = dict[str, Any]


def create(panel: SimRemnawave, body: Body) -> PanelUser:
    """Add a user. Raises Invalid or Rejected; nothing is stored then."""
    _checked(body, nullable=frozenset({"tag", "telegramId", "email"}))
    for name in ("username", "expireAt"):
        if name not in body:
            raise Invalid(name)
    if any(user.short_uuid == body.get("shortUuid") for user in panel.users.values()):
        raise Rejected(400, "A020", "User short UUID already exists")
    if body["username"] in panel.users:
        raise Rejected(400, "A019", "User username already exists")
    squads = [UUID(squad) for squad in body.get("activeInternalSquads", [])]
    unknown = not panel.squads.keys() >= set(squads)
    if unknown or len(set(squads)) < len(squads) or isinstance(body.get("trafficLimitBytes"), float):
        raise Rejected(500, "A018", "Failed to create user")
    now = panel.now()
    user = PanelUser(
        id=panel.next_id,
        uuid=panel.random_uuid(),
        username=body["username"],
        short_uuid=body.get("shortUuid") or _random_text(panel, 12),
        vless_uuid=UUID(body["vlessUuid"]) if "vlessUuid" in body else panel.random_uuid(),
        trojan_password=body.get("trojanPassword") or _random_text(panel, 24),
        ss_password=body.get("ssPassword") or _random_text(panel, 24),
        expire_at=_moment(body["expireAt"]),
        created_at=_moment(body["createdAt"]) if "createdAt" in body else now,
        updated_at=now,
        status=body.get("status", "ACTIVE"),
        squads=squads,
    )
    panel.next_id += 1
    panel.users[user.username] = replace(user, **_plain(body))
    return panel.users[user.username]


def modify(panel: SimRemnawave, body: Body) -> PanelUser:
    """Change what *body* names. Raises Invalid or Rejected; nothing is changed then."""
    user = _meant(panel, body)
    _checked(body, nullable=NULLABLE_IN_PATCH)
    if body.get("status", "ACTIVE") not in ("ACTIVE", "DISABLED"):
        raise Invalid("status")
    if "expireAt" in body and _moment(body["expireAt"]) <= panel.clock.now():
        raise Invalid("expireAt")
    if user is None:
        raise Rejected(404, "A025", ABSENT["A025"])
    squads = list(dict.fromkeys(UUID(f"{squad}") for squad in body.get("activeInternalSquads", user.squads)))
    if not panel.squads.keys() >= set(squads) or isinstance(body.get("trafficLimitBytes"), float):
        raise Rejected(500, "A039", "Update user error")
    if body.keys() == {"username"}:
        return user
    was = user.traffic_limit
    for name, value in _plain(body).items():
        setattr(user, name, value)
    user.squads, user.updated_at = squads, panel.now()
    _set_status(user, body, was)
    return user


def disable(user: PanelUser) -> None:
    """Take *user* off the nodes, whatever it was. Raises Rejected when it is disabled already."""
    if user.status == "DISABLED":
        raise Rejected(400, "A029", "User already disabled")
    user.status = "DISABLED"


def enable(user: PanelUser) -> None:
    """Put *user* back on the nodes. Raises Rejected when it is active already."""
    if user.status == "ACTIVE":
        raise Rejected(400, "A030", "User already enabled")
    user.status = "ACTIVE"


def by_key(panel: SimRemnawave, key: str, code: str) -> PanelUser:
    """The user that a path names. Raises Invalid for a malformed key, Rejected 404 with *code* when there is none."""
    if not (key.isascii() and key.isdigit()) if panel.is_third else not HEX_UUID.fullmatch(key):
        raise Invalid("userId" if panel.is_third else "uuid")
    for user in panel.users.values():
        if (f"{user.id}" if panel.is_third else f"{user.uuid}") == key.lower():
            return user
    raise Rejected(404, code, ABSENT[code])


def by_name(panel: SimRemnawave, username: str, code: str) -> PanelUser:
    """The user of exactly that name. Raises Rejected."""
    user = panel.users.get(username)
    if user is None:
        raise Rejected(404, code, ABSENT[code])
    return user


def _meant(panel: SimRemnawave, body: Body) -> PanelUser | None:
    """Whom a change is about. With both names the second version takes the uuid, the third whoever fits either."""
    key = body.get("id" if panel.is_third else "uuid")
    if key is None and "username" not in body:
        raise Invalid()
    found = [user for user in panel.users.values() if key in (user.id, f"{user.uuid}")] if key is not None else []
    return next(iter(found), panel.users.get(body.get("username", "")))


def _set_status(user: PanelUser, body: Body, was: int) -> None:
    """What the panel makes of a status, an end and a limit. An expired or limited user can't be disabled so."""
    if "expireAt" in body:
        user.expire_at = _moment(body["expireAt"])
        if user.status == "EXPIRED":
            user.status = "ACTIVE"
    if "trafficLimitBytes" in body and user.status == "LIMITED" and not 0 < user.traffic_limit <= was:
        user.status = "ACTIVE"
    wanted = body.get("status")
    if wanted == "ACTIVE" or (wanted == "DISABLED" and user.status not in ("EXPIRED", "LIMITED")):
        user.status = wanted


def _checked(body: Body, nullable: frozenset[str]) -> None:
    for name, fits in FIELDS.items():
        if name in body and not (body[name] is None and name in nullable) and not fits(body[name]):
            raise Invalid(name)
    squads = body.get("activeInternalSquads", [])
    if not isinstance(squads, list):
        raise Invalid("activeInternalSquads")
    for place, squad in enumerate(squads):
        if not (isinstance(squad, str) and HEX_UUID.fullmatch(squad)):
            raise Invalid("activeInternalSquads", place)


def _plain(body: Body) -> Body:
    return {field: body[name] for name, field in PLAIN.items() if name in body}


def _text_of(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_moment(value: Any) -> bool:
    try:
        _moment(value)
    except (TypeError, ValueError):
        return False
    return "T" in value


def _moment(text: str) -> datetime:
    """Naive means UTC here: the zone of the panel's process. What is shorter than a millisecond is cut."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _random_text(panel: SimRemnawave, length: int) -> str:
    return urlsafe_b64encode(panel.rng.randbytes(length)).decode()


FIELDS: dict[str, Callable[[Any], bool]] = {
    "username": _text_of(USERNAME),
    "expireAt": _is_moment,
    "createdAt": _is_moment,
    "vlessUuid": _text_of(HEX_UUID),
    "trojanPassword": _text_of(PASSWORD),
    "ssPassword": _text_of(PASSWORD),
    "shortUuid": lambda value: isinstance(value, str),
    "status": lambda value: value in STATUSES,
    "trafficLimitBytes": _is_number,
    "trafficLimitStrategy": lambda value: value in STRATEGIES,
    "hwidDeviceLimit": lambda value: _is_whole(value) and value >= 0,
    "description": lambda value: isinstance(value, str),
    "tag": _text_of(TAG),
    "telegramId": _is_whole,
    "email": lambda value: isinstance(value, str) and "@" in value,
}
