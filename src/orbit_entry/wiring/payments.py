"""Money in: requests for it, what arrives, and what becomes of it."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.ports import Rates
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.use_cases.answer_pre_checkout import AnswerPreCheckout
from orbit_domain.use_cases.assign_receipt import AssignReceipt
from orbit_domain.use_cases.book_reversals import BookReversals
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.confirm_receipts import ConfirmReceipts
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.read_receipts import ReadReceipts
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.record_money_update import RecordMoneyUpdate
from orbit_domain.use_cases.record_rates import RecordRates
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.reset_source import ResetSource
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_payment import ShowPayment
from orbit_domain.use_cases.show_source import ShowSource
from orbit_domain.use_cases.top_up import TopUp
from orbit_entry.wiring.storages import WorkerStorage


class PaymentsProvider(Provider):
    """Everything between the wish to pay and the balance."""

    scope = Scope.APP
    use_cases = provide_all(RequestPayment, TopUp, ShowPayment, CheckPayment, CancelPayment, AssignReceipt)
    inbox_use_cases = provide_all(RecordMoneyUpdate, AnswerPreCheckout)
    record_invoice_message = provide(RecordInvoiceMessage)
    source_use_cases = provide_all(ShowSource, ResetSource, RecordRates)

    @provide
    def read_receipts(
        self,
        storage: WorkerStorage,
        clock: Clock,
        ids: Ids,
        sources: ReceiptSources,
        owner: TelegramId | None,
        transfer_names: TransferNames,
    ) -> ReadReceipts:
        return ReadReceipts(storage, clock, ids, sources, owner, transfer_names)

    @provide
    def confirm_receipts(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, sources: ReceiptSources, owner: TelegramId | None
    ) -> ConfirmReceipts:
        return ConfirmReceipts(storage, clock, ids, sources, owner)

    @provide
    def settle_receipts(
        self,
        storage: WorkerStorage,
        clock: Clock,
        rates: Rates,
        ids: Ids,
        owner: TelegramId | None,
        confirm_receipts: ConfirmReceipts,
    ) -> SettleReceipts:
        return SettleReceipts(storage, clock, rates, ids, owner, confirm_receipts)

    @provide
    def book_reversals(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, owner: TelegramId | None, sources: ReceiptSources
    ) -> BookReversals:
        return BookReversals(storage, clock, ids, owner, sources)

    @provide
    def expire_payments(self, storage: WorkerStorage, clock: Clock) -> ExpirePayments:
        return ExpirePayments(storage, clock)
