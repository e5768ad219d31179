"""An admin gives unmatched money to the customer whose comment was probably meant."""

from dataclasses import dataclass

from orbit_domain.errors import Refusal
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import NoSuchPayment
from orbit_domain.payment.ports import RateUnavailable
from orbit_domain.payment.receipt import ReceiptCode, receipt_code
from orbit_domain.steps.already_done import assigned_before
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.approve_claim import Assignment
from orbit_domain.use_cases.assign_receipt import AssignReceipt, ReceiptAlreadyAssigned
from orbit_domain.user.permission import Permission

_COMPARED = 2_000


@dataclass(eq=False)
class SuggestionNotAssigned(Refusal):
    """There is no rate now: the money waits, and the same button works later."""

    payment_id: PaymentId
    receipt: ReceiptCode


@dataclass(frozen=True, slots=True)
class AssignSuggested:
    """Assign the unmatched receipt of that code to the customer of that payment, once.

    Raises NotPermitted, NoSuchUser, NoSuchPayment, AlreadyDone, ReceiptAlreadyAssigned, AmountTooSmall,
    SuggestionNotAssigned.
    """

    storage: Storage
    assign_receipt: AssignReceipt
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, payment_id: PaymentId, code: ReceiptCode) -> Assignment:
        async with self.storage.transaction() as tx:
            admin = await require_permission(tx, StaffMember(admin_id, self.owner), Permission.ASSIGN_MONEY)
            payment = await tx.payments.get(payment_id)
            customer = await tx.users.get(payment.tg_id) if payment is not None else None
            unmatched = await tx.receipts.unmatched(_COMPARED)
        if payment is None or customer is None:
            raise NoSuchPayment(payment_id)
        receipt = next((one for one in unmatched if receipt_code(one.ref) == code), None)
        if receipt is None:
            async with self.storage.transaction() as tx:
                raise await assigned_before(tx, code) or ReceiptAlreadyAssigned(code)
        actor, reason = StaffMember(admin_id, self.owner), f"comment like {payment.comment}"
        try:
            given = await self.assign_receipt(receipt.source, receipt.external_id, customer.tg_id, actor, reason)
        except RateUnavailable as error:
            raise SuggestionNotAssigned(payment_id, code) from error
        return Assignment(admin, customer, given)
