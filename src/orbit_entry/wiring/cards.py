"""What renews subscriptions by itself: the balance, cards, and charges of the messenger."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.payment.ports import Gateways
from orbit_domain.payment.renewals import Renewals
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.storage import Storage
from orbit_domain.use_cases.carry_out_renewal_wishes import CarryOutRenewalWishes
from orbit_domain.use_cases.charge_cards import ChargeCards
from orbit_domain.use_cases.edit_renewal import EditRenewal
from orbit_domain.use_cases.forget_card import ForgetCard
from orbit_domain.use_cases.keep_cards import KeepCards
from orbit_domain.use_cases.renew_subscriptions import RenewSubscriptions
from orbit_domain.use_cases.show_auto_renewal import ShowAutoRenewal
from orbit_domain.use_cases.show_card import ShowCard
from orbit_domain.use_cases.show_renewal import ShowRenewal
from orbit_domain.use_cases.start_card_renewals import StartCardRenewals
from orbit_domain.use_cases.switch_auto_renewal import SwitchAutoRenewal
from orbit_entry.wiring.storages import WorkerStorage


class CardsProvider(Provider):
    """What customers see and say of what renews by itself, and what the worker does with it."""

    scope = Scope.APP
    use_cases = provide_all(ShowCard, ForgetCard, ShowAutoRenewal, SwitchAutoRenewal, ShowRenewal)

    @provide
    def keep_cards(self, storage: WorkerStorage, clock: Clock, ids: Ids, gateways: Gateways) -> KeepCards:
        return KeepCards(storage, clock, ids, gateways)

    @provide
    def start_card_renewals(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, gateways: Gateways, sources: ReceiptSources
    ) -> StartCardRenewals:
        return StartCardRenewals(storage, clock, ids, gateways, sources)

    @provide
    def renew_subscriptions(self, storage: WorkerStorage, clock: Clock, ids: Ids) -> RenewSubscriptions:
        return RenewSubscriptions(storage, clock, ids)

    @provide
    def charge_cards(self, storage: WorkerStorage, clock: Clock, ids: Ids, gateways: Gateways) -> ChargeCards:
        return ChargeCards(storage, clock, ids, gateways)

    @provide
    def edit_renewal(self, storage: Storage, clock: Clock, ids: Ids, renewals: Renewals) -> EditRenewal:
        return EditRenewal(storage, clock, CarryOutRenewalWishes(storage, clock, ids, renewals))

    @provide
    def carry_out_renewal_wishes(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, renewals: Renewals
    ) -> CarryOutRenewalWishes:
        return CarryOutRenewalWishes(storage, clock, ids, renewals)
