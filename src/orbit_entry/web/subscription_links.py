"""`/s/<token>`: a customer's subscription for apps, a page for people, and nothing for programs that only look."""

import asyncio
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from orbit_adapters.vpn_clients.catalogue import client_of
from orbit_adapters.vpn_clients.client import PreviewBot, VpnClient
from orbit_domain.storage import StorageError
from orbit_domain.subscription_link.device import DeviceSign, device_sign
from orbit_domain.subscription_link.link import LINK_PATH, PublicAddress
from orbit_domain.use_cases.read_link import ReadLink
from orbit_domain.use_cases.serve_subscription import ServeSubscription
from orbit_entry.web.link_answers import LinkProfile, app_answer, unavailable
from orbit_entry.web.link_limits import RETRY_AFTER, LinkLimits
from orbit_entry.web.link_pages import LinkPages

_MAX_HEADER_BYTES = 8 * 1024
_READ_CHARS = 512
_LIMIT_S = 13
"""Apps wait for fifteen seconds."""
_SOON_S = 60

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SubscriptionRoutes:
    """Answers at the shop's own links. Tokens are in no log."""

    serve: ServeSubscription
    read_link: ReadLink
    address: PublicAddress
    profile: LinkProfile
    pages: LinkPages
    limits: LinkLimits

    def routes(self) -> tuple[Route, ...]:
        """The routes; none while the shop has no public address. A slash at the end isn't worth a redirect."""
        if self.address.base is None:
            return ()
        paths = (f"{LINK_PATH}/{{token}}", f"{LINK_PATH}/{{token}}/")
        return tuple(Route(path, self.answer, methods=["GET"]) for path in paths)

    async def answer(self, request: Request) -> Response:
        """200 for content, words and pages; 404 for any other token; 429, 431 and 503 say what they mean."""
        if sum(len(name) + len(value) for name, value in request.scope["headers"]) > _MAX_HEADER_BYTES:
            return Response(status_code=431)
        token = str(request.path_params["token"])
        place = request.client.host if request.client is not None else ""
        if not self.limits.admits(place, token):
            return _too_often()
        try:
            async with asyncio.timeout(_LIMIT_S):
                found = await self._found(request, token)
        except (StorageError, TimeoutError) as error:
            log.warning("subscription_not_served", error=type(error).__name__)
            return unavailable(_SOON_S)
        if found is None:
            self.limits.missed(place)
            return self._missing(request)
        return found if self.limits.served(token) else _too_often()

    async def _found(self, request: Request, token: str) -> Response | None:
        """The answer at a link that exists, for who asks."""
        agent, url = _header(request, "user-agent"), self.address.link(token)
        client = PreviewBot() if request.method == "HEAD" else client_of(agent, _header(request, "accept"))
        if isinstance(client, VpnClient):
            served = await self.serve(token, client.format, _device(request))
            return app_answer(served, client, url, self.profile) if served is not None else None
        view = await self.read_link(token)
        if view is None or isinstance(client, PreviewBot):
            return self.pages.bare() if view is not None else None
        return self.pages.opening(view, url, agent, _header(request, "accept-language"), _language(request))

    def _missing(self, request: Request) -> Response:
        client = client_of(_header(request, "user-agent"), _header(request, "accept"))
        if isinstance(client, VpnClient):
            return PlainTextResponse("Not Found", 404, {"cache-control": "no-store, private"})
        return self.pages.missing(_header(request, "accept-language"), _language(request))


def _header(request: Request, name: str) -> str:
    return request.headers.get(name, "")[:_READ_CHARS]


def _device(request: Request) -> DeviceSign | None:
    system = f"{_header(request, 'x-device-os')} {_header(request, 'x-ver-os')}"
    return device_sign(_header(request, "x-hwid"), _header(request, "x-device-model"), system)


def _language(request: Request) -> str:
    return request.query_params.get("lang", "")[:8]


def _too_often() -> Response:
    return unavailable(int(RETRY_AFTER.total_seconds()), 429)
