"""The routes of a subscription link, which customers' apps call without a login."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse

from orbit_sandbox.marzban.answers import subscriber_answer, user_usage_answer
from orbit_sandbox.marzban.dependencies import Panel

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
@router.get("/{token}/v2ray")
async def subscription(
    panel: Panel, request: Request, token: str, user_agent: Annotated[str, Header()] = ""
) -> PlainTextResponse:
    """The share links, one a line, in base64. A disabled or expired user still gets them."""
    user = panel.subscriber(token)
    user.sub_updated_at, user.sub_last_user_agent = panel.clock.now(), user_agent
    body = base64.b64encode("\n".join(panel.links_of(user)).encode()).decode()
    used, total, expire = user.used_traffic, user.data_limit or 0, user.expire or 0
    headers = {
        "content-disposition": f'attachment; filename="{user.username.strip()}"',
        "profile-web-page-url": str(request.url),
        "support-url": "https://t.me/",
        "profile-title": "base64:U3Vic2NyaXB0aW9u",
        "profile-update-interval": "12",
        "subscription-userinfo": f"upload=0; download={used}; total={total}; expire={expire}",
    }
    return PlainTextResponse(body, headers=headers)
