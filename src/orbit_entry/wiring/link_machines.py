"""What the shop's own links need from outside: panels that give content, what reads it, and what seals it."""

from collections.abc import AsyncIterable

from dishka import Provider, Scope, provide

from orbit_adapters.marzban.client import panel_client
from orbit_adapters.marzban.subscription import MarzbanSubscriptions
from orbit_adapters.panel_cache.spared_source import SparedSource
from orbit_adapters.secret_box.secret_box import SecretBox
from orbit_adapters.secret_box.secret_keys import kept_keys, read_keys
from orbit_adapters.subscription_content.reading import FormatReader
from orbit_domain.clock import Clock
from orbit_domain.subscription_link.device import DeviceLimit
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.subscription_link.ports import ContentReader, Seal, SubscriptionSources
from orbit_entry.config.settings import Settings
from orbit_entry.web.link_answers import LinkProfile
from orbit_entry.web.link_limits import LinkLimits
from orbit_entry.web.link_pages import LinkPages
from orbit_entry.web.subscription_links import SubscriptionRoutes
from orbit_entry.wiring.registries import SealedSecrets, SubscriptionSourceRegistry

_AT_ONCE = 16
"""How many subscriptions a panel is asked for at once: they cost it little."""


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
    def profile(self, settings: Settings) -> LinkProfile:
        return LinkProfile(settings.subscription_title, settings.support_url)

    @provide
    async def sources(self, settings: Settings, clock: Clock) -> AsyncIterable[SubscriptionSources]:
        # Connections of its own: customers' apps never wait behind the worker's calls, nor the other way round.
        panel = settings.panel.model_copy(update={"in_flight": _AT_ONCE})
        async with panel_client(panel) as http:
            source = MarzbanSubscriptions(settings.panel, http)
            yield SubscriptionSourceRegistry({source.panel_id: SparedSource(source.panel_id, source, clock)})

    @provide
    def seal(self, settings: Settings) -> Seal:
        return SealedSecrets(lambda: _secret_box(settings))


def _secret_box(settings: Settings) -> SecretBox:
    """The keys of the settings, or those kept beside the embedded database."""
    given = settings.secret_keys
    return SecretBox(
        kept_keys(settings.data_dir / "secret_keys") if given is None else read_keys(given.get_secret_value())
    )
