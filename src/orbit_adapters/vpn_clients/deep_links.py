"""Links that open an app and import a subscription, in the form that each app reads."""

import re
from urllib.parse import quote

from orbit_adapters.vpn_clients.apps import VpnApp

# What is the same as it is and percent-encoded, but for `:` and `/`: apps decode it once, twice or not at all.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?(/[A-Za-z0-9._\-]+)*/?", re.ASCII)


def is_importable(subscription_url: str) -> bool:
    """Whether every app reads *subscription_url* alike: letters, digits, `.`, `_` and `-` in its path, and no query."""
    return _PLAIN_URL.fullmatch(subscription_url) is not None


def import_link(app: VpnApp, subscription_url: str, name: str) -> str | None:
    """The link by which *app* adds *subscription_url* under *name*; None: the app has no such link.

    Raises ValueError unless the URL `is_importable`.
    """
    if not is_importable(subscription_url):
        raise ValueError("a subscription URL must be http or https, with a plain path and no query")
    if app.link is None:
        return None
    # An app that decodes a second time would stumble over a percent sign.
    plain_name = quote(name.replace("%", ""), safe="")
    return app.link.format(url=subscription_url, encoded_url=quote(subscription_url, safe=""), name=plain_name)
