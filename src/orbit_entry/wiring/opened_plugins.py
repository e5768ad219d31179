"""Opens the ways to pay that are set up."""

from dataclasses import dataclass

from orbit_adapters.payment_plugin.plugin import GatewayTools
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.ports import Gateways
from orbit_domain.payment.source import ReceiptSource, ReceiptSources
from orbit_domain.payment.webhook import PaymentWebhook
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_entry.config.plugins import installed_plugins
from orbit_entry.config.settings import Settings
from orbit_entry.wiring.registries import GatewayRegistry, SourceRegistry, TransferNameRegistry


@dataclass(frozen=True, slots=True)
class OpenedPlugins:
    """Everything that the plug-ins bring, as ports."""

    gateways: Gateways
    sources: ReceiptSources
    transfer_names: TransferNames
    webhooks: tuple[PaymentWebhook, ...]


def open_plugins(settings: Settings, tools: GatewayTools, current: CurrentSettings) -> OpenedPlugins:
    """Open every way to pay that is set up. Sources and webhooks of ways that aren't shown are open too."""
    opened = [one.plugin.open(one.settings, tools) for one in settings.plugins]
    settings_of = {one.plugin: one.settings for one in settings.plugins}

    def older(name: str) -> ReceiptSource | None:
        found = (plugin.older_source(name, settings_of.get(plugin), tools) for plugin in installed_plugins())
        return next((source for source in found if source is not None), None)

    return OpenedPlugins(
        GatewayRegistry(tuple(gateway for parts in opened for gateway in parts.gateways), current),
        SourceRegistry(tuple(source for parts in opened for source in parts.sources), older),
        TransferNameRegistry(tuple(parts.transfer_names for parts in opened if parts.transfer_names is not None)),
        tuple(webhook for parts in opened for webhook in parts.webhooks),
    )
