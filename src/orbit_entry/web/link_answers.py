"""A served subscription as the answer that one kind of app reads."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from orbit_adapters.subscription_content.headers import ProfileFacts, profile_headers
from orbit_adapters.subscription_content.rendering import body_of, media_type, words_as_nodes
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.vpn_clients.client import VpnClient
from orbit_domain.subscription.subscription import SubscriptionState
from orbit_domain.use_cases.serve_subscription import Nodes, NothingNow, Over, ServedSubscription, TooManyDevices

_REFUSED_DEVICE = {"x-hwid-active": "true", "x-hwid-limit": "true", "x-hwid-max-devices-reached": "true"}
"""What apps that send a device's identifier know of a refusal."""


@dataclass(frozen=True, slots=True)
class LinkProfile:
    """What the shop says of itself. *support_url* says where customers may write to now; empty: nowhere."""

    title: str
    support_url: Callable[[], str]


def app_answer(served: ServedSubscription, client: VpnClient, url: str, profile: LinkProfile) -> Response:
    """What *client* gets at the link *url*: nodes, words as nodes, or 503, after which apps keep what they have."""
    if isinstance(served, NothingNow):
        return unavailable(int(served.retry_after.total_seconds()))
    words = _words(served)
    parts = served.content.parts if isinstance(served, Nodes) else words_as_nodes(client.format, words)
    view, used_bytes = served.view, served.content.used_bytes if isinstance(served, Nodes) else None
    facts = ProfileFacts(
        title=profile.title,
        page_url=url,
        support_url=profile.support_url(),
        ends_at=view.ends_at,
        total_bytes=view.traffic_bytes,
        used_bytes=used_bytes,
        announce=" ".join(words),
        is_over=not isinstance(served, Nodes),
    )
    habits = {"omits_endless_expiry": client.omits_endless_expiry, "reads_announce": client.reads_announce}
    headers = profile_headers(facts, **habits) | (_REFUSED_DEVICE if isinstance(served, TooManyDevices) else {})
    return Response(body_of(client.format, parts), media_type=media_type(client.format), headers=headers)


def unavailable(seconds: int, status: int = 503) -> Response:
    """Ask again after so many seconds. Nothing is said, so that no app takes it for a subscription."""
    headers = {"retry-after": str(seconds), "cache-control": "no-store, private"}
    return Response(status_code=status, headers=headers)


def _words(served: Nodes | Over | TooManyDevices) -> tuple[str, ...]:
    """What the customer is to know, in his language: an announcement, or the names of nodes in place of any."""
    view, end = served.view, served.view.subscription.ends_at
    translate = Translator(view.user.language)
    if isinstance(served, TooManyDevices):
        return translate.label("link-devices", limit=served.limit), translate.label("link-remove-device")
    if isinstance(served, Over):
        expired = view.state is SubscriptionState.EXPIRED and end is not None
        what = translate.label("link-ended", end=end) if expired and end else translate.label("link-off")
        return what, translate.label("link-renew")
    if view.state is SubscriptionState.GRACE and end is not None:
        return (translate.label("link-grace", end=end),)
    used_bytes = served.content.used_bytes
    if used_bytes is not None and 0 < view.traffic_bytes <= used_bytes:
        return (translate.label("link-traffic-used"),)
    return ()
