"""The routes of the simulated panel that a shop calls with its token."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orbit_sandbox.remnawave import users
from orbit_sandbox.remnawave.answers import (
    node_answer,
    reached_answer,
    settings_answer,
    squad_answer,
    stats_answer,
    subscription_answer,
    user_answer,
)
from orbit_sandbox.remnawave.sim_remnawave import Invalid, Rejected, SimRemnawave
from orbit_sandbox.remnawave.state import PanelUser

# What a call does with the panel; its body is {} when the request has none.
Work = Callable[[SimRemnawave, Request, Any], Response]
LARGEST_PAGE = 1000


def _get_by_name(panel: SimRemnawave, request: Request, _: Any) -> Response:
    return _user(panel, users.by_name(panel, request.path_params["name"], "A063"))


def _get_by_key(panel: SimRemnawave, request: Request, _: Any) -> Response:
    return _user(panel, users.by_key(panel, request.path_params["key"], "A063"))


def _add(panel: SimRemnawave, _: Request, body: Any) -> Response:
    return _user(panel, users.create(panel, body), 201)


def _change(panel: SimRemnawave, _: Request, body: Any) -> Response:
    return _user(panel, users.modify(panel, body))


def _disable(panel: SimRemnawave, request: Request, _: Any) -> Response:
    user = _acted_on(panel, request)
    users.disable(user)
    return _user(panel, user)


def _enable(panel: SimRemnawave, request: Request, _: Any) -> Response:
    user = _acted_on(panel, request)
    users.enable(user)
    return _user(panel, user)


def _reset_traffic(panel: SimRemnawave, request: Request, _: Any) -> Response:
    user = _acted_on(panel, request)
    panel.reset_traffic(user)
    return _user(panel, user)


def _remove(panel: SimRemnawave, request: Request, _: Any) -> Response:
    del panel.users[_acted_on(panel, request).username]
    return _done(panel)


def _list(panel: SimRemnawave, request: Request, _: Any) -> Response:
    start, size = _whole(request, "start", 0), _size(request, 25)
    found = list(reversed(panel.users.values()))
    return _ok({"total": len(found), "users": [user_answer(panel, user) for user in found[start : start + size]]})


def _stream(panel: SimRemnawave, request: Request, _: Any) -> Response:
    """By rising id. The second version ignores the filter in silence."""
    size, cursor, tag = _size(request, 250), _whole(request, "cursor", 0), request.query_params.get("tag")
    wanted = [user for user in panel.users.values() if not (panel.is_third and tag) or user.tag == tag]
    found = sorted((user for user in wanted if user.id > cursor), key=lambda user: user.id)
    has_more = len(found) > size
    page = [user_answer(panel, user) for user in found[:size]]
    return _ok({"users": page, "nextCursor": f"{page[-1]['id']}" if has_more else None, "hasMore": has_more})


def _subscription(panel: SimRemnawave, request: Request, _: Any) -> Response:
    return _ok(subscription_answer(panel, users.by_name(panel, request.path_params["name"], "A025")))


def _squads(panel: SimRemnawave, _: Request, __: Any) -> Response:
    found = [squad_answer(panel, squad) for squad in panel.squads.values()]
    return _ok({"total": len(found), "internalSquads": found})


def _reached(panel: SimRemnawave, request: Request, _: Any) -> Response:
    return _ok(reached_answer(panel, panel.squads[_squad_id(panel, request)]))


def _drop_squad(panel: SimRemnawave, request: Request, _: Any) -> Response:
    panel.drop_squad(_squad_id(panel, request))
    return _done(panel)


def _nodes(panel: SimRemnawave, _: Request, __: Any) -> Response:
    return _ok([node_answer(panel, node) for node in panel.nodes])


def _metadata(panel: SimRemnawave, _: Request, __: Any) -> Response:
    return _ok({"version": panel.version})


def _stats(panel: SimRemnawave, _: Request, __: Any) -> Response:
    return _ok(stats_answer(panel))


def _settings(panel: SimRemnawave, _: Request, __: Any) -> Response:
    return _ok(settings_answer(panel))


def _change_settings(panel: SimRemnawave, _: Request, body: Any) -> Response:
    panel.custom_remarks = body.get("isShowCustomRemarks", panel.custom_remarks)
    panel.counts_devices = body.get("hwidSettings", {}).get("enabled", panel.counts_devices)
    return _ok(settings_answer(panel))


def _route(method: str, path: str, scope: str, work: Work) -> Route:
    """An administrators' call: it needs a token with *scope*."""

    async def answer(request: Request) -> Response:
        panel = panel_of(request)
        panel.authorise(request.headers.get("authorization", "").removeprefix("Bearer "), scope)
        raw = await request.body()
        return work(panel, request, json.loads(raw) if raw else {})

    return Route(path, answer, methods=[method])


