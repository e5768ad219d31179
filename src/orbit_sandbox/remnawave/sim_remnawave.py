"""The simulated Remnawave panel: its state, and what its background jobs change as time passes."""

from calendar import monthrange
from copy import deepcopy
from datetime import UTC, datetime, time, timedelta
from random import Random
from uuid import UUID

from orbit_domain.clock import Clock
from orbit_sandbox.remnawave.state import ApiToken, Backup, Host, Inbound, PanelNode, PanelUser, Squad

V2 = "2.8.1"
V3 = "3.3.2"
EXPIRE_EVERY = timedelta(seconds=30)
LIMIT_EVERY = timedelta(seconds=45)
MONTH_ROLLING_AT = time(0, 10, tzinfo=UTC)
# The token of the demo panel.
TOKEN = "sandbox-api-token-of-remnawave"


class Rejected(Exception):
    """The panel refuses a request in its own words: the HTTP status, the text and the code of its answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class Invalid(Exception):
    """A body or a path that the panel's schema refuses: 400, without a code. `path` names the field."""

    def __init__(self, *path: str | int) -> None:
        super().__init__("Validation failed")
        self.path = path


class NotAuthorised(Exception):
    """The framework refuses the token: 401 for an unknown or expired one, 403 for a deleted one or a lacking scope."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status}")
        self.status = status


class SimRemnawave:
    """One panel. Time comes from *clock*, all randomness from *rng*: a run can be repeated exactly.

    `custom_remarks` is on by default, as on a fresh panel: whoever isn't active gets placeholders instead of links.
    `serves_json` is off as there: with it some apps get configurations of Xray.
    """

    def __init__(self, clock: Clock, rng: Random, version: str = V2) -> None:
        self.clock = clock
        self.rng = rng
        self.version = version
        self.subscription_url_prefix = "https://sub.example.com"
        self.custom_remarks = True
        self.counts_devices = False
        self.serves_json = False
        self.tokens: dict[str, ApiToken] = {}
        self.squads: dict[UUID, Squad] = {}
        self.hosts: list[Host] = []
        self.nodes: list[PanelNode] = []
        self.users: dict[str, PanelUser] = {}
        self.next_id = 1
        self._expired_at = self._limited_at = self._reset_at = clock.now()

    @property
    def is_third(self) -> bool:
        """Whether users are named by numeric ids, and removals answered without a body."""
        return self.version.startswith("3.")

    # ---- squads and nodes

    def add_place(self, name: str, address: str, inbound: Inbound, squad: UUID | None = None) -> Squad:
        """A node with one inbound, a host that leads to it, and a squad that is served there."""
        node = PanelNode(self.random_uuid(), len(self.nodes) + 1, f"{name} node", address, "NL", [inbound])
        self.nodes.append(node)
        self.hosts.append(Host(name, address, inbound.uuid))
        return self.add_squad(name, [inbound], squad)

    def add_squad(self, name: str, inbounds: list[Inbound], uuid: UUID | None = None) -> Squad:
        """A squad that is served by *inbounds*."""
        squad = Squad(uuid or self.random_uuid(), name, inbounds)
        self.squads[squad.uuid] = squad
        return squad

    def drop_squad(self, uuid: UUID) -> None:
        """Delete a squad. Its members stay active with one squad less, perhaps none: dead keys."""
        del self.squads[uuid]
        for user in self.users.values():
            user.squads = [squad for squad in user.squads if squad != uuid]

    def reached_nodes(self, squad: Squad) -> list[PanelNode]:
        """The nodes on which an inbound of *squad* is active, connected or not."""
        wanted = {inbound.uuid for inbound in squad.inbounds}
        return [node for node in self.nodes if wanted & {inbound.uuid for inbound in node.inbounds}]

    def hosts_of(self, user: PanelUser) -> list[tuple[Host, Inbound]]:
        """The enabled hosts that lead to *user*'s squads."""
        served = {inbound.uuid: inbound for squad in user.squads for inbound in self.squads[squad].inbounds}
        return [(host, served[host.inbound]) for host in self.hosts if host.inbound in served and not host.is_disabled]

    # ---- tokens

    def authorise(self, token: str, scope: str) -> None:
        """Raises NotAuthorised unless *token* may do what needs *scope*."""
        known = self.tokens.get(token)
        if known is None or known.expires_at <= self.clock.now():
            raise NotAuthorised(401)
        if not known.allows(scope):
            raise NotAuthorised(403)

    def forget_tokens(self) -> None:
        """Make every token invalid, as a change of the panel's secret does."""
        self.tokens.clear()

    # ---- traffic and time

    def carry(self, username: str, amount: int) -> None:
        """Let *username* move that many bytes through the first of its nodes."""
        user = self.users[username]
        user.used += amount
        user.lifetime_used += amount
        for node in [node for squad in user.squads for node in self.reached_nodes(self.squads[squad])][:1]:
            node.traffic_used += amount

    def reset_traffic(self, user: PanelUser) -> None:
        """Forget the used traffic: a limited user is active again, all others stay what they are."""
        user.used, user.last_reset_at = 0, self.now()
        if user.status == "LIMITED":
            user.status = "ACTIVE"

    def settle(self) -> None:
        """Run the jobs that are due: give traffic again, expire, and limit."""
        now = self.clock.now()
        self._give_traffic_again(now)
        if now - self._expired_at >= EXPIRE_EVERY:
            self._expired_at = now
            for user in self.users.values():
                if user.status in ("ACTIVE", "LIMITED") and user.expire_at <= now:
                    user.status = "EXPIRED"
        if now - self._limited_at >= LIMIT_EVERY:
            self._limited_at = now
            for user in self.users.values():
                if user.status == "ACTIVE" and 0 < user.traffic_limit <= user.used:
                    user.status = "LIMITED"

    def back_up(self) -> Backup:
        """The database as it is now."""
        return deepcopy(Backup(self.users, self.squads, self.hosts, self.nodes, self.next_id))

    def restore(self, backup: Backup) -> None:
        """Go back in time: later users are gone, and ids are given again. Tokens and settings stay."""
        old = deepcopy(backup)
        self.users, self.squads, self.hosts, self.nodes = old.users, old.squads, old.hosts, old.nodes
        self.next_id = old.next_id

    def now(self) -> datetime:
        """The panel's time: it knows milliseconds."""
        moment = self.clock.now()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def random_uuid(self) -> UUID:
        """A new random id."""
        return UUID(int=self.rng.getrandbits(128), version=4)

    def _give_traffic_again(self, now: datetime) -> None:
        """MONTH_ROLLING: at ten past midnight, for whoever was made on that day of a former month."""
        day = self._reset_at.date()
        while day <= now.date():
            due = datetime.combine(day, MONTH_ROLLING_AT)
            if self._reset_at < due <= now:
                for user in self.users.values():
                    if user.strategy == "MONTH_ROLLING" and _is_day_of(user.created_at, due):
                        self.reset_traffic(user)
            day += timedelta(days=1)
        self._reset_at = now


def demo_remnawave(clock: Clock, rng: Random, version: str = V2) -> SimRemnawave:
    """A panel with the squads Helsinki and Warsaw and the token `TOKEN`."""
    panel = SimRemnawave(clock, rng, version)
    panel.tokens[TOKEN] = ApiToken(clock.now() + timedelta(days=3650))
    for number, (city, address) in enumerate((("Helsinki", "203.0.113.30"), ("Warsaw", "203.0.113.40")), start=1):
        inbound = Inbound(UUID(int=0xA0 + number), f"VLESS_{city.upper()}", "vless", 20442 + number)
        panel.add_place(city, address, inbound, UUID(int=0xB0 + number))
    return panel


def _is_day_of(created_at: datetime, due: datetime) -> bool:
    """Whether *due* is the day of *created_at* in a later month; a short month ends it earlier."""
    is_later = (created_at.year, created_at.month) < (due.year, due.month)
    return is_later and due.day == min(created_at.day, monthrange(due.year, due.month)[1])
