"""The routes of a subscription link, which customers' apps call without a login."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from orbit_sandbox.marzban.answers import subscriber_answer, user_usage_answer
from orbit_sandbox.marzban.configs import FORMS, v2ray
from orbit_sandbox.marzban.dependencies import Panel
from orbit_sandbox.marzban.sim_marzban import Rejected
from orbit_sandbox.marzban.state import PanelUser

router = APIRouter(prefix="/sub")


@router.get("/{token}/info")
async def info(panel: Panel, token: str) -> dict[str, Any]:
    """The state of the subscription, without an administrator's rights."""
    return subscriber_answer(panel, panel.subscriber(token))


@router.get("/{token}/usage")
async def usage(panel: Panel, token: str) -> dict[str, Any]:
    """What the subscriber moved, by node."""
    user = panel.subscriber(token)
    return {"usages": user_usage_answer(panel, [user]), "username": user.username}


@router.get("/{token}")
@router.get("/{token}/")
async def subscription(
    panel: Panel, request: Request, token: str, user_agent: Annotated[str, Header()] = ""
) -> Response:
    """The share links, one a line, in base64. A disabled or expired user still gets them."""
    user = panel.subscriber(token)
    user.sub_updated_at, user.sub_last_user_agent = panel.clock.now(), user_agent
    return _answer(request, user, v2ray(panel.links_of(user)), "text/plain")


@router.get("/{token}/{form}")
async def fixed_form(panel: Panel, request: Request, token: str, form: str) -> Response:
    """The same in one form, whoever asks. It counts as no visit of the subscriber."""
    if form not in FORMS:
        raise Rejected(
            422, {"client_type": "String should match pattern 'sing-box|clash-meta|clash|outline|v2ray|v2ray-json'"}
        )
    user = panel.subscriber(token)
    write, media_type = FORMS[form]
    return _answer(request, user, write(panel.links_of(user)), media_type)


def _answer(request: Request, user: PanelUser, body: str, media_type: str) -> Response:
    used, total, expire = user.used_traffic, user.data_limit or 0, user.expire or 0
    headers = {
        "content-disposition": f'attachment; filename="{user.username.strip()}"',
        "profile-web-page-url": str(request.url),
        "support-url": "https://t.me/",
        "profile-title": "base64:U3Vic2NyaXB0aW9u",
        "profile-update-interval": "12",
        "subscription-userinfo": f"upload=0; download={used}; total={total}; expire={expire}",
    }
    return Response(body, headers=headers, media_type=media_type)
