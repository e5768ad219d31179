"""The doctor's check of the shop's own subscription links."""

from collections.abc import Sequence

import httpx

from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult

_LIMIT_S = 5
_ABOUT = "own links"
_REMEDY = "let your proxy pass /s/ and /health/ to ORBIT_WEB_HOST and ORBIT_WEB_PORT while the shop runs"


async def check_public_link(settings: Settings, http: httpx.AsyncClient) -> Sequence[CheckResult]:
    """Whether the public address leads to this shop, or what is lost without one."""
    if settings.public_url is None:
        seen = (
            "not set: customers get the panel's links, which answer nothing while it is down, "
            "and change when it is replaced or loses their accounts"
        )
        if settings.device_limit is not None:
            seen += "; and only panels that limit devices themselves keep ORBIT_DEVICE_LIMIT"
        remedy = "set ORBIT_PUBLIC_URL to an https address that leads to the shop's web server"
        return (CheckResult(_ABOUT, True, seen, remedy, is_warning=True),)
    try:
        response = await http.get(f"{settings.public_url}/health/live", timeout=_LIMIT_S)
        answers = response.json() == {"status": "healthy"}
    except (httpx.HTTPError, ValueError) as error:
        return (CheckResult(_ABOUT, False, f"{settings.public_url}: {type(error).__name__}", _REMEDY),)
    seen = f"{settings.public_url} {'leads' if answers else 'does not lead'} to the shop"
    return (CheckResult(_ABOUT, answers, seen, _REMEDY),)
