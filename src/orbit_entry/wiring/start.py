"""What every process does when it starts."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.read_shop_settings import RefreshShopSettings
from orbit_domain.use_cases.release_leases import ReleaseLeases
from orbit_domain.use_cases.seed_shop import SeedShop


class StartProvider(Provider):
    """The shop's first records, and the settings as they are now."""

    scope = Scope.APP
    use_cases = provide_all(SeedShop, ReleaseLeases, RefreshShopSettings)
