"""What a Marzban panel stores: administrators, inbounds, hosts, nodes, users and hours of traffic."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Admin:
    """An administrator who may log in.

    `in_database` False is the administrator from the panel's environment: it is absent from the list
    of administrators, and the users it creates have no owner.
    """

    username: str
    password: str
    is_sudo: bool = True
    in_database: bool = True


@dataclass(frozen=True, slots=True)
class Inbound:
    """An inbound of the panel's core. `reality` holds the extra parameters of a REALITY link, in their order."""

    tag: str
    protocol: str
    port: int
    network: str = "tcp"
    tls: str = "none"
    reality: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Host:
    """The address that clients are given for an inbound. `address` may name several, separated by commas."""

    remark: str = "🚀 Marz ({USERNAME}) [{PROTOCOL} - {TRANSPORT}]"
    address: str = "{SERVER_IP}"
    port: int | None = None
    is_disabled: bool = False


@dataclass(slots=True)
class PanelNode:
    """A server the panel runs. `status` is connected, connecting, error or disabled: what the panel believes.

    Since `hung_at` the server hangs: it carries nothing, and the panel doesn't know it yet.
    """

    id: int
    name: str
    address: str
    status: str = "connected"
    usage_coefficient: float = 1.0
    message: str | None = None
    hung_at: datetime | None = None


@dataclass(slots=True)
class Proxy:
    """A user's account within one protocol: its secrets, and the tags it is *not* served on."""

    settings: dict[str, str]
    excluded: set[str] = field(default_factory=set)


@dataclass(slots=True)
class PanelUser:
    """A row of the panel's users. An incomplete row has no `proxies`; every response that contains it fails.

    `expire` is in unix seconds, `data_limit` and `used_traffic` in bytes; `usage` is bytes by node id, None
    is the panel's own core. `owner` None: created by the environment's administrator. The traffic is counted since
    `reset_at`, None: since the user was created.
    """

    username: str
    created_at: datetime
    owner: str | None
    status: str = "active"
    proxies: dict[str, Proxy] = field(default_factory=dict)
    expire: int | None = None
    data_limit: int | None = None
    data_limit_reset_strategy: str = "no_reset"
    note: str | None = None
    used_traffic: int = 0
    lifetime_used_traffic: int = 0
    usage: dict[int | None, int] = field(default_factory=dict)
    online_at: datetime | None = None
    edited_at: datetime | None = None
    sub_revoked_at: datetime | None = None
    sub_updated_at: datetime | None = None
    sub_last_user_agent: str | None = None
    on_hold_expire_duration: int | None = None
    on_hold_timeout: datetime | None = None
    next_plan: dict[str, object] | None = None
    reset_at: datetime | None = None

    def reset_traffic(self, now: datetime) -> None:
        """Forget the used traffic. By a bug of the panel this also activates disabled users and those on hold."""
        self.used_traffic = 0
        self.usage.clear()
        self.next_plan = None
        self.reset_at = now
        if self.status != "expired":
            self.status = "active"


@dataclass(frozen=True, slots=True)
class NodeHour:
    """Traffic of one node, stamped with the top of the hour it was carried in, as Marzban does."""

    hour: datetime
    node_id: int | None
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Backup:
    """The panel's database as it was: what a restored panel knows, and nothing of what came after."""

    admins: dict[str, Admin]
    hosts: dict[str, list[Host]]
    nodes: dict[int, PanelNode]
    users: dict[str, PanelUser]
    node_hours: list[NodeHour]