def panel_of(request: Request) -> SimRemnawave:
    """The panel, after the jobs that are due."""
    panel = request.app.state.panel
    assert isinstance(panel, SimRemnawave)  # noqa: S101  set by remnawave_app
    panel.settle()
    return panel


def _acted_on(panel: SimRemnawave, request: Request) -> PanelUser:
    return users.by_key(panel, request.path_params["key"], "A025")


def _squad_id(panel: SimRemnawave, request: Request) -> UUID:
    wanted = request.path_params["squad"]
    if not users.HEX_UUID.fullmatch(wanted):
        raise Invalid("uuid")
    if UUID(wanted) not in panel.squads:
        raise Rejected(404, "A118", "Internal squad not found")
    return UUID(wanted)


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, f"{default}")
    if not (text.isascii() and text.isdigit()):
        raise Invalid(name)
    return int(text)


def _size(request: Request, default: int) -> int:
    size = _whole(request, "size", default)
    if not 1 <= size <= LARGEST_PAGE:
        raise Invalid("size")
    return size


def _ok(answer: object, status: int = 200) -> Response:
    return JSONResponse({"response": answer}, status)


def _user(panel: SimRemnawave, user: PanelUser, status: int = 200) -> Response:
    return _ok(user_answer(panel, user), status)


def _done(panel: SimRemnawave) -> Response:
    """The answer to a removal."""
    return Response(status_code=204) if panel.is_third else _ok({"isDeleted": True})


ROUTES = [
    _route("GET", "/api/users/by-username/{name:path}", "users:by-username", _get_by_name),
    _route("GET", "/api/users/stream", "users:stream", _stream),
    _route("GET", "/api/users", "users:list", _list),
    _route("POST", "/api/users", "users:create", _add),
    _route("PATCH", "/api/users", "users:update", _change),
    _route("POST", "/api/users/{key}/actions/disable", "users:disable", _disable),
    _route("POST", "/api/users/{key}/actions/enable", "users:enable", _enable),
    _route("POST", "/api/users/{key}/actions/reset-traffic", "users:reset-traffic", _reset_traffic),
    _route("GET", "/api/users/{key}", "users:get", _get_by_key),
    _route("DELETE", "/api/users/{key}", "users:delete", _remove),
    _route("GET", "/api/subscriptions/by-username/{name}", "subscriptions:by-username", _subscription),
    _route("GET", "/api/internal-squads", "internal-squads:list", _squads),
    _route("DELETE", "/api/internal-squads/{squad}", "internal-squads:delete", _drop_squad),
    _route("GET", "/api/internal-squads/{squad}/accessible-nodes", "internal-squads:accessible-nodes", _reached),
    _route("GET", "/api/nodes", "nodes:list", _nodes),
    _route("GET", "/api/system/metadata", "system:metadata", _metadata),
    _route("GET", "/api/system/stats", "system:stats", _stats),
    _route("GET", "/api/subscription-settings", "subscription-settings:get", _settings),
    _route("PATCH", "/api/subscription-settings", "subscription-settings:update", _change_settings),
]
