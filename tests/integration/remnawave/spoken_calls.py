"""Which call of the adapter would send a recorded request, and what is made of its answer."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx

from orbit_adapters.remnawave.answer import Answer
from orbit_adapters.remnawave.api import AlreadyThere, RemnawaveApi
from orbit_adapters.remnawave.http import PanelHttp
from orbit_adapters.remnawave.schemas import UserSchema
from orbit_domain.access.ports import PanelError
from tests.integration.remnawave.harness import panel_settings
from tests.support.recorded_exchanges import Exchange, recorded_body, word_of

KEY = r"([0-9a-f-]{36}|[0-9]+)"
NAMED = {"username": "somebody", "createdAt": "2026-11-21T14:00:00.000Z", "expireAt": "2026-12-21T14:00:00.000Z"}
SOMEBODY = NAMED | {
    "status": "ACTIVE",
    "trafficLimitBytes": 0,
    "trafficLimitStrategy": "NO_RESET",
    "vlessUuid": str(UUID(int=1)),
    "subscriptionUrl": "https://sub.example.com/x",
    "activeInternalSquads": [],
}

Call = Callable[[RemnawaveApi], Awaitable[object]]


class RecordedPanel(httpx.AsyncBaseTransport):
    """Gives the recorded answer to the first request, and *then* to what follows from it."""

    def __init__(self, exchange: Exchange, then: Exchange) -> None:
        self._answers = [exchange, then]
        self.sent: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The next answer. Raises httpx.RemoteProtocolError where the panel closed the connection."""
        self.sent.append(request)
        exchange = self._answers.pop(0)
        if exchange["status"] is None:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        return httpx.Response(exchange["status"], content=recorded_body(exchange), request=request)


def spoken_call(exchange: Exchange) -> Call | None:
    """The call of the adapter that sends this request; None for one that Orbit never sends."""
    body, method, path = exchange.get("json"), exchange["method"], exchange["path"]
    if not exchange["token"] or "headers" in exchange or (body or {}).keys() & {"uuid", "id", "nonsense"}:
        return None
    if path == "/api/users" and method in ("POST", "PATCH") and body and "username" in body:
        username, rest = body["username"], {name: value for name, value in body.items() if name != "username"}
        return lambda api: api.create_user(username, rest) if method == "POST" else api.modify_user(username, rest)
    for pattern, call in _CALLS.items():
        found = re.fullmatch(pattern, f"{method} {path}")
        if found and exchange.get("params", {}).keys() <= {"size"} and not body:
            return lambda api: call(api, exchange, *found.groups())
    return None


def _user_in(exchange: Exchange, key: str) -> UserSchema:
    """A user of that key, named as in the answer."""
    answer = exchange["response"]
    shown = answer.get("response", {}) if isinstance(answer, dict) else {}
    name = {"username": shown["username"]} if "username" in shown else {"username": "orbit_1001"}
    return UserSchema.model_validate(SOMEBODY | name | ({"id": int(key)} if key.isdigit() else {"uuid": key}))


_CALLS: dict[str, Callable[..., Awaitable[object]]] = {
    r"GET /api/users/by-username/(.+)": lambda api, _, name: api.user(name),
    rf"POST /api/users/{KEY}/actions/disable": lambda api, row, key: api.disable_user(_user_in(row, key)),
    rf"POST /api/users/{KEY}/actions/reset-traffic": lambda api, row, key: api.reset_traffic(_user_in(row, key)),
    rf"DELETE /api/users/{KEY}": lambda api, row, key: api.delete_user(_user_in(row, key)),
    r"GET /api/subscriptions/by-username/(.+)": lambda api, _, name: api.links(name),
    r"GET /api/users/stream": lambda api, row: api.users_after(0, row["params"]["size"]),
    r"GET /api/internal-squads": lambda api, _: api.squads(),
    rf"GET /api/internal-squads/{KEY}/accessible-nodes": lambda api, _, key: api.reached_nodes(UUID(key)),
    r"GET /api/nodes": lambda api, _: api.nodes(),
    r"GET /api/system/metadata": lambda api, _: api.version(),
    r"GET /api/system/stats": lambda api, _: api.stats(),
}


async def understood_as(exchange: Exchange, then: Exchange) -> tuple[str, list[httpx.Request]]:
    """In one word what the adapter makes of the recorded answer, and what it sent for it."""
    call, transport = spoken_call(exchange), RecordedPanel(exchange, then)
    async with httpx.AsyncClient(transport=transport) as http:
        api = RemnawaveApi(PanelHttp(panel_settings(attempts=1), http))
        try:
            result = await (call(api) if call else _raw(api, exchange))
        except AlreadyThere as error:
            return "short id taken" if error.short_id else "name taken", transport.sent
        except PanelError as error:
            return word_of(error), transport.sent
    return _in_a_word(result), transport.sent


def _raw(api: RemnawaveApi, exchange: Exchange) -> Awaitable[object]:
    """A call that Orbit never makes, by the adapter's HTTP layer."""
    params = {name: f"{value}" for name, value in exchange.get("params", {}).items()}
    return api.http.call(exchange["method"], exchange["path"], json=exchange.get("json"), params=params)


def _in_a_word(result: object) -> str:
    match result:
        case UserSchema():
            return "account"
        case Answer():
            return "passed" if result.is_success else f"{result.status} {result.code}"
        case None:
            return "absent or done"
        case _:
            return "read"


def sent_as_recorded(request: httpx.Request, exchange: Exchange) -> list[str]:
    """What of *request* differs from the recorded one: method, path, query, body, and what makes the panel answer."""
    wanted: dict[str, Any] = {
        "method": exchange["method"],
        "path": exchange["path"],
        "query": {name: f"{value}" for name, value in exchange.get("params", {}).items()},
        "body": exchange.get("json"),
        "proto": "https",
    }
    ours = {
        "method": request.method,
        "path": request.url.raw_path.decode().partition("?")[0],
        "query": dict(request.url.params),
        "body": json.loads(request.content) if request.content else None,
        "proto": request.headers.get("x-forwarded-proto"),
    }
    return [f"{name}: {ours[name]} instead of {wanted[name]}" for name in wanted if ours[name] != wanted[name]]
