"""The simulated Marzban panel: its state, and what its background job changes as time passes."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from orbit_domain.clock import Clock
from orbit_sandbox.marzban.links import share_link
from orbit_sandbox.marzban.state import Admin, Backup, Host, Inbound, NodeHour, PanelNode, PanelUser
from orbit_sandbox.marzban.tokens import (
    read_jwt,
    read_subscription_token,
    sign_jwt,
    subscription_token,
)

TOKEN_LIFE = timedelta(days=1)
REVIEW_EVERY = timedelta(seconds=10)
RESET_EVERY = timedelta(hours=1)
# After how many days the panel forgets the traffic used; a user without a strategy keeps it.
RESET_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
# Seen on a real panel: 8 to 24 s.
HANG_NOTICED_AFTER = timedelta(seconds=24)
USAGE_SPAN = timedelta(days=30)

# The administrator of the demo panel.
USERNAME = "orbit"
PASSWORD = "sandbox-password"


@dataclass
class Rejected(Exception):
    """The panel refuses a request: the HTTP status and the `detail` of its response."""

    status: int
    detail: str | Mapping[str, str]


class InternalError(Exception):
    """The panel fails: an Internal Server Error in plain text."""


class SimMarzban:
    """One panel. Time comes from *clock*, all randomness from *rng*: a run can be repeated exactly.

    `subscription_url_prefix` is empty by default, as on a fresh panel: subscription links are relative then.
    """

    def __init__(
        self, clock: Clock, rng: Random, *, server_ip: str = "127.0.0.1", subscription_url_prefix: str = ""
    ) -> None:
        self.clock = clock
        self.rng = rng
        self.server_ip = server_ip
        self.subscription_url_prefix = subscription_url_prefix
        self.admins: dict[str, Admin] = {}
        self.inbounds: dict[str, Inbound] = {}
        self.hosts: dict[str, list[Host]] = {}
        self.nodes: dict[int, PanelNode] = {}
        self.users: dict[str, PanelUser] = {}
        self.node_hours: list[NodeHour] = []
        self.logins = 0
        self._reviewed_at = self._reset_at = clock.now()
        self._token_secret = rng.randbytes(32)
        self._sub_secret = rng.randbytes(32)

    # ---- inbounds, nodes and users

    def add_inbound(self, inbound: Inbound, *hosts: Host) -> None:
        """Add an inbound. Without *hosts* it gets the panel's default address."""
        self.inbounds[inbound.tag] = inbound
        self.hosts[inbound.tag] = list(hosts) or [Host()]

    def add_node(self, name: str, address: str) -> PanelNode:
        """Connect a server."""
        node = PanelNode(id=len(self.nodes) + 1, name=name, address=address)
        self.nodes[node.id] = node
        return node

    def node_named(self, name: str) -> PanelNode:
        """The server of that name. Raises KeyError."""
        for node in self.nodes.values():
            if node.name == name:
                return node
        raise KeyError(name)

    def tags_of(self, protocol: str) -> list[str]:
        """The inbounds that speak *protocol*, in the order of the core's configuration."""
        return [inbound.tag for inbound in self.inbounds.values() if inbound.protocol == protocol]

    def served_on(self, user: PanelUser, protocol: str) -> list[str]:
        """The tags *user* is served on within *protocol*."""
        return [tag for tag in self.tags_of(protocol) if tag not in user.proxies[protocol].excluded]

    def links_of(self, user: PanelUser) -> list[str]:
        """The share links of *user*; empty when no inbound serves them."""
        return [
            share_link(user, self.inbounds[tag], host, self.server_ip)
            for protocol in user.proxies
            for tag in self.served_on(user, protocol)
            for host in self.hosts[tag]
            if not host.is_disabled
        ]

    # ---- tokens

    def log_in(self, username: str, password: str) -> str:
        """A token for an administrator, good for a day. Raises Rejected."""
        self.logins += 1
        admin = self.admins.get(username)
        if admin is None or admin.password != password:
            raise Rejected(401, "Incorrect username or password")
        now = int(self.clock.now().timestamp())
        access = "sudo" if admin.is_sudo else "admin"
        claims = {"sub": username, "access": access, "iat": now, "exp": now + int(TOKEN_LIFE.total_seconds())}
        return sign_jwt(claims, self._token_secret)

    def admin_of(self, token: str) -> Admin:
        """The administrator of *token*. Raises Rejected for a foreign, expired or revoked one."""
        claims = read_jwt(token, self._token_secret) or {}
        admin = self.admins.get(str(claims.get("sub")))
        exp = claims.get("exp")
        if admin is None or not isinstance(exp, int) or exp <= self.clock.now().timestamp():
            raise Rejected(401, "Could not validate credentials")
        return admin

    def forget_tokens(self) -> None:
        """Make every token of an administrator invalid, as a change of the panel's secret does."""
        self._token_secret = self.rng.randbytes(32)

    def subscription_url(self, user: PanelUser) -> str:
        """A link to the subscription, new each second; the earlier ones stay valid."""
        token = subscription_token(user.username, self.clock.now(), self._sub_secret)
        return f"{self.subscription_url_prefix}/sub/{token}"

    def subscriber(self, token: str) -> PanelUser:
        """The user of a subscription *token*. Raises Rejected: foreign, revoked, or of an earlier user of that name."""
        name, second = read_subscription_token(token, self._sub_secret) or ("", 0)
        user = self.users.get(name)
        if user is None or user.created_at.timestamp() > second:
            raise Rejected(404, "Not Found")
        if user.sub_revoked_at is not None and user.sub_revoked_at.timestamp() > second:
            raise Rejected(404, "Not Found")
        return user

    # ---- traffic and time

    def carry(self, username: str, node_id: int | None, *, up: int = 0, down: int) -> None:
        """Let *username* move that many bytes through a node. None is the panel's own core. A hung node moves none."""
        if node_id is not None and self.nodes[node_id].hung_at is not None:
            return
        user, now, amount = self.users[username], self.clock.now(), up + down
        user.used_traffic += amount
        user.lifetime_used_traffic += amount
        user.usage[node_id] = user.usage.get(node_id, 0) + amount
        user.online_at = now
        self.node_hours.append(NodeHour(now.replace(minute=0, second=0, microsecond=0), node_id, up, down))

    def node_traffic(self, start: datetime, end: datetime) -> dict[int | None, tuple[int, int]]:
        """Bytes up and down by node id between two moments; an hour counts by its beginning."""
        total: dict[int | None, tuple[int, int]] = dict.fromkeys([None, *self.nodes], (0, 0))
        for row in self.node_hours:
            if start <= row.hour <= end and row.node_id in total:
                up, down = total[row.node_id]
                total[row.node_id] = (up + row.up, down + row.down)
        return total

    def hang_node(self, name: str) -> None:
        """Freeze a server. The panel goes on calling it connected, for HANG_NOTICED_AFTER."""
        self.node_named(name).hung_at = self.clock.now()

    def revive_node(self, name: str) -> None:
        """Let a frozen server run on; the panel connects it again at once."""
        node = self.node_named(name)
        node.hung_at, node.status, node.message = None, "connected", None

    def back_up(self) -> Backup:
        """The database as it is now."""
        return deepcopy(Backup(self.admins, self.hosts, self.nodes, self.users, self.node_hours))

    def restore(self, backup: Backup) -> None:
        """Go back in time: later users are gone, and with them their subscription links. Secrets and core stay."""
        old = deepcopy(backup)
        self.admins, self.hosts, self.nodes = old.admins, old.hosts, old.nodes
        self.users, self.node_hours = old.users, old.node_hours

    def settle(self) -> None:
        """Let the panel notice hung servers, and run what is due: it reviews users, and resets their traffic."""
        now = self.clock.now()
        for node in self.nodes.values():
            if node.hung_at is not None and node.status == "connected" and now - node.hung_at >= HANG_NOTICED_AFTER:
                node.status, node.message = "error", "no answer from the node"
        if now - self._reviewed_at >= REVIEW_EVERY:
            self._reviewed_at = now
            self._review(now)
        if now - self._reset_at >= RESET_EVERY:
            self._reset_at = now
            self._reset_traffic(now)

    def _review(self, now: datetime) -> None:
        for user in self.users.values():
            if user.status == "active":
                _review_active(user, now)
            elif user.status == "on_hold":
                _review_held(user, now)

    def _reset_traffic(self, now: datetime) -> None:
        for user in self.users.values():
            days = RESET_DAYS.get(user.data_limit_reset_strategy)
            counted = now - (user.reset_at or user.created_at)
            if days is not None and user.status in ("active", "limited") and counted >= timedelta(days=days):
                user.reset_traffic(now)


