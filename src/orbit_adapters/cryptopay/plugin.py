"""Crypto Pay as a way to pay."""

from collections.abc import Sequence

from orbit_adapters.cryptopay.amounts import STEPS
from orbit_adapters.cryptopay.api import CryptoPayApi, CryptoPayRefused, CryptoPayUnavailable
from orbit_adapters.cryptopay.gateway import COIN_WINDOW, CRYPTOPAY_METHOD, CryptoPayGateway
from orbit_adapters.cryptopay.listing import PaidList
from orbit_adapters.cryptopay.settings import CryptoPayNetwork, CryptoPaySettings
from orbit_adapters.cryptopay.source import CryptoPaySource
from orbit_adapters.cryptopay.webhook import CryptoPayWebhook
from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck, GatewayParts, GatewayTools, PaymentPlugin
from orbit_domain.payment.rate_quotes import RateQuotes

PAGE_LIMIT = 250
"""Rows asked for at once. A payer's comment may be a thousand characters: so many rows fit into one answer."""

_NAME = "crypto pay"
_TOKEN_REMEDY = "check ORBIT_CRYPTOPAY_TOKEN; a token of @CryptoTestnetBot needs ORBIT_CRYPTOPAY_NETWORK=testnet"  # noqa: S105
_URL_REMEDY = "wait, or check ORBIT_CRYPTOPAY_API_URL"


def _open(settings: CryptoPaySettings, tools: GatewayTools) -> GatewayParts:
    api = CryptoPayApi(settings, tools.http)
    paid = PaidList(api, PAGE_LIMIT)
    return GatewayParts(
        gateways=(CryptoPayGateway(api, paid, tools.base, tools.clock, _coin_quotes(settings, tools)),),
        sources=(CryptoPaySource(api, paid, tools.base, tools.clock),),
        webhooks=(CryptoPayWebhook(settings, tools.clock),),
    )


def _coin_quotes(settings: CryptoPaySettings, tools: GatewayTools) -> RateQuotes | None:
    """How a price becomes an amount of the owner's coin; None where invoices are in the shop's currency."""
    coin = settings.asset
    if coin is None:
        return None
    return RateQuotes(CRYPTOPAY_METHOD, coin, STEPS[coin], COIN_WINDOW, tools.rates, tools.clock)


async def _check(settings: CryptoPaySettings, tools: CheckTools) -> Sequence[GatewayCheck]:
    """Whether the token opens the app that it names, on which network, and whether its list can be read."""
    api = CryptoPayApi(settings, tools.http)
    try:
        app_id = await api.app_id()
        await api.paid(0, 1)
    except CryptoPayRefused as error:
        return (GatewayCheck(_NAME, False, str(error), _TOKEN_REMEDY),)
    except CryptoPayUnavailable as error:
        return (GatewayCheck(_NAME, False, str(error), _URL_REMEDY),)
    if app_id != settings.app_id:
        return (GatewayCheck(_NAME, False, "the token opens another app than it names", _TOKEN_REMEDY),)
    is_test = settings.network is CryptoPayNetwork.TESTNET
    remedy = "no money is real there; leave ORBIT_CRYPTOPAY_NETWORK out to be paid" if is_test else ""
    return (GatewayCheck(_NAME, True, f"app {app_id} on the {settings.network}", remedy, is_warning=is_test),)


PLUGIN = PaymentPlugin(methods=(CRYPTOPAY_METHOD,), settings=CryptoPaySettings, open=_open, check=_check, rank=40)
