"""Builds the readers of our accounts' histories from the settings."""

import httpx

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.jetton_source import JettonSource
from orbit_adapters.ton.jetton_wallet import JettonWallet
from orbit_adapters.ton.scanner import TonSource
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.source_names import account_of, owner_of
from orbit_adapters.ton.tonapi import TonapiApi
from orbit_domain.clock import Clock


def ton_source(
    settings: TonSettings, http: httpx.AsyncClient, clock: Clock, wallet: JettonWallet | None = None
) -> TonSource:
    """The account of *settings* as its index shows it. *wallet* holds its tokens: its notices are true."""
    return _source(settings, settings.account, http, clock, wallet)


def usdt_wallet(settings: TonSettings, http: httpx.AsyncClient, clock: Clock) -> JettonWallet:
    """The wallet that holds the USDT of the account of *settings*. Nothing is asked yet."""
    return _wallet(settings, settings.account, http, clock)


def usdt_source(settings: TonSettings, wallet: JettonWallet, http: httpx.AsyncClient) -> JettonSource:
    """The history of *wallet*."""
    second, limit = second_index(settings, http), settings.usdt_confirm_from_units
    return JettonSource(wallet, settings.own | {wallet.owner}, settings.page_limit, second=second, confirm_from=limit)


def older_ton_source(
    name: str, settings: TonSettings, http: httpx.AsyncClient, clock: Clock
) -> TonSource | JettonSource | None:
    """The source *name*, an account of this network that the settings may not name any more; None for others."""
    account = account_of(settings.network, name)
    if account is not None:
        return _source(settings, account, http, clock)
    owner = owner_of(settings.network, name)
    return None if owner is None else usdt_source(settings, _wallet(settings, owner, http, clock), http)


def _source(
    settings: TonSettings,
    account: TonAddress,
    http: httpx.AsyncClient,
    clock: Clock,
    wallet: JettonWallet | None = None,
) -> TonSource:
    return TonSource(
        first_index(settings, http),
        account,
        clock,
        own=settings.own | {account},
        jetton_wallets=wallet.accounts if wallet else frozenset,
        page_limit=settings.page_limit,
        second=second_index(settings, http),
        confirm_from=settings.confirm_from_units,
    )


def _wallet(settings: TonSettings, owner: TonAddress, http: httpx.AsyncClient, clock: Clock) -> JettonWallet:
    # The owner of the shop can name the account of the wallet that is in use, not those of older ones.
    pinned = settings.usdt_account if owner == settings.account else None
    return JettonWallet(first_index(settings, http), owner, settings.usdt_issuer, clock, pinned)


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
