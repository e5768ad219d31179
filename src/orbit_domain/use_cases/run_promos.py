"""The owner looks at the promo codes in Telegram, offers a new one, and stops one."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from orbit_domain.clock import Clock
from orbit_domain.ids import PromoCode, TelegramId
from orbit_domain.promo.promo import Promo
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.add_promo import AddPromo
from orbit_domain.use_cases.list_promos import ListedPromo, ListPromos
from orbit_domain.use_cases.promo_draft import promo_draft_of
from orbit_domain.use_cases.staff_action import DraftOver
from orbit_domain.use_cases.stop_promo import StopPromo
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

_PAGE = 8
_LAST_PAGE = 124


@dataclass(frozen=True, slots=True)
class PromoPage:
    """Codes, the newest first; *page* counts from zero."""

    user: User
    promos: tuple[ListedPromo, ...]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class PromoView:
    """One code, the titles of the plans that it is for (empty: for all), and who looks."""

    user: User
    listed: ListedPromo
    plans: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShowPromos:
    """Read them. Raises NotPermitted, NoSuchUser, NoSuchPromo."""

    storage: Storage
    list_promos: ListPromos
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, page: int = 0) -> PromoPage:
        """A page of all."""
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.EDIT_OFFERS)
        page = min(page, _LAST_PAGE)
        promos = await self.list_promos()
        begin, end = page * _PAGE, (page + 1) * _PAGE
        return PromoPage(user, promos[begin:end], page, len(promos) > end and page < _LAST_PAGE)

    async def one(self, staff_id: TelegramId, code: PromoCode) -> PromoView:
        """One code."""
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.EDIT_OFFERS)
            plans = {one.code: one.terms.titles for one in await tx.plans.all()}
        listed = await self.list_promos.one(code)
        return PromoView(user, listed, tuple(plans[one] for one in listed.promo.plans if one in plans))


@dataclass(frozen=True, slots=True)
class OfferPromo:
    """Add what a draft says. Raises DraftOver, NotPermitted, NoSuchUser, BadPromo, PromoExists."""

    add_promo: AddPromo
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, kept: Mapping[str, object], request: UUID) -> Promo:
        draft = promo_draft_of(kept)
        if draft.request != request or draft.question is not None:
            raise DraftOver
        return await self.add_promo(draft.promo(self.clock.now()), StaffMember(staff_id, self.owner))


@dataclass(frozen=True, slots=True)
class EndPromo:
    """Stop a code at once, for everybody. The same again changes nothing. Raises NotPermitted, NoSuchPromo."""

    stop_promo: StopPromo
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, code: PromoCode) -> Promo:
        return await self.stop_promo(code, StaffMember(staff_id, self.owner), "")
