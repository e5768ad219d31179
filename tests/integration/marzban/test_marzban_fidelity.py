"""The simulated panel answers a recorded session with the real panel as the real panel did."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.app import marzban_app
from orbit_sandbox.marzban.fault_injection import FAULTS
from orbit_sandbox.marzban.in_process import InProcess
from orbit_sandbox.marzban.sim_marzban import SimMarzban
from orbit_sandbox.marzban.state import Admin, Inbound
from tests.integration.marzban.recordings import EXCHANGES
from tests.support.clock import FakeClock

# What a shop never asks a panel for, and the simulator doesn't know: adding nodes, next plans, templates.
NOT_SIMULATED = frozenset(
    {*(f"{number:03}" for number in range(18, 27)), "029", "101", "102", "116", "130", "147", "207"}
)
REPLAYED = {name: exchange for name, exchange in EXCHANGES.items() if name[:3] not in NOT_SIMULATED}
STARTED_AT = datetime.fromtimestamp(1_795_220_030, UTC)
REALITY = (
    ("sni", "example.com"),
    ("fp", "chrome"),
    ("pbk", "5asn-r5-fkS6EBswvVEoC3q8skyz3N0rdmuVgX1Tplc"),
    ("sid", "6ba85179e30d4fc2"),
)
# What differs between any two runs of the real panel as well: only the type is compared.
RANDOM_FIELDS = re.compile(
    r"(access_token|created_at|online_at|sub_updated_at|sub_last_user_agent|subscription_url|users_usage|mem_\w+|"
    r"cpu_\w+|\w+_bandwidth\w*|password|used_traffic|uplink|downlink|online_users)$"
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The administrator of an exchange, where it isn't the ordinary sudo one.
ADMINS_BY_EXCHANGE = {
    **dict.fromkeys(("136", "137", "138", "139", "140", "141"), ("seller", "seller-pass")),
    **dict.fromkeys(("142", "143", "144"), ("envroot", "env-pass")),
}
# What happened before an exchange: unix second, user, node, bytes. No user: only the review job ran.
EVENTS_BEFORE: dict[str, list[tuple[float, str, int, int]]] = {
    "301": [(1_795_220_514.0, "", 0, 0)],
    "305": [
        (1_795_220_524.0, "", 0, 0),
        (1_795_220_524.8, "e2e_n1", 1, 20_000_314),
        (1_795_220_524.8, "e2e_hold", 1, 20_000_312),
        (1_795_220_524.8, "e2e_n2", 2, 20_000_313),
        (1_795_220_534.0, "", 0, 0),
    ],
    "315": [(1_795_220_564.8, "e2e_n1", 1, 20_000_314)],
}
# A subscription link from an answer that wasn't recorded: its user and its second.
EXTRA_LINKS = {"323": ("e2e_n1", 1_795_220_600)}
NODE_ERRORS = {"431": (2, "connecting")}


class Replay:
    """Replays the recorded session at its recorded times and translates random values."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.sim = recorded_panel(clock)
        app = marzban_app(self.sim, Faults(FAULTS))
        self.http = httpx.AsyncClient(transport=InProcess(app), base_url="http://127.0.0.1:18000")
        self.links: dict[str, str] = {}

    async def send(self, number: str, exchange: dict[str, Any]) -> httpx.Response:
        """Send the recorded request to the simulated panel at the recorded time."""
        self._prepare(number, exchange)
        request, headers = exchange["request"], dict(exchange["request"]["headers"])
        if "Authorization" in headers or "authorization" in headers:
            scheme = next(iter(headers.values())).split()[0]
            headers = {**headers, "authorization": f"{scheme} {self._token(number)}"}
            headers.pop("Authorization", None)
        path = exchange["path"]
        for recorded, ours in self.links.items():
            path = path.replace(recorded, ours)
        params = request["params"] and json.loads(
            request["params"].replace("(", "[").replace(")", "]").replace("'", '"')
        )
        return await self.http.request(
            exchange["method"],
            path,
            headers=headers,
            params=httpx.QueryParams(params) if isinstance(params, dict) else _pairs(params),
            json=request["json"],
            data=request["form"],
            content=request["content"],
        )

    def map_links(self, recorded: Any, ours: Any) -> None:
        """Map the recorded subscription tokens to ours."""
        for theirs, own in zip(_subscription_urls(recorded), _subscription_urls(ours), strict=True):
            self.links[theirs.rpartition("/")[2]] = own.rpartition("/")[2]

    def _prepare(self, number: str, exchange: dict[str, Any]) -> None:
        for second, username, node_id, amount in EVENTS_BEFORE.get(number, []):
            self.clock.at = datetime.fromtimestamp(second, UTC)
            self.sim.settle()
            if username:
                self.sim.carry(username, node_id, down=amount)
        for url in _subscription_urls(exchange["response"]):
            token = url.rpartition("/")[2][:-10]
            shown = int(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().rpartition(",")[2])
            self.clock.at = max(self.clock.at, datetime.fromtimestamp(shown, UTC) - timedelta(milliseconds=500))
        if number in EXTRA_LINKS:
            username, second = EXTRA_LINKS[number]
            self.clock.at = datetime.fromtimestamp(second, UTC)
            ours = self.sim.subscription_url(self.sim.users[username])
            self.links[exchange["path"].rpartition("/")[2]] = ours.rpartition("/")[2]
        if number in NODE_ERRORS:
            node_id, status = NODE_ERRORS[number]
            self.sim.nodes[node_id].status = status

    def _token(self, number: str) -> str:
        if number == "008":
            return "not-a-token"
        if number == "009":
            now, self.clock.at = self.clock.at, self.clock.at - timedelta(days=2)
            old = self.sim.log_in("admin", "admin-pass")
            self.clock.at = now
            return old
        return self.sim.log_in(*ADMINS_BY_EXCHANGE.get(number, ("admin", "admin-pass")))


