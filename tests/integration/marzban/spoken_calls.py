"""Which call of the adapter would send a recorded request, and what is made of its answer."""

import json
import re
from ast import literal_eval
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx

from orbit_adapters.marzban.answer import Answer
from orbit_adapters.marzban.api import MarzbanApi
from orbit_adapters.marzban.http import PanelHttp
from orbit_adapters.marzban.schemas import UserSchema
from orbit_domain.access.ports import PanelError
from tests.integration.marzban.harness import panel_settings
from tests.support.clock import FakeClock
from tests.support.recorded_exchanges import Exchange, recorded_body, word_of

LOGIN = "/api/admin/token"
USER = "/api/user/([^/]+)"

Call = Callable[[MarzbanApi], Awaitable[object]]


class RecordedPanel(httpx.AsyncBaseTransport):
    """Gives the recorded answer to every request of its kind, logins or others, and to the others *beside*."""

    def __init__(self, exchange: Exchange, beside: Exchange) -> None:
        self._exchange = exchange
        self._beside = beside
        self.sent: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer."""
        is_meant = (request.url.path == LOGIN) == (self._exchange["path"] == LOGIN)
        exchange = self._exchange if is_meant else self._beside
        if is_meant:
            self.sent.append(request)
        return httpx.Response(exchange["status"], content=recorded_body(exchange), request=request)


def query_of(exchange: Exchange) -> dict[str, str]:
    """The query of a recorded request."""
    params = exchange["request"]["params"]
    return {name: f"{value}" for name, value in dict(literal_eval(params) if params else {}).items()}


def spoken_call(exchange: Exchange) -> Call | None:
    """The call of the adapter that sends this request; None for one that Orbit never sends."""
    body, method, path, query = exchange["request"]["json"], exchange["method"], exchange["path"], query_of(exchange)
    if (method, path) == ("POST", LOGIN):
        return lambda api: api.me()
    if (method, path) == ("POST", "/api/user") and isinstance(body, dict):
        username, rest = body["username"], {name: value for name, value in body.items() if name != "username"}
        return lambda api: api.create_user(username, rest)
    if (method, path) == ("GET", "/api/users") and ("search" in query or query.get("sort") == "username"):
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 1))
        return lambda api: api.search_users(query.get("search", "orbit:"), offset, limit)
    for pattern, call in _CALLS.items():
        found = re.fullmatch(pattern, f"{method} {path}")
        if found and not query:
            return lambda api: call(api, body, *map(unquote, found.groups()))
    return None


_CALLS: dict[str, Callable[..., Awaitable[object]]] = {
    f"GET {USER}": lambda api, _, name: api.user(name),
    f"PUT {USER}": lambda api, body, name: api.modify_user(name, body),
    f"DELETE {USER}": lambda api, _, name: api.delete_user(name),
    f"POST {USER}/reset": lambda api, _, name: api.reset_user(name),
    "GET /api/inbounds": lambda api, _: api.inbounds(),
    "GET /api/hosts": lambda api, _: api.hosts(),
    "GET /api/nodes": lambda api, _: api.nodes(),
    "GET /api/nodes/usage": lambda api, _: api.nodes_usage(),
    "GET /api/admin": lambda api, _: api.me(),
}


async def understood_as(exchange: Exchange, logged_in: Exchange, me: Exchange) -> tuple[str, list[httpx.Request]]:
    """In one word what the adapter makes of the recorded answer, and what it sent for it."""
    is_login = exchange["path"] == LOGIN
    form = exchange["request"]["form"] or {}
    settings = panel_settings(
        attempts=1, username=form.get("username", "admin"), password=form.get("password", "admin-pass")
    )
    transport = RecordedPanel(exchange, me if is_login else logged_in)
    async with httpx.AsyncClient(transport=transport) as http:
        api = MarzbanApi(PanelHttp(settings, http, FakeClock()))
        call = spoken_call(exchange)
        try:
            result = await (call(api) if call else _raw(api, exchange))
        except PanelError as error:
            return word_of(error), transport.sent
    is_taken = result is None and exchange["path"] == "/api/user"
    return "name taken" if is_taken else _in_a_word(result), transport.sent


def _raw(api: MarzbanApi, exchange: Exchange) -> Awaitable[object]:
    """A call that Orbit never makes, by the adapter's HTTP layer."""
    path, _, query = exchange["path"].partition("?")
    params = query_of(exchange) | dict(parse_qsl(query))
    return api.http.call(exchange["method"], path, json=exchange["request"]["json"], params=params)


def _in_a_word(result: object) -> str:
    match result:
        case UserSchema():
            return "account"
        case Answer():
            return "passed" if result.status == 200 else f"{result.status}"
        case None:
            return "absent or done"
        case _:
            return "read"


def sent_as_recorded(request: httpx.Request, exchange: Exchange) -> list[str]:
    """What of *request* differs from the recorded one: method, path, what was asked for, and the body."""
    recorded = exchange["request"]
    if exchange["path"] == LOGIN:
        if (recorded["form"] or {}).keys() != {"username", "password"}:
            return []
        return [] if dict(parse_qsl(request.content.decode())) == recorded["form"] else ["another form"]
    ours: dict[str, Any] = {
        "method": request.method,
        "path": request.url.raw_path.decode().partition("?")[0],
        "body": json.loads(request.content) if request.content else None,
    }
    wanted = {"method": exchange["method"], "path": exchange["path"], "body": recorded["json"]}
    asked = query_of(exchange).items() <= dict(request.url.params).items()
    return [f"{name}: {ours[name]}" for name in wanted if ours[name] != wanted[name]] + ["query"] * (not asked)
