"""The sandbox's bank as a way to pay. No real money can be paid there."""

from orbit_adapters.payment_plugin.plugin import GatewayParts, GatewayTools, PaymentPlugin
from orbit_adapters.sandbox_bank.api import BankApi
from orbit_adapters.sandbox_bank.gateway import BANK_METHOD, SandboxBankGateway
from orbit_adapters.sandbox_bank.settings import SandboxBankSettings
from orbit_adapters.sandbox_bank.source import SandboxBankSource
from orbit_adapters.sandbox_bank.webhook import SandboxBankWebhook
from orbit_domain.money import RUB


def _open(settings: SandboxBankSettings, tools: GatewayTools) -> GatewayParts:
    api = BankApi(settings, tools.http)
    return GatewayParts(
        # Its invoices are in roubles.
        gateways=(SandboxBankGateway(api, tools.clock),) if tools.base == RUB else (),
        sources=(SandboxBankSource(api, tools.clock),),
        webhooks=(SandboxBankWebhook(settings, tools.clock),),
    )


PLUGIN = PaymentPlugin(methods=(BANK_METHOD,), settings=SandboxBankSettings, open=_open, rank=20)
