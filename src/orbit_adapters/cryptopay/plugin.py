"""Crypto Pay as a way to pay."""

from orbit_adapters.cryptopay.api import CryptoPayApi
from orbit_adapters.cryptopay.check import check_app
from orbit_adapters.cryptopay.gateway import CRYPTOPAY_METHOD, CryptoPayGateway
from orbit_adapters.cryptopay.listing import PaidList
from orbit_adapters.cryptopay.settings import CryptoPaySettings
from orbit_adapters.cryptopay.source import CryptoPaySource
from orbit_adapters.cryptopay.webhook import CryptoPayWebhook
from orbit_adapters.payment_plugin.plugin import GatewayParts, GatewayTools, PaymentPlugin

PAGE_LIMIT = 250
"""Rows asked for at once. A payer's comment may be a thousand characters: so many rows fit into one answer."""


def _open(settings: CryptoPaySettings, tools: GatewayTools) -> GatewayParts:
    api = CryptoPayApi(settings, tools.http)
    paid = PaidList(api, PAGE_LIMIT)
    return GatewayParts(
        gateways=(CryptoPayGateway(api, paid, tools.base, tools.clock),),
        sources=(CryptoPaySource(api, paid, tools.base, tools.clock),),
        webhooks=(CryptoPayWebhook(settings, tools.clock),),
    )


PLUGIN = PaymentPlugin(methods=(CRYPTOPAY_METHOD,), settings=CryptoPaySettings, open=_open, check=check_app, rank=40)
