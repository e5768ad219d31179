"""A Remnawave panel as a place of subscriptions: one fixed client for each format, few bytes, one address, no login.

Facts: Remnawave 2.8.1 and 3.3.2, `GET /api/sub/<short id>`. The panel chooses the format by rules over the user agent,
which its owner can edit. An unknown short id is 404 with `isFound: false`; whoever isn't active, or comes without a
device where devices are counted, gets 200 with nodes that lead nowhere.
"""

import asyncio
import re
from contextlib import suppress
from urllib.parse import urlsplit

import httpx

from orbit_adapters.panel_plugin.subscription_answer import DOWN, PLAIN, TIMEOUT_S, used_bytes, whole_body
from orbit_adapters.remnawave.http import front_headers
from orbit_adapters.remnawave.schemas import ABSENT
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.ports import BadContent, ContentUnavailable, LinkGone, RawContent

USER_AGENTS = {
    # No rule of a fresh panel knows it, and the last one gives links.
    SubscriptionFormat.LINKS: "Orbit",
    # Only if the panel serves JSON at the plain address; else these are links, which are no answer.
    SubscriptionFormat.XRAY_JSON: "v2rayNG/1.9.5",
    SubscriptionFormat.SING_BOX: "SFA/1.11.0",
    SubscriptionFormat.CLASH_META: "mihomo/1.19.0",
    SubscriptionFormat.CLASH: "ClashforWindows/0.20.39",
}
_SHORT_ID = re.compile(r"[A-Za-z0-9_-]{1,512}")


class RemnawaveSubscriptions:
    """The port `SubscriptionSource`. Only the panel's address of the settings is asked, whatever host a link names."""

    def __init__(self, settings: RemnawaveSettings, http: httpx.AsyncClient) -> None:
        self.panel_id = PanelId(settings.panel_id)
        self._base_url = settings.base_url
        self._front = front_headers(settings)
        self._http = http

    async def fetch(self, subscription_url: str, wanted: SubscriptionFormat) -> RawContent:
        """The content behind *subscription_url*. Raises ContentUnavailable, LinkGone, BadContent."""
        url = f"{self._base_url}/api/sub/{_short_id(subscription_url)}"
        own = {"user-agent": USER_AGENTS[wanted], **PLAIN}
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                self._http.stream("GET", url, headers=self._front | own, follow_redirects=False) as response,
            ):
                return await self._read(response)
        except (TimeoutError, httpx.TimeoutException):
            reason = "no answer in time"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = f"the connection failed: {type(error).__name__}"
        # Raised outside `except`: the context would hold the request, and so the customer's link.
        raise ContentUnavailable(self.panel_id, reason)

    async def _read(self, response: httpx.Response) -> RawContent:
        status = response.status_code
        if status in DOWN:
            raise ContentUnavailable(self.panel_id, f"answered {status}")
        if status not in (200, 404):
            raise BadContent(f"the panel answered {status}")
        body = await whole_body(response)
        if status == 404:
            raise LinkGone(self.panel_id) if _is_absent(body) else BadContent("a 404 that isn't the panel's")
        return RawContent(body, used_bytes(response))


def _short_id(subscription_url: str) -> str:
    """The last part of the link's path. What stands before it is the address for customers."""
    # The error is dropped: it quotes the link.
    with suppress(ValueError):
        short_id = urlsplit(subscription_url).path.rstrip("/").rpartition("/")[2]
        if _SHORT_ID.fullmatch(short_id):
            return short_id
    raise BadContent("the key's link isn't one of this panel")


def _is_absent(body: bytes) -> bool:
    """Whether the panel itself says that nobody has the short id, and not what stands in front of it."""
    with suppress(ValueError):
        ABSENT.validate_json(body)
        return True
    return False
