"""The request bodies that the panel accepts, and Marzban's own messages when it refuses one.

The texts and their quirks are those of recorded exchanges with Marzban 0.8.4: unknown fields are dropped
silently, a status of null is refused while other nulls mean "no change".
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator

Held = TypeVar("Held", bound=StrEnum)

# The look-ahead counts word characters only up to the first "-", "." or "@", and "$" lets one line feed
# pass: both are bugs of the panel that a client must not rely on.
USERNAME = re.compile(r"^(?=\w{3,32}\b)[a-zA-Z0-9\-_@.]+$")


class ProxyTypes(StrEnum):
    """The protocols Marzban knows."""

    VMESS = "vmess"
    VLESS = "vless"
    TROJAN = "trojan"
    SHADOWSOCKS = "shadowsocks"


class ResetStrategy(StrEnum):
    """How often the panel forgets the traffic used."""

    NO_RESET = "no_reset"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class UserStatus(StrEnum):
    """The states users are listed by."""

    ACTIVE = "active"
    DISABLED = "disabled"
    LIMITED = "limited"
    EXPIRED = "expired"
    ON_HOLD = "on_hold"


class StatusOnCreate(StrEnum):
    """The states a user may be created in."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"


class StatusOnModify(StrEnum):
    """The states a user may be put into."""

    ACTIVE = "active"
    DISABLED = "disabled"
    ON_HOLD = "on_hold"


class NextPlan(BaseModel):
    """The plan that follows when the current one ends."""

    data_limit: int | None = None
    expire: int | None = None
    add_remaining_traffic: bool = False
    fire_on_either: bool = True


class UserFields(BaseModel):
    """What creating and modifying have in common. The order matters: later checks see earlier fields."""

    proxies: dict[str, dict[str, Any]] = {}
    expire: int | None = None
    data_limit: int | None = Field(default=None, ge=0)
    data_limit_reset_strategy: ResetStrategy | None = None
    inbounds: dict[str, list[str]] = {}
    note: str | None = None
    on_hold_expire_duration: int | None = None
    on_hold_timeout: datetime | None = None
    next_plan: NextPlan | None = None

    @field_validator("proxies")
    @classmethod
    def _known_protocols(cls, proxies: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for name, settings in proxies.items():
            if name not in set(ProxyTypes):
                raise ValueError(f"'{name}' is not a valid ProxyTypes")
            if settings.get("id") is not None:
                settings["id"] = str(UUID(str(settings["id"])))
        return proxies

    @field_validator("data_limit", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError("data_limit must be an integer or a float, not a string")
        return int(value) if isinstance(value, float) else value

    @field_validator("note")
    @classmethod
    def _short(cls, note: str | None) -> str | None:
        if note and len(note) > 500:
            raise ValueError("User's note can be a maximum of 500 character")
        return note


class UserCreate(UserFields):
    """The body of POST /api/user."""

    username: str
    status: StatusOnCreate = StatusOnCreate.ACTIVE

    @field_validator("proxies")
    @classmethod
    def _at_least_one(cls, proxies: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        # Runs only for a given value: an omitted one passes and leaves the incomplete row.
        if not proxies:
            raise ValueError("Each user needs at least one proxy")
        return proxies

    @field_validator("username")
    @classmethod
    def _plain_name(cls, username: str) -> str:
        if not USERNAME.match(username):
            raise ValueError(
                "Username only can be 3 to 32 characters and contain a-z, 0-9, and underscores in between."
            )
        return username

    @field_validator("status")
    @classmethod
    def _holdable(cls, status: StatusOnCreate, info: ValidationInfo) -> StatusOnCreate:
        return _held(status, info)


class UserModify(UserFields):
    """The body of PUT /api/user/{username}."""

    # Absence is "no change", yet null is refused: the panel's own contradiction.
    status: StatusOnModify = None  # type: ignore[assignment]

    @field_validator("status")
    @classmethod
    def _holdable(cls, status: StatusOnModify, info: ValidationInfo) -> StatusOnModify:
        return _held(status, info)


class HostBody(BaseModel):
    """One address of an inbound, as PUT /api/hosts takes it."""

    remark: str
    address: str
    port: int | None = None
    is_disabled: bool = False


def _held(status: Held, info: ValidationInfo) -> Held:
    if status == "on_hold":
        if not info.data.get("on_hold_expire_duration"):
            raise ValueError("User cannot be on hold without a valid on_hold_expire_duration.")
        if info.data.get("expire"):
            raise ValueError("User cannot be on hold with specified expire.")
    return status
