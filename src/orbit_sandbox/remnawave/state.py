"""What a Remnawave panel stores: inbounds, squads, hosts, nodes, users and API tokens."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Inbound:
    """An inbound of the panel's only config profile. `path` is that of a websocket."""

    uuid: UUID
    tag: str
    type: str
    port: int
    network: str = "tcp"
    path: str | None = None


@dataclass(slots=True)
class Squad:
    """Who is in it is served by its inbounds."""

    uuid: UUID
    name: str
    inbounds: list[Inbound]


@dataclass(slots=True)
class Host:
    """The address that clients are given for an inbound."""

    remark: str
    address: str
    inbound: UUID
    is_disabled: bool = False


@dataclass(slots=True)
class PanelNode:
    """A server the panel runs, and the inbounds that are active on it."""

    uuid: UUID
    id: int
    name: str
    address: str
    country: str
    inbounds: list[Inbound]
    is_connected: bool = True
    is_disabled: bool = False
    message: str | None = None
    traffic_used: int = 0
    multiplier: float = 1


@dataclass(slots=True)
class PanelUser:
    """A row of the panel's users. Bytes are whole, times are cut to the millisecond, `squads` may be empty."""

    id: int
    uuid: UUID
    username: str
    short_uuid: str
    vless_uuid: UUID
    trojan_password: str
    ss_password: str
    expire_at: datetime
    created_at: datetime
    updated_at: datetime
    status: str = "ACTIVE"
    traffic_limit: int = 0
    strategy: str = "NO_RESET"
    telegram_id: int | None = None
    email: str | None = None
    description: str | None = None
    tag: str | None = None
    hwid_device_limit: int | None = None
    squads: list[UUID] = field(default_factory=list)
    used: int = 0
    lifetime_used: int = 0
    last_reset_at: datetime | None = None


@dataclass(slots=True)
class ApiToken:
    """A token of the panel. A deleted one is answered like one that lacks a scope."""

    expires_at: datetime
    scopes: frozenset[str] = frozenset({"*"})
    is_deleted: bool = False

    def allows(self, scope: str) -> bool:
        """Whether the token may do what needs *scope*, such as `users:create`."""
        return not self.is_deleted and not self.scopes.isdisjoint({"*", scope, scope.partition(":")[0] + ":*"})


@dataclass(frozen=True, slots=True)
class Backup:
    """The panel's database as it was: what a restored panel knows, and nothing of what came after."""

    users: dict[str, PanelUser]
    squads: dict[UUID, Squad]
    hosts: list[Host]
    nodes: list[PanelNode]
    next_id: int
