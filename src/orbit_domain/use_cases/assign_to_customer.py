"""An admin says whose the money without an owner is."""

from dataclasses import dataclass

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.payment.ports import RateUnavailable
from orbit_domain.payment.receipt import Receipt, ReceiptCode, receipt_code
from orbit_domain.steps.already_done import assigned_before
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.approve_claim import Assignment
from orbit_domain.use_cases.assign_receipt import AssignReceipt, ReceiptAlreadyAssigned
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import NoSuchUser, User

_COMPARED = 2_000
_REASON = "chosen by the staff"


@dataclass(eq=False)
class NoRateNow(Refusal):
    """There is no rate now: the money waits, and the same button works later."""

    receipt: ReceiptCode


@dataclass(frozen=True, slots=True)
class AssignToCustomer:
    """Assign the unmatched receipt of that code to that customer, once.

    Raises NotPermitted, NoSuchUser, AlreadyDone, ReceiptAlreadyAssigned, AmountTooSmall, NoRateNow.
    """

    storage: Storage
    assign_receipt: AssignReceipt
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, code: ReceiptCode, tg_id: TelegramId) -> Assignment:
        staff = StaffMember(staff_id, self.owner)
        user, receipt = await self.find(staff_id, code)
        async with self.storage.transaction() as tx:
            customer = await tx.users.get(tg_id)
        if customer is None:
            raise NoSuchUser(tg_id)
        try:
            given = await self.assign_receipt(receipt.source, receipt.external_id, tg_id, staff, _REASON)
        except ReceiptAlreadyAssigned as error:
            async with self.storage.transaction() as tx:
                raise await assigned_before(tx, code) or error from error
        except RateUnavailable as error:
            raise NoRateNow(code) from error
        return Assignment(user, customer, given)

    async def find(self, staff_id: TelegramId, code: ReceiptCode) -> tuple[User, Receipt]:
        """Who asks, and the receipt of that code.

        Raises NotPermitted, NoSuchUser, AlreadyDone, ReceiptAlreadyAssigned.
        """
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.ASSIGN_MONEY)
            unmatched = await tx.receipts.unmatched(_COMPARED)
            found = next((one for one in unmatched if receipt_code(one.ref) == code), None)
            if found is None:
                raise await assigned_before(tx, code) or ReceiptAlreadyAssigned(code)
        return user, found
