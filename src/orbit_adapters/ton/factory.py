"""Builds the reader of our account's history from the settings."""

import httpx

from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import TonChain
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.clock import Clock


def chain_from(settings: TonSettings, http: httpx.AsyncClient, clock: Clock) -> TonChain:
    """The chain as the index of *settings* shows it."""
    key = settings.api_key.get_secret_value() if settings.api_key else None
    api = ToncenterApi(
        http, settings.url, settings.network, key, attempts=settings.api_attempts, timeout_s=settings.api_timeout_s
    )
    return TonChain(api, settings.account, clock, own=settings.own, page_limit=settings.page_limit)
