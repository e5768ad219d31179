"""What the shop's own links need from outside: panels that give content, what reads it, and what seals it."""

from dishka import Provider, Scope, provide

from orbit_adapters.subscription_content.reading import FormatReader
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.subscription_link.device import DeviceLimit
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.subscription_link.ports import ContentReader, Seal
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.secret_box import open_secret_box
from orbit_entry.web.link_answers import LinkProfile
from orbit_entry.web.link_limits import LinkLimits
from orbit_entry.web.link_pages import LinkPages
from orbit_entry.web.subscription_links import SubscriptionRoutes
from orbit_entry.wiring.registries import SealedSecrets


class LinkMachinesProvider(Provider):
    """Which adapter plays which port of the links."""

    scope = Scope.APP
    reader = provide(FormatReader, provides=ContentReader)
    limits = provide(LinkLimits)
    routes = provide(SubscriptionRoutes)

    @provide
    def address(self, settings: Settings) -> PublicAddress:
        return PublicAddress(settings.public_url)

    @provide
    def device_limit(self, settings: Settings) -> DeviceLimit:
        return DeviceLimit(settings.device_limit)

    @provide
    def pages(self, settings: Settings) -> LinkPages:
        return LinkPages(settings.subscription_title, settings.app_offer)

    @provide
    def profile(self, settings: Settings, current: CurrentSettings) -> LinkProfile:
        return LinkProfile(settings.subscription_title, lambda: current.now.support_url)

    @provide
    def seal(self, settings: Settings) -> Seal:
        return SealedSecrets(lambda: open_secret_box(settings))
