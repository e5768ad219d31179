"""The TON network as a way to pay."""

from orbit_adapters.payment_plugin.plugin import GatewayParts, GatewayTools, PaymentPlugin
from orbit_adapters.ton.check import check_chain
from orbit_adapters.ton.factory import older_ton_source, ton_source
from orbit_adapters.ton.gateway import TonGateway
from orbit_adapters.ton.scanner import source_name
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.transfer_names import TonTransferNames
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.source import ReceiptSource


def _open(settings: TonSettings, tools: GatewayTools) -> GatewayParts:
    return GatewayParts(
        gateways=(TonGateway(settings, tools.rates, tools.clock),),
        sources=(ton_source(settings, tools.http, tools.clock),),
        transfer_names=TonTransferNames(settings.network, source_name(settings.network, settings.account)),
    )


def _older_source(name: str, settings: TonSettings | None, tools: GatewayTools) -> ReceiptSource | None:
    return None if settings is None else older_ton_source(name, settings, tools.http, tools.clock)


PLUGIN = PaymentPlugin(
    methods=(TON_METHOD,),
    settings=TonSettings,
    open=_open,
    older_source=_older_source,
    check=check_chain,
    rank=10,
)
