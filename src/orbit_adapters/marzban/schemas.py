"""The panel's answers, read strictly: what we don't need is ignored, what we need must be what it claims to be."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

# The years 1 to 9999: what a datetime can hold.
UnixSeconds = Annotated[int, Field(ge=-62_135_596_800, le=253_402_300_799)]


class Row(BaseModel):
    """What all answers have in common. Their reprs name no values, because some of them are secret."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class TokenRow(Row):
    """The answer to a login."""

    access_token: str = Field(pattern=r"^[A-Za-z0-9._~+/=-]{1,8192}$")


class UserRow(Row):
    """A user: `expire` in unix seconds and `data_limit` in bytes, None (or 0) being unlimited."""

    username: str
    status: str
    expire: UnixSeconds | None = None
    data_limit: int | None = None
    used_traffic: int = Field(default=0, ge=0)
    note: str | None = None
    proxies: dict[str, dict[str, Any]]
    inbounds: dict[str, list[str]]
    links: list[str]
    subscription_url: str


class UserPage(Row):
    """A page of users."""

    users: list[UserRow]
    total: int


class AdminRow(Row):
    """An administrator; `users_usage` None marks the one from the panel's environment."""

    username: str
    is_sudo: bool
    users_usage: int | None = None


class InboundRow(Row):
    """An inbound of the core."""

    tag: str


class HostRow(Row):
    """An address that clients get for an inbound."""

    address: str
    is_disabled: bool | None = None


class NodeRow(Row):
    """A server of the panel."""

    name: str
    address: str
    status: str
    usage_coefficient: float = Field(default=1.0, ge=0, le=1_000_000)


class UsageRow(Row):
    """Traffic of one server in bytes; `Master` is the panel's own core."""

    node_name: str
    uplink: int = Field(ge=0)
    downlink: int = Field(ge=0)


class UsagePage(Row):
    """Traffic of all servers."""

    usages: list[UsageRow]


class ApiInfo(Row):
    """The part of the interface's description that says which version this is."""

    version: str


class ApiDescription(Row):
    """The interface's own description."""

    info: ApiInfo


class Complaint(Row):
    """Why the panel says no: a text, or texts by field."""

    detail: str | dict[str, Any]


ADMINS = TypeAdapter(list[AdminRow])
INBOUNDS = TypeAdapter(dict[str, list[InboundRow]])
HOSTS = TypeAdapter(dict[str, list[HostRow]])
NODES = TypeAdapter(list[NodeRow])
