"""The HTTP client that suits one panel."""

import ssl

import httpx

from orbit_adapters.marzban.settings import MarzbanSettings


def panel_client(settings: MarzbanSettings) -> httpx.AsyncClient:
    """A client with TLS checked (against `ca_file`, when the panel has a private authority) and few connections.

    Whoever asks for it closes it. Raises OSError or ssl.SSLError when the authority's file can't be read.
    """
    return httpx.AsyncClient(
        verify=verification(settings),
        follow_redirects=False,
        timeout=httpx.Timeout(settings.create_timeout_s, connect=settings.timeout_s),
        limits=httpx.Limits(max_connections=settings.in_flight, max_keepalive_connections=settings.in_flight),
    )


def verification(settings: MarzbanSettings) -> ssl.SSLContext | bool:
    """How the panel's certificate is judged: by the owner's authority, by the usual ones (True), or not (False)."""
    if settings.verify_tls and settings.ca_file is not None:
        return ssl.create_default_context(cafile=str(settings.ca_file))
    return settings.verify_tls
