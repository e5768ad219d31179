"""The shop's own subscription links."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.access.ports import Panels
from orbit_domain.clock import Clock
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.ports import ContentReader, Seal, SubscriptionSources
from orbit_domain.use_cases.fetch_content import FetchContent
from orbit_domain.use_cases.give_link import GiveLink
from orbit_domain.use_cases.read_link import ReadLink
from orbit_domain.use_cases.reissue_link import ReissueLink
from orbit_domain.use_cases.reseal_links import ResealLinks
from orbit_domain.use_cases.serve_subscription import ServeSubscription
from orbit_domain.use_cases.show_devices import RemoveDevice, ShowDevices


class SubscriptionLinksProvider(Provider):
    """Links are given and replaced, and apps get what is behind them."""

    scope = Scope.APP
    use_cases = provide_all(GiveLink, ReissueLink, ReadLink, ServeSubscription, ShowDevices, RemoveDevice)

    @provide
    def reseal_links(self, storage: Storage, seal: Seal) -> ResealLinks:
        return ResealLinks(storage, seal)

    @provide
    def fetch_content(
        self,
        storage: Storage,
        clock: Clock,
        panels: Panels,
        sources: SubscriptionSources,
        reader: ContentReader,
        seal: Seal,
    ) -> FetchContent:
        return FetchContent(storage, clock, panels, sources, reader, seal)
