"""What was paid becomes working keys, and people hear of it."""

from dishka import Provider, Scope, provide

from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.ports import Panels
from orbit_domain.access.rebalance import RebalancePace
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.ports import Notifier
from orbit_domain.subscription_link.device import DeviceLimit
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.use_cases.alert_delayed_orders import AlertDelayedOrders
from orbit_domain.use_cases.carry_out_evacuations import CarryOutEvacuations
from orbit_domain.use_cases.clean_old_data import CleanOldData
from orbit_domain.use_cases.clean_up_when_asked import CarryOutCleanUp
from orbit_domain.use_cases.count_keys import CountKeys
from orbit_domain.use_cases.deliver_notices import DeliverNotices, StaffChats
from orbit_domain.use_cases.evacuate_panel import EvacuatePanel
from orbit_domain.use_cases.give_link import GiveLink
from orbit_domain.use_cases.mend_drift import MendDrift
from orbit_domain.use_cases.place_keys import PlaceKeys
from orbit_domain.use_cases.provision_keys import ProvisionKeys
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.use_cases.rebalance_keys import RebalanceKeys
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_domain.use_cases.show_rebalance import ShowRebalance
from orbit_domain.use_cases.sweep_panels import CarryOutSweep
from orbit_entry.wiring.storages import WorkerStorage


class DeliveryProvider(Provider):
    """Keys, notices and reminders."""

    scope = Scope.APP

    @provide
    def count_keys(self, storage: WorkerStorage, clock: Clock) -> CountKeys:
        return CountKeys(storage, clock)

    @provide
    def read_fleet(
        self, storage: WorkerStorage, clock: Clock, panels: Panels, breakers: PanelBreakers, count_keys: CountKeys
    ) -> ReadFleet:
        return ReadFleet(storage, clock, panels, breakers, count_keys)

    @provide
    def breakers(self) -> PanelBreakers:
        return PanelBreakers()

    @provide
    def place_keys(
        self, storage: WorkerStorage, clock: Clock, panels: Panels, breakers: PanelBreakers, read_fleet: ReadFleet
    ) -> PlaceKeys:
        return PlaceKeys(storage, clock, panels, breakers, read_fleet)

    @provide
    def provision_keys(
        self,
        storage: WorkerStorage,
        clock: Clock,
        ids: Ids,
        panels: Panels,
        breakers: PanelBreakers,
        place_keys: PlaceKeys,
        address: PublicAddress,
        limit: DeviceLimit,
    ) -> ProvisionKeys:
        return ProvisionKeys(storage, clock, ids, panels, breakers, place_keys, address, device_limit=limit.devices)

    @provide
    def mend_drift(self, storage: WorkerStorage, clock: Clock, panels: Panels) -> MendDrift:
        return MendDrift(storage, clock, panels)

    @provide
    def carry_out_sweep(self, storage: WorkerStorage, clock: Clock, ids: Ids, mend_drift: MendDrift) -> CarryOutSweep:
        return CarryOutSweep(storage, clock, ids, mend_drift)

    @provide
    def clean_old_data(self, storage: WorkerStorage, clock: Clock) -> CleanOldData:
        return CleanOldData(storage, clock)

    @provide
    def carry_out_clean_up(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, clean_old_data: CleanOldData
    ) -> CarryOutCleanUp:
        return CarryOutCleanUp(storage, clock, ids, clean_old_data)

    @provide
    def evacuate_panel(self, storage: WorkerStorage, clock: Clock, ids: Ids, read_fleet: ReadFleet) -> EvacuatePanel:
        return EvacuatePanel(storage, clock, ids, read_fleet)

    @provide
    def carry_out_evacuations(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, read_fleet: ReadFleet
    ) -> CarryOutEvacuations:
        return CarryOutEvacuations(storage, clock, ids, read_fleet)

    @provide
    def show_rebalance(
        self, storage: WorkerStorage, clock: Clock, read_fleet: ReadFleet, pace: RebalancePace
    ) -> ShowRebalance:
        return ShowRebalance(storage, clock, read_fleet, pace)

    @provide
    def rebalance_keys(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, read_fleet: ReadFleet, pace: RebalancePace
    ) -> RebalanceKeys:
        return RebalanceKeys(storage, clock, ids, read_fleet, pace)

    @provide
    def deliver_notices(
        self, storage: WorkerStorage, clock: Clock, notifier: Notifier, give_link: GiveLink, staff_chats: StaffChats
    ) -> DeliverNotices:
        return DeliverNotices(storage, clock, notifier, give_link=give_link, staff_chats=staff_chats)

    @provide
    def remind_expiring(self, storage: WorkerStorage, clock: Clock, ids: Ids) -> RemindExpiring:
        return RemindExpiring(storage, clock, ids)

    @provide
    def alert_delayed_orders(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, owner: TelegramId | None
    ) -> AlertDelayedOrders:
        return AlertDelayedOrders(storage, clock, ids, owner)
