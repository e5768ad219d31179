"""What the staff does in Telegram."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from orbit_domain.use_cases.ask_second_admin import AskSecondAdmin
from orbit_domain.use_cases.assign_to_customer import AssignToCustomer
from orbit_domain.use_cases.ban_customer import BanCustomer, UnbanCustomer
from orbit_domain.use_cases.change_role import ChangeRole, ShowStaff
from orbit_domain.use_cases.clean_up_when_asked import CountOldData, ShowCleanUp, StartCleanUp
from orbit_domain.use_cases.decide_by_staff import DecideByStaff, ShowAdjustments
from orbit_domain.use_cases.find_customers import FindCustomers
from orbit_domain.use_cases.grant_days import GrantDays
from orbit_domain.use_cases.list_waiting import ShowNameless, ShowWaiting
from orbit_domain.use_cases.open_admin import OpenAdmin, ShowAudit
from orbit_domain.use_cases.perform_staff_action import PerformStaffAction
from orbit_domain.use_cases.prepare_staff_action import PrepareStaffAction
from orbit_domain.use_cases.preview_evacuation import PreviewEvacuation
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.use_cases.retry_delivery import RetryDelivery
from orbit_domain.use_cases.run_panels import DrainPanel, ShowPanel, ShowPanels
from orbit_domain.use_cases.run_rebalance import OpenRebalance, SteerRebalance
from orbit_domain.use_cases.show_customer import ShowCustomer
from orbit_domain.use_cases.show_customer_notices import ShowCustomerNotices
from orbit_domain.use_cases.show_customer_story import ShowCustomerStory
from orbit_domain.use_cases.start_evacuation import StartEvacuation, StopEvacuation
from orbit_domain.use_cases.sweep_panels import ShowSweep, StartSweep
from orbit_domain.use_cases.switch_node import SwitchNode


class StaffProvider(Provider):
    """The menu of `/admin` and what its buttons do. Each asks the role itself."""

    scope = Scope.APP
    use_cases = provide_all(
        OpenAdmin,
        ShowAudit,
        ShowStaff,
        ChangeRole,
        FindCustomers,
        ShowCustomer,
        ShowCustomerStory,
        ShowCustomerNotices,
        PrepareStaffAction,
        PerformStaffAction,
        AskSecondAdmin,
        ShowAdjustments,
        DecideByStaff,
        GrantDays,
        BanCustomer,
        UnbanCustomer,
        RetryDelivery,
        ShowNameless,
        ShowWaiting,
        AssignToCustomer,
        ShowPanels,
        ShowPanel,
        DrainPanel,
        SwitchNode,
        StartEvacuation,
        StopEvacuation,
        ShowSweep,
        StartSweep,
        CountOldData,
        ShowCleanUp,
        StartCleanUp,
        OpenRebalance,
        SteerRebalance,
    )

    @provide
    def preview_evacuation(
        self, storage: Storage, clock: Clock, read_fleet: ReadFleet, owner: TelegramId | None
    ) -> PreviewEvacuation:
        return PreviewEvacuation(storage, clock, read_fleet, owner)
