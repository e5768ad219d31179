"""Who asks for a subscription link: a VPN client, a person's browser, or a program that draws a preview."""

from dataclasses import dataclass

from orbit_domain.subscription_link.formats import SubscriptionFormat


@dataclass(frozen=True, slots=True)
class VpnClient:
    """What a VPN client takes and reads.

    `reads_headers`: it shows what the headers say (title, traffic, end, interval); otherwise only names of nodes reach
    its user. `announce_limit` is in characters. `reads_routing`: `routing` with a `happ://routing/…` link is meant for
    it. `sends_hwid`: it sends an identifier of the device unless its user has switched that off.
    `omits_endless_expiry`: it takes `expire=0` for a date in 1970, so the field must be left out.
    """

    name: str
    format: SubscriptionFormat = SubscriptionFormat.LINKS
    sends_hwid: bool = False
    reads_headers: bool = True
    reads_announce: bool = False
    announce_limit: int = 0
    reads_announce_url: bool = False
    reads_routing: bool = False
    omits_endless_expiry: bool = False


@dataclass(frozen=True, slots=True)
class Browser:
    """A person, who gets the opening page."""


@dataclass(frozen=True, slots=True)
class PreviewBot:
    """A program that draws a preview of a link in a chat, or indexes it: it gets no keys, and counts as nobody."""
