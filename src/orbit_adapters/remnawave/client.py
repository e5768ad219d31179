"""The HTTP client for one panel."""

import ssl

import httpx

from orbit_adapters.remnawave.settings import RemnawaveSettings

# A panel without a proxy closes an idle connection after five seconds, without notice.
KEEPALIVE_S = 4


def panel_client(settings: RemnawaveSettings) -> httpx.AsyncClient:
    """A client that verifies TLS (against `ca_file` for a private authority) and opens few connections.

    The caller closes it. Raises OSError or ssl.SSLError when `ca_file` can't be read.
    """
    return httpx.AsyncClient(
        verify=_verification(settings),
        follow_redirects=False,
        timeout=httpx.Timeout(settings.timeout_s),
        limits=httpx.Limits(
            max_connections=settings.in_flight,
            max_keepalive_connections=settings.in_flight,
            keepalive_expiry=KEEPALIVE_S,
        ),
    )


def _verification(settings: RemnawaveSettings) -> ssl.SSLContext | bool:
    if settings.verify_tls and settings.ca_file is not None:
        return ssl.create_default_context(cafile=str(settings.ca_file))
    return settings.verify_tls
