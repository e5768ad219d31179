"""YooKassa as a way to pay."""

from orbit_adapters.payment_plugin.plugin import GatewayParts, GatewayTools, PaymentPlugin
from orbit_adapters.yookassa.api import YooKassaApi
from orbit_adapters.yookassa.check import check_yookassa
from orbit_adapters.yookassa.gateway import YOOKASSA_METHOD, YooKassaGateway
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_adapters.yookassa.source import payment_source, refund_source
from orbit_adapters.yookassa.webhook import YooKassaWebhook
from orbit_domain.money import RUB


def _open(settings: YooKassaSettings, tools: GatewayTools) -> GatewayParts:
    api = YooKassaApi(settings, tools.http)
    return GatewayParts(
        # It bills in roubles: a shop in another currency reads what comes, offers nothing, and the doctor says so.
        gateways=(YooKassaGateway(settings, api, tools.clock),) if tools.base == RUB else (),
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
