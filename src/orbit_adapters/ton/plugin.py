"""The TON network as a way to pay: with its coin, and with USDT."""

from collections.abc import Mapping

from orbit_adapters.payment_plugin.plugin import GatewayParts, GatewayTools, PaymentPlugin
from orbit_adapters.ton.check import check_chain
from orbit_adapters.ton.factory import older_ton_source, ton_source, usdt_source, usdt_wallet
from orbit_adapters.ton.gateway import TonGateway
from orbit_adapters.ton.jetton_gateway import JettonGateway
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.source_names import jetton_source_name, source_name
from orbit_adapters.ton.transfer_names import TonTransferNames
from orbit_domain.money import USDT, Currency
from orbit_domain.payment.payment import TON_METHOD, USDT_METHOD, Method
from orbit_domain.payment.source import ReceiptSource


def _open(settings: TonSettings, tools: GatewayTools) -> GatewayParts:
    coins = TonGateway(settings, tools.rates, tools.clock)
    tokens = (jetton_source_name(settings.network, settings.account),) if settings.usdt else ()
    names = TonTransferNames(settings.network, source_name(settings.network, settings.account), tokens)
    if not settings.usdt:
        return GatewayParts((coins,), (ton_source(settings, tools.http, tools.clock),), transfer_names=names)
    wallet = usdt_wallet(settings, tools.http, tools.clock)
    return GatewayParts(
        gateways=(coins, JettonGateway(settings, wallet, tools.rates, tools.clock)),
        # The tokens first: reading them finds out whose notices at the account of the coins are true.
        sources=(usdt_source(settings, wallet, tools.http), ton_source(settings, tools.http, tools.clock, wallet)),
        transfer_names=names,
    )


def _prices(settings: TonSettings) -> Mapping[Currency, str]:
    return {USDT: settings.usdt_rate} if settings.usdt_rate is not None else {}


def _older_source(name: str, settings: TonSettings | None, tools: GatewayTools) -> ReceiptSource | None:
    return None if settings is None else older_ton_source(name, settings, tools.http, tools.clock)


def _is_on(settings: TonSettings, method: Method) -> bool:
    return method == TON_METHOD or settings.usdt


PLUGIN = PaymentPlugin(
    methods=(TON_METHOD, USDT_METHOD),
    settings=TonSettings,
    open=_open,
    is_on=_is_on,
    prices=_prices,
    older_source=_older_source,
    check=check_chain,
    rank=10,
)
