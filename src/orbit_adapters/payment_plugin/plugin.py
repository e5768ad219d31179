"""What a way to pay brings, and what it gets.

A plug-in is one value, `PaymentPlugin`, under an entry point of the group `orbit.payment_gateways`. Orbit's own ways to
pay are found in the same way. docs/integrating.md builds one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import httpx
from pydantic import BaseModel

from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency, Currency
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import PaymentGateway, Rates
from orbit_domain.payment.source import ReceiptSource
from orbit_domain.payment.webhook import PaymentWebhook

if TYPE_CHECKING:
    from aiogram import Bot  # Its import takes a second, and most plug-ins never touch it.

GROUP = "orbit.payment_gateways"

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class GatewayTools:
    """What a running shop lends. `http` has no base address and keeps no cookies; `base` is the currency of prices."""

    http: httpx.AsyncClient
    clock: Clock
    rates: Rates
    base: BaseCurrency
    bot: "Bot"


@dataclass(frozen=True, slots=True)
class GatewayParts:
    """What a plug-in opens: gateways in the order shown, the sources of their receipts, and webhooks if there are any.

    `transfer_names`: how customers name transfers of these sources, where they can.
    """

    gateways: tuple[PaymentGateway, ...]
    sources: tuple[ReceiptSource, ...]
    webhooks: tuple[PaymentWebhook, ...] = ()
    transfer_names: TransferNames | None = None


@dataclass(frozen=True, slots=True)
class CheckTools:
    """What `orbit doctor` lends. `telegram` calls a method of the bot; None: Telegram refuses the token."""

    http: httpx.AsyncClient
    clock: Clock
    base: BaseCurrency
    telegram: Callable[[str], Awaitable[Mapping[str, object] | None]]


@dataclass(frozen=True, slots=True)
class GatewayCheck:
    """One line of `orbit doctor`: its name, whether it is well, what was seen and what to do."""

    name: str
    ok: bool
    seen: str
    remedy: str = ""
    is_warning: bool = False


def _no_prices(_settings: BaseModel) -> Mapping[Currency, str]:
    return {}


def _no_older_source(_name: str, _settings: BaseModel | None, _tools: GatewayTools) -> ReceiptSource | None:
    return None


def _always_on(_settings: BaseModel, _method: Method) -> bool:
    return True


async def _no_checks(_settings: BaseModel, _tools: CheckTools) -> Sequence[GatewayCheck]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPlugin(Generic[S]):
    """A way to pay, or several that share their settings.

    `settings`: each field with a `validation_alias` is a variable that the owner can set, a string. The plug-in is on
    when one of them is set; then the required ones must be. `methods` are the ids of its gateways,
    and `is_on` says which of them the settings switch on.

    `prices` says what the owner takes for one whole unit of an asset, where it is the owner who says so.
    `older_source` opens a source that was read before and isn't in the settings any more, as far as that is possible:
    money may still arrive there. `check` makes harmless calls only and may raise. `rank`: where its methods stand
    unless ORBIT_PAYMENT_METHODS says otherwise.
    """

    methods: tuple[Method, ...]
    settings: type[S]
    open: Callable[[S, GatewayTools], GatewayParts]
    is_on: Callable[[S, Method], bool] = _always_on
    prices: Callable[[S], Mapping[Currency, str]] = _no_prices
    older_source: Callable[[str, S | None, GatewayTools], ReceiptSource | None] = _no_older_source
    check: Callable[[S, CheckTools], Awaitable[Sequence[GatewayCheck]]] = _no_checks
    rank: int = 100
