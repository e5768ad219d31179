"""The ways to pay that are set up: their gateways, sources, webhooks and rates."""

import httpx
from dishka import Provider, Scope, provide

from orbit_adapters.payment_plugin.plugin import GatewayTools
from orbit_domain.clock import Clock
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.ports import Gateways, Rates
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.payment.webhook import PaymentWebhook
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.storage import Storage
from orbit_entry.config.settings import Settings
from orbit_entry.wiring.opened_plugins import OpenedPlugins, open_plugins
from orbit_entry.wiring.rates import shop_rates


class PaymentMethodsProvider(Provider):
    """What plug-ins bring, as the ports of the domain."""

    scope = Scope.APP

    @provide
    def rates(self, settings: Settings, http: httpx.AsyncClient, clock: Clock, storage: Storage) -> Rates:
        return shop_rates(settings, http, clock, storage)

    @provide
    def opened(self, settings: Settings, tools: GatewayTools, current: CurrentSettings) -> OpenedPlugins:
        return open_plugins(settings, tools, current)

    @provide
    def gateways(self, opened: OpenedPlugins) -> Gateways:
        return opened.gateways

    @provide
    def sources(self, opened: OpenedPlugins) -> ReceiptSources:
        return opened.sources

    @provide
    def transfer_names(self, opened: OpenedPlugins) -> TransferNames:
        return opened.transfer_names

    @provide
    def payment_webhooks(self, opened: OpenedPlugins) -> tuple[PaymentWebhook, ...]:
        return opened.webhooks
