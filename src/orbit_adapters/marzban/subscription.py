"""A Marzban panel as a place of subscriptions: one fixed format, few bytes, one address, no login.

Facts: Marzban 0.8.4, `GET /sub/<token>/<form>` ignores the user agent and counts as no visit of the customer; an
unknown or revoked token is 404 with `{"detail": "Not Found"}`; a disabled or expired user still gets his links.
"""

import asyncio
import re
from contextlib import suppress
from urllib.parse import urlsplit

import httpx

from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.panel_plugin.connection_errors import in_words
from orbit_adapters.panel_plugin.subscription_answer import DOWN, PLAIN, TIMEOUT_S, used_bytes, whole_body
from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.ports import BadContent, ContentUnavailable, LinkGone, RawContent

_FORMS = {
    SubscriptionFormat.LINKS: "v2ray",
    SubscriptionFormat.XRAY_JSON: "v2ray-json",
    SubscriptionFormat.SING_BOX: "sing-box",
    SubscriptionFormat.CLASH_META: "clash-meta",
    SubscriptionFormat.CLASH: "clash",
}
_PART = re.compile(r"[A-Za-z0-9_-]{1,512}")
_HEADERS = {"user-agent": "Orbit", **PLAIN}


class MarzbanSubscriptions:
    """The port `SubscriptionSource`. Only addresses of the settings are asked, whatever host a customer's link names.

    The panel's own comes first; where it gives no subscriptions, because a proxy keeps them from it, the one for
    customers follows.
    """

    def __init__(self, settings: MarzbanSettings, http: httpx.AsyncClient) -> None:
        self.panel_id = PanelId(settings.panel_id)
        self._base_urls = tuple(dict.fromkeys((settings.base_url, settings.links_base_url)))
        self._http = http

    async def fetch(self, subscription_url: str, wanted: SubscriptionFormat) -> RawContent:
        """The content behind *subscription_url*. Raises ContentUnavailable, LinkGone, BadContent."""
        form = f"{self._own_path(subscription_url)}/{_FORMS[wanted]}"
        *others, last = [base_url + form for base_url in self._base_urls]
        for url in others:
            with suppress(LinkGone, BadContent):  # The last address decides what that means.
                return await self._ask(url)
        return await self._ask(last)

    async def _ask(self, url: str) -> RawContent:
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                self._http.stream("GET", url, headers=_HEADERS) as response,
            ):
                return await self._read(response)
        except (TimeoutError, httpx.TimeoutException):
            reason = "no answer in time"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = f"the connection failed: {in_words(error)}"
        # Raised outside `except`: the context would hold the request, and so the customer's link.
        raise ContentUnavailable(self.panel_id, reason)

    def _own_path(self, subscription_url: str) -> str:
        """The last two parts of the link's path. What stands before them is the owner's prefix for customers."""
        parts: list[str] = []
        # The error is dropped: it quotes the link.
        with suppress(ValueError):
            parts = urlsplit(subscription_url).path.rstrip("/").split("/")[-2:]
        if len(parts) != 2 or not all(map(_PART.fullmatch, parts)):
            raise BadContent("the key's link isn't one of this panel")
        return f"/{parts[0]}/{parts[1]}"

    async def _read(self, response: httpx.Response) -> RawContent:
        if response.status_code == 404:
            raise LinkGone(self.panel_id)
        if response.status_code in DOWN:
            raise ContentUnavailable(self.panel_id, f"answered {response.status_code}")
        if response.status_code != 200:
            raise BadContent(f"the panel answered {response.status_code}")
        return RawContent(await whole_body(response), used_bytes(response))
