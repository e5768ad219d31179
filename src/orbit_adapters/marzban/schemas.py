"""Schemas of the panel's answers. Unknown fields are ignored; the fields that we use are validated strictly."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

# The years 1 to 9999: what a datetime can hold.
UnixSeconds = Annotated[int, Field(ge=-62_135_596_800, le=253_402_300_799)]


class Schema(BaseModel):
    """The base of all schemas. Its repr shows no values, because some of them are secret."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class TokenSchema(Schema):
    """The answer to a login."""

    access_token: str = Field(pattern=r"^[A-Za-z0-9._~+/=-]{1,8192}$")


class UserSchema(Schema):
    """A user: `expire` in unix seconds and `data_limit` in bytes, None (or 0) being unlimited."""

    username: str
    status: str
    expire: UnixSeconds | None = None
    data_limit: int | None = Field(default=None, ge=0)
    data_limit_reset_strategy: str | None = None
    used_traffic: int = Field(default=0, ge=0)
    note: str | None = None
    proxies: dict[str, dict[str, Any]]
    inbounds: dict[str, list[str]]
    links: list[str]
    subscription_url: str


class UserPage(Schema):
    """A page of users, and how many there are in all: never more than a panel could serve."""

    users: list[UserSchema]
    total: int = Field(ge=0, le=1_000_000)


class AdminSchema(Schema):
    """An administrator; `users_usage` None marks the one from the panel's environment."""

    username: str
    is_sudo: bool
    users_usage: int | None = None


class InboundSchema(Schema):
    """An inbound of the core."""

    tag: str


class HostSchema(Schema):
    """An address that clients get for an inbound."""

    address: str
    is_disabled: bool | None = None
    remark: str = ""


class NodeSchema(Schema):
    """A server of the panel."""

    name: str
    address: str
    status: str
    usage_coefficient: float = Field(default=1.0, ge=0, le=1_000_000)


class UsageSchema(Schema):
    """Traffic of one server in bytes; `Master` is the panel's own core."""

    node_name: str
    uplink: int = Field(ge=0)
    downlink: int = Field(ge=0)


class UsagePage(Schema):
    """Traffic of all servers."""

    usages: list[UsageSchema]


class ApiInfo(Schema):
    """The part of the OpenAPI description that holds the version."""

    version: str


class ApiDescription(Schema):
    """The OpenAPI description of the panel."""

    info: ApiInfo


class ErrorSchema(Schema):
    """The body of an error: one text, or texts by field."""

    detail: str | dict[str, Any]


ADMINS = TypeAdapter(list[AdminSchema])
INBOUNDS = TypeAdapter(dict[str, list[InboundSchema]])
HOSTS = TypeAdapter(dict[str, list[HostSchema]])
NODES = TypeAdapter(list[NodeSchema])
