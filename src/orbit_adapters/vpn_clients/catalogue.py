"""Recognises VPN clients by how they call themselves. Sources: the clients' own code and documentation."""

import re
from typing import Final

from orbit_adapters.vpn_clients.client import Browser, PreviewBot, VpnClient
from orbit_domain.subscription_link.formats import SubscriptionFormat

UNKNOWN: Final = VpnClient("unknown")
"""Any other client, or one that doesn't say its name: links are what nearly every one takes."""

_ANNOUNCE_CHARS = 200
"""What Happ shows of an announcement."""
_CLASH_META = SubscriptionFormat.CLASH_META
_SING_BOX = SubscriptionFormat.SING_BOX

# A client → the products that its user agents begin with, in lower case.
_PRODUCTS: Final = {
    VpnClient(
        "Happ",
        sends_hwid=True,
        reads_announce=True,
        announce_limit=_ANNOUNCE_CHARS,
        reads_routing=True,
        omits_endless_expiry=True,
    ): ("happ",),
    # It reads Happ's routing header and imports the profile of another app, so it is sent none.
    VpnClient("INCY", sends_hwid=True, reads_announce=True, announce_limit=_ANNOUNCE_CHARS): ("incy",),
    VpnClient(
        "v2RayTun", sends_hwid=True, reads_announce=True, announce_limit=_ANNOUNCE_CHARS, reads_announce_url=True
    ): ("v2raytun",),
    VpnClient("v2rayNG", reads_headers=False): ("v2rayng",),
    VpnClient("v2rayN", reads_headers=False): ("v2rayn",),
    VpnClient("Hiddify"): ("hiddify", "hiddifynext", "hiddifynextx"),
    VpnClient("Streisand"): ("streisand",),
    VpnClient("V2Box"): ("v2box",),
    VpnClient("Shadowrocket"): ("shadowrocket",),
    VpnClient("FoXray"): ("foxray",),
    VpnClient("NekoBox"): ("nekobox", "nekoray"),
    VpnClient("Exclave"): ("exclave",),
    VpnClient("Throne"): ("throne",),
    VpnClient("Passwall", sends_hwid=True, reads_headers=False): ("passwall", "passwall2"),
    VpnClient("sing-box", _SING_BOX, reads_headers=False): ("sing-box", "singbox", "sfa", "sfi", "sfm", "sft"),
    VpnClient("Karing", _SING_BOX): ("karing",),
    VpnClient("Clash Verge", _CLASH_META): ("clash-verge", "clash-verge-rev"),
    VpnClient("FlClash", _CLASH_META): ("flclash",),
    VpnClient("FlClashX", _CLASH_META, sends_hwid=True, reads_announce=True, announce_limit=_ANNOUNCE_CHARS): (
        "flclashx",
        "flclash-x",
    ),
    VpnClient("Koala Clash", _CLASH_META, sends_hwid=True): ("koala-clash", "koalaclash"),
    VpnClient("Prizrak-Box", _CLASH_META, sends_hwid=True): ("prizrak-box", "prizrakbox"),
    VpnClient("Clash Mi", _CLASH_META): ("clash-mi", "clashmi"),
    VpnClient("mihomo", _CLASH_META): ("mihomo", "clash.meta", "clash-meta", "clashmeta", "clashmetaforandroid"),
    VpnClient("Stash", SubscriptionFormat.CLASH): ("stash",),
    VpnClient("Clash", SubscriptionFormat.CLASH): ("clash", "clashx", "clashforwindows", "clashforandroid"),
}
_CLIENTS: Final = {product: client for client, products in _PRODUCTS.items() for product in products}

_READ_CHARS = 512
_PRODUCT = re.compile(r"[^/;(\x00-\x1f\x7f]{1,64}")
_GAPS = re.compile(r"[ _]+")
# CUBOT makes phones.
_PREVIEW_BOT = re.compile(r"(?<!cu)bot\b|crawler|spider|externalhit|uripreview|vkshare|^whatsapp/")
_HTML = ("text/html", "application/xhtml+xml")


def client_of(user_agent: str, accept: str) -> VpnClient | Browser | PreviewBot:
    """Who sends these two headers; a header that is missing is an empty string. Never fails, whatever they hold.

    A known client is recognised by its user agent, whatever it accepts: some accept HTML. Then whoever accepts HTML is
    a person, and all others are clients that nobody knows yet.
    """
    agent = user_agent[:_READ_CHARS].strip().lower()
    known = _known_client(agent)
    if known is not None:
        return known
    if _PREVIEW_BOT.search(agent):
        return PreviewBot()
    accepted = accept[:_READ_CHARS].lower()
    return Browser() if any(kind in accepted for kind in _HTML) else UNKNOWN


def _known_client(agent: str) -> VpnClient | None:
    """By the product at the beginning of *agent*, or by its first word: `Clash Verge/v2 (…)`, `Shadowrocket 2070`."""
    product = _PRODUCT.match(agent)
    if product is None:
        return None
    words = _GAPS.split(product[0].strip())
    return _CLIENTS.get("-".join(words)) or _CLIENTS.get(words[0])
