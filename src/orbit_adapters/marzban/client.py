"""The HTTP client for one panel."""

import ssl

import httpx

from orbit_adapters.marzban.settings import MarzbanSettings


def panel_client(settings: MarzbanSettings) -> httpx.AsyncClient:
    """A client that verifies TLS (against `ca_file` for a private authority) and opens few connections.

    The caller closes it. Raises OSError or ssl.SSLError when `ca_file` can't be read.
    """
    return httpx.AsyncClient(
        verify=verification(settings),
        follow_redirects=False,
        timeout=httpx.Timeout(settings.create_timeout_s, connect=settings.timeout_s),
        limits=httpx.Limits(max_connections=settings.in_flight, max_keepalive_connections=settings.in_flight),
    )


def verification(settings: MarzbanSettings) -> ssl.SSLContext | bool:
    """How TLS is verified: with `ca_file`, with the public authorities (True), or not at all (False)."""
    if settings.verify_tls and settings.ca_file is not None:
        return ssl.create_default_context(cafile=str(settings.ca_file))
    return settings.verify_tls
