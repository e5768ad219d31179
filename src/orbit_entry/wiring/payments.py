"""Money in: requests for it, what arrives, and what becomes of it."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.payment.payment import TON_METHOD, PaymentPolicy
from orbit_domain.payment.ports import Chain, Rates
from orbit_domain.steps.method_availability import MethodAvailability
from orbit_domain.use_cases.assign_receipt import AssignReceipt
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.record_money_update import RecordMoneyUpdate
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.reset_chain import ResetChain
from orbit_domain.use_cases.scan_transfers import ScanTransfers
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_chain import ShowChain
from orbit_domain.use_cases.show_payment import ShowPayment
from orbit_domain.use_cases.top_up import TopUp
from orbit_entry.wiring.storages import WorkerStorage


class PaymentsProvider(Provider):
    """Everything between the wish to pay and the balance."""

    scope = Scope.APP
    use_cases = provide_all(RequestPayment, TopUp, ShowPayment, CheckPayment, CancelPayment, AssignReceipt)
    inbox_use_cases = provide_all(RecordMoneyUpdate)
    chain_use_cases = provide_all(ShowChain, ResetChain)

    @provide
    def policy(self) -> PaymentPolicy:
        return PaymentPolicy()

    @provide
    def availability(self, chain: Chain) -> MethodAvailability:
        return MethodAvailability({TON_METHOD: chain.source})

    @provide
    def scan_transfers(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, chain: Chain, owner: TelegramId | None
    ) -> ScanTransfers:
        return ScanTransfers(storage, clock, ids, chain, TON_METHOD, owner)

    @provide
    def settle_receipts(
        self,
        storage: WorkerStorage,
        clock: Clock,
        rates: Rates,
        policy: PaymentPolicy,
        ids: Ids,
        chain: Chain,
        owner: TelegramId | None,
    ) -> SettleReceipts:
        return SettleReceipts(storage, clock, rates, policy, ids, chain.source, owner)

    @provide
    def expire_payments(self, storage: WorkerStorage, clock: Clock, chain: Chain) -> ExpirePayments:
        return ExpirePayments(storage, clock, {TON_METHOD: chain.source})
