"""The HTTP client that suits one panel."""

import ssl

import httpx

from orbit_adapters.marzban.settings import MarzbanSettings


def panel_client(settings: MarzbanSettings) -> httpx.AsyncClient:
    """A client with TLS checked (against `ca_file`, when the panel has a private authority) and few connections.

    Whoever asks for it closes it. Raises OSError or ssl.SSLError when the authority's file can't be read.
    """
    verify: ssl.SSLContext | bool = settings.verify_tls
    if settings.verify_tls and settings.ca_file is not None:
        verify = ssl.create_default_context(cafile=str(settings.ca_file))
    return httpx.AsyncClient(
        verify=verify,
        follow_redirects=False,
        timeout=httpx.Timeout(settings.create_timeout_s, connect=settings.timeout_s),
        limits=httpx.Limits(max_connections=settings.in_flight, max_keepalive_connections=settings.in_flight),
    )