def demo_panel(clock: Clock, rng: Random) -> SimMarzban:
    """A panel with the nodes Frankfurt and Amsterdam and the administrator `USERNAME` / `PASSWORD`."""
    panel = SimMarzban(clock, rng, server_ip="203.0.113.1")
    panel.admins[USERNAME] = Admin(USERNAME, PASSWORD)
    for port, (city, address) in enumerate((("Frankfurt", "203.0.113.10"), ("Amsterdam", "203.0.113.20")), start=8443):
        panel.add_node(city, address)
        panel.add_inbound(Inbound(f"VLESS {city}", "vless", port), Host(remark=f"{city} {{USERNAME}}", address=address))
    return panel


def naive(moment: datetime | None) -> str | None:
    """A time as the panel prints it: UTC without an offset."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None).isoformat()


def _review_active(user: PanelUser, now: datetime) -> None:
    if user.data_limit and user.used_traffic >= user.data_limit:
        user.status = "limited"
    elif user.expire and user.expire <= now.timestamp():
        user.status = "expired"


def _review_held(user: PanelUser, now: datetime) -> None:
    since = user.edited_at or user.created_at
    used = user.online_at is not None and user.online_at >= since
    waited = user.on_hold_timeout is not None and user.on_hold_timeout <= now
    if used or waited:
        user.status = "active"
        user.expire = int(now.timestamp()) + (user.on_hold_expire_duration or 0)
        user.on_hold_expire_duration = user.on_hold_timeout = None
