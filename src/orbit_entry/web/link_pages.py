"""What people and programs see at a subscription link that aren't VPN apps."""

import secrets
from dataclasses import dataclass

from starlette.responses import HTMLResponse, Response

from orbit_adapters.opening_page.facts import OpeningPageFacts, PageState
from orbit_adapters.opening_page.page import page_headers, render_bare_page, render_not_found, render_opening_page
from orbit_adapters.vpn_clients.offer import AppOffer
from orbit_domain.steps.read_link import LinkView
from orbit_domain.subscription.subscription import SubscriptionState

_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class LinkPages:
    """The pages at a link. None of them holds a key of a customer. *title* is the shop's name."""

    title: str
    offer: AppOffer

    def opening(self, view: LinkView, url: str, user_agent: str, accept_language: str, language: str) -> Response:
        """For a person with a browser. *url* is the link; *language* is what was asked for in the address, or ''."""
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        facts = OpeningPageFacts(
            subscription_url=url,
            state=_state(view),
            ends_at=view.subscription.ends_at,
            used_bytes=None,
            traffic_bytes=view.traffic_bytes,
            title=self.title,
            now=view.now,
        )
        html = render_opening_page(facts, user_agent, accept_language, nonce, language=language, offer=self.offer)
        return _page(html, nonce)

    def bare(self) -> Response:
        """For programs that draw previews, and for HEAD."""
        return _page(render_bare_page(), secrets.token_urlsafe(_NONCE_BYTES))

    def missing(self, accept_language: str, language: str) -> Response:
        """For a link that doesn't exist, whatever it is: 404."""
        return _page(render_not_found(accept_language, language), secrets.token_urlsafe(_NONCE_BYTES), 404)


def _page(html: str, nonce: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, page_headers(nonce))


def _state(view: LinkView) -> PageState:
    if view.state in (SubscriptionState.EXPIRED, SubscriptionState.NONE):
        return PageState.ENDED
    if view.is_over:
        return PageState.DISABLED
    return PageState.GRACE if view.state is SubscriptionState.GRACE else PageState.ACTIVE