def recorded_panel(clock: FakeClock) -> SimMarzban:
    """The panel as it stood when the recording began."""
    sim = SimMarzban(clock, Random(1))
    sim.admins["admin"] = Admin("admin", "admin-pass")
    sim.admins["envroot"] = Admin("envroot", "env-pass", in_database=False)
    for tag, port in (("VLESS TCP", 10010), ("NODE1 VLESS", 10011), ("NODE2 VLESS", 10012)):
        sim.add_inbound(Inbound(tag, "vless", port))
    sim.add_inbound(Inbound("VLESS TCP REALITY", "vless", 10443, tls="reality", reality=REALITY))
    sim.add_inbound(Inbound("Trojan WS", "trojan", 10020, network="ws"))
    sim.add_inbound(Inbound("Shadowsocks TCP", "shadowsocks", 10080))
    sim.add_node("node1", "127.0.0.11")
    sim.add_node("node2", "127.0.0.12")
    return sim


def shape(value: Any, name: str = "") -> Any:
    """*value* with what is random replaced by its type, so that the rest can be compared exactly."""
    if isinstance(value, dict):
        return {key: shape(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        # Marzban keeps excluded tags as a set: their order means nothing.
        inner = [shape(item, name) for item in value]
        tags = name != "links" and all(isinstance(item, str) for item in inner)
        return sorted(inner) if tags else inner
    if isinstance(value, str):
        if RANDOM_FIELDS.search(name):
            return "a text"
        plain = UUID.sub("<uuid>", value)
        return re.sub(r"ss://[^@]+@", "ss://<secret>@", re.sub(r"sid=[0-9a-f]*", "sid=", plain))
    if RANDOM_FIELDS.search(name) and isinstance(value, int | float) and not isinstance(value, bool):
        return "a number"
    return value


def _subscription_urls(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        if "subscription_url" in answer:
            yield answer["subscription_url"]
        for row in answer.get("users") or []:
            yield row["subscription_url"]


def _pairs(params: Any) -> Any:
    return [tuple(pair) for pair in params] if params else None


def _body(response: httpx.Response) -> Any:
    if response.headers.get("content-type", "").startswith("application/json"):
        return response.json()
    return response.text


def _comparable(exchange: dict[str, Any], body: Any) -> Any:
    """A subscription's text is compared by the links in it."""
    if exchange["path"].startswith("/sub/") and isinstance(body, str):
        return shape(base64.b64decode(body).decode().split("\n"))
    return shape(body)


async def test_recorded_session_is_answered_alike() -> None:
    """Every replayed exchange has the recorded status, kind of content and, but for what is random, the same body."""
    replay = Replay(FakeClock(STARTED_AT))
    different: list[str] = []
    for name, exchange in REPLAYED.items():
        response = await replay.send(name[:3], exchange)
        recorded, ours = exchange["response"], _body(response)
        if response.status_code != exchange["status"]:
            different.append(f"{name}: {response.status_code} instead of {exchange['status']}: {ours}")
            continue
        replay.map_links(recorded, ours)
        kind = exchange["response_headers"].get("content-type")
        if response.headers.get("content-type") != kind:
            different.append(f"{name}: {response.headers.get('content-type')} instead of {kind}")
        if _comparable(exchange, ours) != _comparable(exchange, recorded):
            different.append(f"{name}:\n  {_comparable(exchange, ours)}\n  {_comparable(exchange, recorded)}")
    assert not different, "\n".join(different)


def test_recorded_session_is_complete() -> None:
    """The replay covers most of the session, not a few selected exchanges."""
    assert len(REPLAYED) >= 190
