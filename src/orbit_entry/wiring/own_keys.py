"""What customers do with their keys themselves."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.ports import Panels
from orbit_domain.storage import Storage
from orbit_domain.use_cases.add_key import AddKey
from orbit_domain.use_cases.delete_key import DeleteKey
from orbit_domain.use_cases.list_keys import ListKeys
from orbit_domain.use_cases.list_regions import ListRegions
from orbit_domain.use_cases.place_anywhere import PlaceAnywhere
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.use_cases.rename_key import RenameKey
from orbit_domain.use_cases.show_keys import ShowKeys


class OwnKeysProvider(Provider):
    """Keys are listed, added, named and deleted."""

    scope = Scope.APP
    use_cases = provide_all(AddKey, DeleteKey, RenameKey, PlaceAnywhere)

    @provide
    def list_regions(self, read_fleet: ReadFleet) -> ListRegions:
        return ListRegions(read_fleet)

    @provide
    def list_keys(self, storage: Storage, show_keys: ShowKeys, panels: Panels, breakers: PanelBreakers) -> ListKeys:
        return ListKeys(storage, show_keys, panels, breakers)
