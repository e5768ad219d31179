"""Builds the readers of our accounts' histories from the settings."""

import httpx

from orbit_adapters.ton.address import AddressError, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import TonSource
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.tonapi import TonapiApi
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
    return TonSource(
        first_index(settings, http),
        account,
        clock,
        own=settings.own | {settings.account},
        page_limit=settings.page_limit,
        second=second_index(settings, http),
        confirm_from=settings.confirm_from_units,
    )


def first_index(settings: TonSettings, http: httpx.AsyncClient) -> ToncenterApi:
    """The index that the history is read from."""
    return ToncenterApi(
        http,
        settings.url,
        settings.network,
        settings.api_key.get_secret_value() if settings.api_key else None,
        attempts=settings.api_attempts,
        timeout_s=settings.api_timeout_s,
        interval=settings.request_interval_of(settings.url, settings.api_key),
    )


def second_index(settings: TonSettings, http: httpx.AsyncClient) -> TonapiApi | None:
    """The index that confirms it, unless it is off."""
    if settings.second_url is None:
        return None
    return TonapiApi(
        http,
        settings.second_url,
        settings.network,
        settings.second_api_key.get_secret_value() if settings.second_api_key else None,
        attempts=settings.api_attempts,
        timeout_s=settings.api_timeout_s,
        interval=settings.request_interval_of(settings.second_url, settings.second_api_key),
    )
