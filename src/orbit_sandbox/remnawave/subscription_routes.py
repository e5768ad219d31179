"""What customers' apps open, without a token: the panel chooses the format by who asks."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from orbit_sandbox.marzban.configs import clash, sing_box, v2ray, v2ray_json
from orbit_sandbox.remnawave.answers import client_links, subscription_answer
from orbit_sandbox.remnawave.routes import panel_of
from orbit_sandbox.remnawave.sim_remnawave import Rejected, SimRemnawave
from orbit_sandbox.remnawave.state import PanelUser
from orbit_sandbox.remnawave.users import ABSENT

Form = tuple[Callable[[Sequence[str]], str], str]

_LINKS: Final[Form] = (v2ray, "text/plain")
_JSON: Final[Form] = (v2ray_json, "application/json")
# The rules of a fresh panel, in their order, as 2.8.1 and 3.3.2 show them. The last one, for anybody, gives links.
_RULES: Final[tuple[tuple[str, Form], ...]] = (
    (
        r"^(?:flclash|flowvy|murge|mihomo|prizrak-box|koala-clash|clash(?:-verge|-nyanpasu|x meta|[-.]?meta))",
        (clash, "text/yaml"),
    ),
    ("^stash", (clash, "text/yaml")),
    ("^sfa|sfi|sfm|sft|karing|singbox", (sing_box, "application/json")),
    ("^clash", (clash, "text/yaml")),
)
# Who gets Xray configurations while the panel serves JSON at the plain address.
_TAKE_JSON = re.compile("^(?:streisand|happ|incy|v2box|v2rayng|v2rayn|ktor-client)", re.IGNORECASE)


async def _content(request: Request) -> Response:
    panel, user = _asked(request)
    if user is None:
        return JSONResponse({"isFound": False, "statusCode": 404, "message": "Resource not found"}, 404)
    if "text/html" in request.headers.get("accept", ""):
        return JSONResponse(subscription_answer(panel, user))
    write, media_type = _form(panel, request.headers.get("user-agent", ""))
    found, headers = client_links(panel, user, has_device="x-hwid" in request.headers)
    info = f"upload=0; download={user.used}; total={user.traffic_limit}; expire={int(user.expire_at.timestamp())}"
    headers |= {"subscription-userinfo": info, "profile-update-interval": "12"}
    return Response(write(found), headers=headers, media_type=media_type)


async def _info(request: Request) -> Response:
    panel, user = _asked(request)
    if user is None:
        raise Rejected(404, "A025", ABSENT["A025"])
    return JSONResponse({"response": subscription_answer(panel, user)})


def _form(panel: SimRemnawave, user_agent: str) -> Form:
    form = next((form for rule, form in _RULES if re.search(rule, user_agent, re.IGNORECASE)), _LINKS)
    return _JSON if form is _LINKS and panel.serves_json and _TAKE_JSON.search(user_agent) else form


def _asked(request: Request) -> tuple[SimRemnawave, PanelUser | None]:
    """The panel, after the jobs that are due, and whose short id the path has."""
    panel = panel_of(request)
    wanted = request.path_params["short"]
    return panel, next((user for user in panel.users.values() if user.short_uuid == wanted), None)


SUBSCRIPTION_ROUTES = [Route("/api/sub/{short}", _content), Route("/api/sub/{short}/info", _info)]
