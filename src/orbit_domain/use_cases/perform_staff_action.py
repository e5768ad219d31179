"""Someone of the staff has read what will happen, and says yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.order.order import OrderNotRefundable, RefundProblem
from orbit_domain.steps.already_done import already_done
from orbit_domain.steps.require_permission import StaffMember
from orbit_domain.storage import Storage, subject_of
from orbit_domain.use_cases.ask_second_admin import AskSecondAdmin
from orbit_domain.use_cases.ban_customer import BanCustomer, UnbanCustomer
from orbit_domain.use_cases.grant_days import GrantDays
from orbit_domain.use_cases.refund_order import RefundOrder
from orbit_domain.use_cases.staff_action import DebitTooLarge, Draft, DraftOver, StaffAction, draft_of


@dataclass(frozen=True, slots=True)
class Performed:
    """What was done to whom; *waits*: a second admin has to agree first."""

    draft: Draft
    waits: bool = False


@dataclass(frozen=True, slots=True)
class PerformStaffAction:
    """Do what a draft says, once. The role is asked in the transaction that acts.

    Raises DraftOver, NotPermitted, NoSuchUser, AlreadyDone, and what the action itself refuses.
    """

    storage: Storage
    ask_second_admin: AskSecondAdmin
    grant_days: GrantDays
    refund_order: RefundOrder
    ban_customer: BanCustomer
    unban_customer: UnbanCustomer
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, kept: Mapping[str, object], request: UUID) -> Performed:
        draft = draft_of(kept)
        if draft.request != request or draft.question is not None:
            raise DraftOver
        return await self._perform(StaffMember(staff_id, self.owner), draft, draft.reason or "")

    async def _perform(self, staff: StaffMember, draft: Draft, reason: str) -> Performed:
        match draft.action:
            case StaffAction.CREDIT | StaffAction.DEBIT:
                return Performed(draft, await self._adjust(staff, draft, reason))
            case StaffAction.DAYS:
                await self.grant_days(draft.request, draft.customer, draft.number or 0, staff, reason)
            case StaffAction.REFUND:
                await self._refund(staff, draft, reason)
            case StaffAction.BAN:
                await self.ban_customer(draft.customer, staff, reason)
            case StaffAction.UNBAN:
                await self.unban_customer(draft.customer, staff, reason)
        return Performed(draft)

    async def _adjust(self, staff: StaffMember, draft: Draft, reason: str) -> bool:
        try:
            adjusted = await self.ask_second_admin(draft.request, draft.customer, draft.units, staff, reason)
        except InsufficientBalance as error:
            raise DebitTooLarge(error.balance) from error
        return adjusted.waits

    async def _refund(self, staff: StaffMember, draft: Draft, reason: str) -> None:
        if draft.order is None:
            raise DraftOver
        try:
            await self.refund_order(draft.order, staff, reason)
        except OrderNotRefundable as error:
            if error.reason is not RefundProblem.REFUNDED:
                raise
            async with self.storage.transaction() as tx:
                raise await already_done(tx, subject_of(draft.customer), "refund_order") from error
