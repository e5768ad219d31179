"""The HTTP client for one panel."""

import ssl
from pathlib import Path
from typing import Final, Protocol

import httpx

from orbit_adapters.tracing.http_client import TracedClient

KEEPALIVE_S: Final = 4
"""Panels without a proxy close an idle connection after five seconds, without notice."""


class HttpSettings(Protocol):
    """What a client needs to know. `timeout_s` limits an ordinary request; `ca_file` is for a private authority."""

    @property
    def verify_tls(self) -> bool:
        """Whether the panel's certificate must be good."""

    @property
    def ca_file(self) -> Path | None:
        """A certificate to trust besides."""

    @property
    def timeout_s(self) -> float:
        """Seconds."""

    @property
    def in_flight(self) -> int:
        """Requests at a time."""


def panel_client(settings: HttpSettings) -> httpx.AsyncClient:
    """A client that verifies TLS and opens few connections. Whoever sends gives each request its deadline.

    The caller closes it. Raises OSError or ssl.SSLError when `ca_file` can't be read.
    """
    return TracedClient(
        tells_request_id=True,
        verify=verification(settings),
        follow_redirects=False,
        # Half the time for connecting: then it is certain that a panel whose machine is off was sent nothing.
        timeout=httpx.Timeout(None, connect=settings.timeout_s / 2),
        limits=httpx.Limits(
            max_connections=settings.in_flight,
            max_keepalive_connections=settings.in_flight,
            keepalive_expiry=KEEPALIVE_S,
        ),
    )


def verification(settings: HttpSettings) -> ssl.SSLContext | bool:
    """How TLS is verified: with `ca_file`, with the public authorities (True), or not at all (False)."""
    if settings.verify_tls and settings.ca_file is not None:
        return ssl.create_default_context(cafile=str(settings.ca_file))
    return settings.verify_tls
