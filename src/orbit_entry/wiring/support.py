"""Cases of customers, and the chats of the staff."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.shop_chat_ports import ShopChatNotifier
from orbit_domain.use_cases.answer_customer import AnswerCustomer, AnswerInChat
from orbit_domain.use_cases.ask_owner import AskOwner
from orbit_domain.use_cases.choose_shop_chat import ChooseShopChat, MuteEvent, ShowShopChats
from orbit_domain.use_cases.close_case import CloseCase, CloseOwnCase
from orbit_domain.use_cases.deliver_notices import StaffChats
from orbit_domain.use_cases.record_case_post import RecordCasePost, RecordCaseTopic
from orbit_domain.use_cases.send_day_summary import SendDaySummary, SummaryHour
from orbit_domain.use_cases.show_cases import ListCases, ShowCase, ShowOwnCase
from orbit_domain.use_cases.show_payment_help import ShowPaymentHelp
from orbit_domain.use_cases.tell_events import TellEvents
from orbit_entry.wiring.storages import WorkerStorage


class SupportProvider(Provider):
    """What customers and staff write to each other, and what the shop tells its staff."""

    scope = Scope.APP
    use_cases = provide_all(
        AskOwner,
        AnswerCustomer,
        AnswerInChat,
        ListCases,
        ShowCase,
        ShowOwnCase,
        CloseCase,
        CloseOwnCase,
        ShowPaymentHelp,
        ShowShopChats,
        ChooseShopChat,
        MuteEvent,
    )

    @provide
    def record_case_post(self, storage: WorkerStorage) -> RecordCasePost:
        return RecordCasePost(storage)

    @provide
    def record_case_topic(self, storage: WorkerStorage) -> RecordCaseTopic:
        return RecordCaseTopic(storage)

    @provide
    def staff_chats(self, notifier: ShopChatNotifier, ids: Ids) -> StaffChats:
        return StaffChats(notifier, ids)

    @provide
    def tell_events(self, storage: WorkerStorage, clock: Clock, ids: Ids, owner: TelegramId | None) -> TellEvents:
        return TellEvents(storage, clock, ids, owner)

    @provide
    def send_day_summary(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, owner: TelegramId | None, hour: SummaryHour
    ) -> SendDaySummary:
        return SendDaySummary(storage, clock, ids, owner, hour)
