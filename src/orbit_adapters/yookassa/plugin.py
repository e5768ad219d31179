"""YooKassa as a way to pay."""

from orbit_adapters.payment_plugin.plugin import GatewayParts, GatewayTools, PaymentPlugin
from orbit_adapters.yookassa.api import YooKassaApi
from orbit_adapters.yookassa.check import check_yookassa
from orbit_adapters.yookassa.gateway import YOOKASSA_METHOD, YooKassaGateway
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_adapters.yookassa.source import payment_source, refund_source
from orbit_adapters.yookassa.webhook import YooKassaWebhook


def _open(settings: YooKassaSettings, tools: GatewayTools) -> GatewayParts:
    api = YooKassaApi(settings, tools.http)
    return GatewayParts(
        gateways=(YooKassaGateway(settings, api, tools.clock),),
        sources=(payment_source(api, tools.clock), refund_source(api, tools.clock)),
        webhooks=(YooKassaWebhook(settings),),
    )


PLUGIN = PaymentPlugin(
    methods=(YOOKASSA_METHOD,),
    settings=YooKassaSettings,
    open=_open,
    check=check_yookassa,
    rank=20,
)
