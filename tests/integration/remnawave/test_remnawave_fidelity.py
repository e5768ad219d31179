"""The simulated panel answers the recorded sessions with real panels as those did."""

import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.fault_injection import FAULTS
from orbit_sandbox.marzban.in_process import InProcess
from orbit_sandbox.remnawave import users
from orbit_sandbox.remnawave.app import remnawave_app
from orbit_sandbox.remnawave.sim_remnawave import TOKEN, V2, V3, SimRemnawave
from orbit_sandbox.remnawave.state import ApiToken, Host, Inbound, PanelNode, Squad
from tests.integration.remnawave.harness import PROXIED
from tests.integration.remnawave.recordings import EXCHANGES, topic
from tests.support.clock import FakeClock
from tests.support.recorded_exchanges import Exchange

STARTED_AT = datetime(2026, 11, 21, 14, 5, 57, tzinfo=UTC)
# What no shop asks a panel for: logins, tokens, devices, bulk changes, remarks of ours, other ways to the same user.
NOT_SIMULATED = re.compile(
    r"auth_status|register.*|login.*|admin_jwt.*|token_.*|malformed_json|inbounds_all|hosts|node_unknown|squad_unknown|"
    r"nodes_usage|get_by_(short|tag|telegram).*|resolve.*|accessible_nodes|hwid_(?!enable).*|user_meta.*|revoke.*|bulk.*|"
    r"action_extend|connection_keys|tags|sub_hwid_on_device.*|sub_info_hwid_on|users_list.*|sub_old.*|sub_after_delete|"
    r"system_stats|no_proxy_headers|scope_ok|users_stream_tag"
)
# What differs between any two runs of a real panel as well: only the type is compared.
RANDOM_FIELDS = re.compile(
    r"uuid|id|createdAt|updatedAt|lastTrafficResetAt|timestamp|shortUuid|subscriptionUrl|trojanPassword|ssPassword|path|"
    r"lastStatusChange|(lifetimeT|t)raffic(Used|Limit)|(lifetimeU|u)sedTrafficBytes|profileUuid|activeConfigProfileUuid|"
    r"configProfile(Uuid|Name)|membersCount|isConnecting|lastStatusMessage|code|errors|fallbackDeviceLimit"
)
UUIDS = re.compile(r"(?!0{8})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OTHER_TOKENS = {"expired_token": "old", "deleted_token": "deleted", "scope_missing": "users alone"}
# Users that the recorder made in the database: how they were when they were first heard of.
MADE_APART = {"life_exp": "EXPIRED", "life_limexp": "EXPIRED", "life_lim": "LIMITED", "life_dis": "DISABLED"}


class Replay:
    """Sends one recorded session to a simulated panel, and translates the keys of users."""

    def __init__(self, version: str) -> None:
        self.prefix = "v33" if version == V3 else "v28"
        self.clock = FakeClock(STARTED_AT)
        self.sim = SimRemnawave(self.clock, Random(1), version)
        self.sim.next_id = 2
        self.sim.tokens[TOKEN] = ApiToken(STARTED_AT + timedelta(days=9))
        self.sim.tokens["deleted"] = ApiToken(STARTED_AT + timedelta(days=9), is_deleted=True)
        self.sim.tokens["users alone"] = ApiToken(STARTED_AT + timedelta(days=9), frozenset({"users:*"}))
        app = remnawave_app(self.sim, Faults(FAULTS))
        self.http = httpx.AsyncClient(transport=InProcess(app), base_url="http://panel.test", headers=PROXIED)
        self.keys: dict[str, str] = {}
        self._build()

    def session(self) -> dict[str, Exchange]:
        """The exchanges that the simulator can answer, by topic."""
        mine = {topic(name): row for name, row in EXCHANGES.items() if name.startswith(self.prefix)}
        return {name: row for name, row in mine.items() if not NOT_SIMULATED.fullmatch(name)}

    async def send(self, name: str, exchange: Exchange) -> httpx.Response:
        """Send the recorded request at the recorded time."""
        self._prepare(name, exchange)
        headers = dict(exchange.get("headers", {}))
        if exchange["token"]:
            headers["authorization"] = f"Bearer {OTHER_TOKENS.get(name, TOKEN)}"
        body = exchange.get("json")
        if body is not None:
            body = {field: self._ours(value) if field in ("uuid", "id") else value for field, value in body.items()}
        path = "/".join(self.keys.get(part, part) for part in exchange["path"].split("/"))
        return await self.http.request(
            exchange["method"], path, headers=headers, params=exchange.get("params"), json=body
        )

    def learn(self, recorded: Any, ours: Any) -> None:
        """Which of our keys stands for a recorded one."""
        theirs, own = (_user_in(answer) for answer in (recorded, ours))
        if theirs and own:
            key = "id" if self.sim.is_third else "uuid"
            self.keys[f"{theirs[key]}"] = f"{own[key]}"

    def _ours(self, key: object) -> object:
        found = self.keys.get(f"{key}")
        return key if found is None else int(found) if self.sim.is_third else found

    def _build(self) -> None:
        """The panel as it stood when users were recorded."""
        mine = {topic(name): row["response"] for name, row in EXCHANGES.items() if name.startswith(self.prefix)}
        for row in mine["squads"]["response"]["internalSquads"]:
            squad = Squad(UUID(row["uuid"]), row["name"], [_inbound(one) for one in row["inbounds"]])
            self.sim.squads[squad.uuid] = squad
        for row in mine["hosts"]["response"]:
            self.sim.hosts.append(Host(row["remark"], row["address"], UUID(row["inbound"]["configProfileInboundUuid"])))
        for row in mine["nodes"]["response"]:
            inbounds = [_inbound(one) for one in row["configProfile"]["activeInbounds"]]
            place = (UUID(row["uuid"]), row.get("id", 0), row["name"], row["address"], row["countryCode"], inbounds)
            self.sim.nodes.append(PanelNode(*place, is_connected=False, is_disabled=row["isDisabled"]))

    def _prepare(self, name: str, exchange: Exchange) -> None:
        answer = exchange["response"]
        user = _user_in(answer)
        at = answer.get("timestamp") if isinstance(answer, dict) else None
        if user is not None and exchange["method"] in ("POST", "PATCH"):
            at = user["updatedAt"]
        self.clock.at = max(self.clock.at, datetime.fromisoformat(at) if at else self.clock.at)
        is_made_here = exchange["method"] == "POST" and exchange["path"] == "/api/users"
        if user is not None and user["username"] not in self.sim.users and not is_made_here:
            self._make_apart(user)
        self._do_what_was_not_recorded(name, exchange)

    def _do_what_was_not_recorded(self, name: str, exchange: Exchange) -> None:
        two = self.sim.users.get("orbit_two")
        match name:
            case "patch_squad_move":
                mark = {"description": "orbit:00000000-0000-0000-0000-000000000b17", "tag": "ORBIT"}
                users.modify(self.sim, {"username": "orbit_1001", "hwidDeviceLimit": 3} | mark)
            case "sub_after_recreate":
                self.sim.counts_devices = False
            case "subscription_two_squads":
                ends_at = exchange["response"]["response"]["user"]["expiresAt"]
                self.clock.at = datetime.fromisoformat(ends_at) - timedelta(days=30, milliseconds=-500)
                squads = [f"{squad.uuid}" for squad in self.sim.squads.values() if squad.name.startswith("Place")]
                users.create(self.sim, {"username": "orbit_two", "expireAt": ends_at, "activeInternalSquads": squads})
            case "squad_delete_with_member" if two is not None:
                two.squads = [self.sim.add_squad("Doomed", [], UUID(exchange["path"].rpartition("/")[2])).uuid]
                two.status = "ACTIVE"

    def _make_apart(self, row: dict[str, Any]) -> None:
        """Make a user in the database, as the recorder did."""
        squads = [squad["uuid"] for squad in row["activeInternalSquads"]]
        is_limited = row["username"].startswith("life_lim") and row["username"] != "life_limexp"
        ends_at = row["expireAt"] if is_limited else min(row["expireAt"], "2026-11-21T13:13:27.211Z")
        limits = {"trafficLimitBytes": 1000, "activeInternalSquads": squads}
        user = users.create(self.sim, {"username": row["username"], "expireAt": ends_at} | limits)
        user.status = MADE_APART[row["username"].rstrip("0123456789")]
        user.used = 5000
        self.keys[f"{row['id' if self.sim.is_third else 'uuid']}"] = f"{user.id if self.sim.is_third else user.uuid}"


def _inbound(row: dict[str, Any]) -> Inbound:
    path = row["rawInbound"].get("streamSettings", {}).get("wsSettings", {}).get("path")
    return Inbound(UUID(row["uuid"]), row["tag"], row["type"], row["port"], row["network"], path)


def _user_in(answer: Any) -> dict[str, Any] | None:
    shown = answer.get("response") if isinstance(answer, dict) else None
    return shown if isinstance(shown, dict) and "vlessUuid" in shown else None


def _body(response: httpx.Response) -> Any:
    return response.json() if "json" in response.headers.get("content-type", "") else response.text


def faults(ours: Any, recorded: Any, at: str = "") -> list[str]:
    """Where what we show isn't what was recorded. A simulator may show less than a panel, but of a user everything."""
    if isinstance(ours, dict) and isinstance(recorded, dict):
        missing = recorded.keys() - ours.keys() if "vlessUuid" in recorded else set()
        found = [f"{at}: lacks {sorted(missing)}"] if missing else []
        for name, value in ours.items():
            if not RANDOM_FIELDS.fullmatch(name):
                found += faults(value, recorded.get(name, "nothing"), f"{at}.{name}")
            elif name not in recorded:
                found.append(f"{at}.{name} is ours alone")
        return found
    if isinstance(ours, list) and isinstance(recorded, list):
        pairs = zip(ours, recorded, strict=False)
        found = [fault for one, other in pairs for fault in faults(one, other, f"{at}[]")]
        return found + ([f"{at}: {len(ours)} instead of {len(recorded)}"] if len(ours) != len(recorded) else [])
    if isinstance(ours, str) and isinstance(recorded, str):
        ours, recorded = UUIDS.sub("<uuid>", ours), UUIDS.sub("<uuid>", recorded)
    return [] if ours == recorded else [f"{at}: {ours!r} instead of {recorded!r}"]


@pytest.mark.parametrize("version", [V2, V3])
async def test_recorded_session_is_answered_alike(version: str) -> None:
    """Every replayed exchange has the recorded status and, but for what is random, the same body."""
    replay = Replay(version)
    session, different = replay.session(), []
    for name, exchange in session.items():
        response = await replay.send(name, exchange)
        recorded, ours = exchange["response"], _body(response)
        if response.status_code != exchange["status"]:
            different.append(f"{name}: {response.status_code} instead of {exchange['status']}: {ours}")
            continue
        replay.learn(recorded, ours)
        different += [f"{name}{fault}" for fault in faults(ours, recorded)]
    assert not different, "\n".join(different)
    assert len(session) == 106
