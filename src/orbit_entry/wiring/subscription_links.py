"""The shop's own subscription links."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.storage import Storage
from orbit_domain.subscription_link.ports import Seal
from orbit_domain.use_cases.give_link import GiveLink
from orbit_domain.use_cases.reissue_link import ReissueLink
from orbit_domain.use_cases.reseal_links import ResealLinks
from orbit_domain.use_cases.show_devices import RemoveDevice, ShowDevices


class SubscriptionLinksProvider(Provider):
    """Links are given and replaced; what is behind them is served by `web`."""

    scope = Scope.APP
    use_cases = provide_all(GiveLink, ReissueLink, ShowDevices, RemoveDevice)

    @provide
    def reseal_links(self, storage: Storage, seal: Seal) -> ResealLinks:
        return ResealLinks(storage, seal)
