"""Builds the readers of our accounts' histories from the settings."""

import httpx

from orbit_adapters.ton.address import AddressError, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import TonSource
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.clock import Clock


def ton_source(settings: TonSettings, http: httpx.AsyncClient, clock: Clock) -> TonSource:
    """The account of *settings* as its index shows it."""
    return _source(settings, settings.account, http, clock)


def older_ton_source(name: str, settings: TonSettings, http: httpx.AsyncClient, clock: Clock) -> TonSource | None:
    """The source *name*, an account of this network that the settings may not name any more; None for others."""
    prefix = f"ton:{settings.network}:"
    try:
        account = TonAddress.parse(name.removeprefix(prefix), settings.network)
    except AddressError:
        return None
    return _source(settings, account, http, clock) if name.startswith(prefix) else None


def _source(settings: TonSettings, account: TonAddress, http: httpx.AsyncClient, clock: Clock) -> TonSource:
    key = settings.api_key.get_secret_value() if settings.api_key else None
    api = ToncenterApi(
        http, settings.url, settings.network, key, attempts=settings.api_attempts, timeout_s=settings.api_timeout_s
    )
    return TonSource(api, account, clock, own=settings.own | {settings.account}, page_limit=settings.page_limit)
