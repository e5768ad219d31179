"""Telegram Stars as a way to pay."""

from collections.abc import Mapping, Sequence

from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck, GatewayParts, GatewayTools, PaymentPlugin
from orbit_adapters.stars.settings import StarsSettings
from orbit_domain.money import STARS, Currency
from orbit_domain.payment.payment import STARS_METHOD, STARS_MONTHLY_METHOD, Method
from orbit_domain.payment.source import ReceiptSource

_REMEDY = "check BOT_TOKEN; without ORBIT_STARS_PRICE the shop takes no Stars"


def _open(settings: StarsSettings, tools: GatewayTools) -> GatewayParts:
    # Imported late: aiogram takes a second to load, and the settings are read without it.
    from orbit_adapters.stars.api import StarsApi
    from orbit_adapters.stars.gateway import StarsGateway
    from orbit_adapters.stars.monthly_gateway import StarsMonthlyGateway
    from orbit_adapters.stars.source import StarsSource

    api = StarsApi(tools.bot, settings.timeout_s)
    kinds = (StarsGateway, StarsMonthlyGateway) if settings.monthly else (StarsGateway,)
    gateways = tuple(kind(settings, tools.base, api, tools.rates, tools.clock) for kind in kinds)
    return GatewayParts(gateways, (StarsSource(api, tools.clock),))


def _older_source(name: str, _settings: StarsSettings | None, tools: GatewayTools) -> ReceiptSource | None:
    """The list needs no setting but the bot's token: an invoice may still be paid after the price is gone."""
    from orbit_adapters.stars.api import StarsApi
    from orbit_adapters.stars.source import StarsSource

    source = StarsSource(StarsApi(tools.bot), tools.clock)
    return source if source.name == name else None


def _is_on(settings: StarsSettings, method: Method) -> bool:
    return method == STARS_METHOD or settings.monthly


def _prices(settings: StarsSettings) -> Mapping[Currency, str]:
    return {STARS: settings.price}


async def _check(settings: StarsSettings, tools: CheckTools) -> Sequence[GatewayCheck]:
    """What a Star is worth to the shop, and how many the bot holds."""
    held = (await tools.telegram("getMyStarBalance") or {}).get("amount")
    if type(held) is not int:
        return (GatewayCheck("stars", False, "Telegram doesn't say how many the bot holds", _REMEDY),)
    monthly = "; plans of 30 days as subscriptions, too" if settings.monthly else ""
    seen = f"one is {settings.price} {tools.base.code}; the bot holds {held}{monthly}"
    remedy = "more was given back than the bot held: see the bot's balance in Telegram"
    return (GatewayCheck("stars", True, seen, remedy if held < 0 else "", is_warning=held < 0),)


PLUGIN = PaymentPlugin(
    methods=(STARS_METHOD, STARS_MONTHLY_METHOD),
    settings=StarsSettings,
    open=_open,
    is_on=_is_on,
    prices=_prices,
    older_source=_older_source,
    check=_check,
    rank=30,
)
