"""What customers have asked: for the staff, and for the customer who asked."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import CaseId, TelegramId
from orbit_domain.notice.questions import PaymentFacts
from orbit_domain.steps.payment_facts import payment_facts
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.support.case import Case, CaseMessage, CaseSubject, NoSuchCase
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import NoSuchUser, User

_PAGE = 6
_LIVE = 200
_MESSAGES = 8
_OWN_MESSAGES = 3


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case, and its customer as far as the shop knows."""

    case: Case
    customer: User | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Cases that aren't closed, who waits longest first; *page* counts from zero."""

    admin: User
    cases: tuple[ListedCase, ...]
    waiting: int
    page: int
    has_more: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class ListCases:
    """A page of them. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, page: int = 0) -> CasePage:
        async with self.storage.transaction() as tx:
            admin = await require_permission(tx, StaffMember(admin_id, self.owner), Permission.WRITE_TO_CUSTOMERS)
            live = await tx.cases.live(_LIVE)
            page = min(page, max(0, (len(live) - 1) // _PAGE))
            end = (page + 1) * _PAGE
            listed = [ListedCase(case, await tx.users.get(case.tg_id)) for case in live[page * _PAGE : end]]
            waiting = await tx.cases.count_waiting()
        return CasePage(admin, tuple(listed), waiting, page, len(live) > end, self.clock.now())


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with its newest messages, oldest first, and what is known of missed money."""

    admin: User
    case: Case
    customer: User
    messages: tuple[CaseMessage, ...]
    facts: PaymentFacts
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowCase:
    """Read it. Raises NotPermitted, NoSuchUser, NoSuchCase."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, case_id: CaseId) -> CaseView:
        async with self.storage.transaction() as tx:
            admin = await require_permission(tx, StaffMember(admin_id, self.owner), Permission.WRITE_TO_CUSTOMERS)
            case = await tx.cases.get(case_id)
            customer = await tx.users.get(case.tg_id) if case is not None else None
            if case is None or customer is None:
                raise NoSuchCase(case_id)
            is_payment = case.subject is CaseSubject.PAYMENT
            facts = await payment_facts(tx, case.tg_id) if is_payment else PaymentFacts()
            messages = await tx.cases.messages(case_id, _MESSAGES)
        return CaseView(admin, case, customer, messages, facts, self.clock.now())


@dataclass(frozen=True, slots=True)
class OwnCase:
    """The customer's live case with its newest messages; None: nothing is open."""

    user: User
    case: Case | None
    messages: tuple[CaseMessage, ...]


@dataclass(frozen=True, slots=True)
class ShowOwnCase:
    """Read it. Raises NoSuchUser."""

    storage: Storage

    async def __call__(self, tg_id: TelegramId) -> OwnCase:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            case = await tx.cases.newest_of(tg_id)
            if case is None or not case.is_live:
                return OwnCase(user, None, ())
            return OwnCase(user, case, await tx.cases.messages(case.id, _OWN_MESSAGES))
