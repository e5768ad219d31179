"""The owner answers what a new promo code needs, and reads what it will give before it is offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PlanCode, PromoCode, TelegramId
from orbit_domain.money import BaseCurrency
from orbit_domain.plan.plan import Plan
from orbit_domain.promo.new_promo import PromoExists, check_promo
from orbit_domain.promo.promo import Promo
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.promo_draft import PromoDraft, PromoQuestion, promo_draft_of
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class PromoPreview:
    """Who asks, the draft, the code as far as it is known (None: its kind isn't), and the plans on sale."""

    user: User
    draft: PromoDraft
    promo: Promo | None
    plans: tuple[Plan, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class PreparePromo:
    """Begin a draft, or answer its question. Nothing is offered yet.

    Raises NotPermitted, NoSuchUser, BadPromo, NotAnAmount, PromoExists, DraftOver.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    base: BaseCurrency
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId) -> PromoPreview:
        """Begin."""
        return await self._preview(staff_id, PromoDraft(self.ids.uuid(), {}))

    async def answer(self, staff_id: TelegramId, kept: Mapping[str, object], typed: str) -> PromoPreview:
        """The draft that a dialog has *kept*, with what was typed, or tapped."""
        return await self._preview(staff_id, promo_draft_of(kept).answered(typed, self.base))

    async def toggle(self, staff_id: TelegramId, kept: Mapping[str, object], plan: PlanCode) -> PromoPreview:
        """The same with *plan* chosen, or not any more."""
        return await self._preview(staff_id, promo_draft_of(kept).toggled(plan))

    async def _preview(self, staff_id: TelegramId, draft: PromoDraft) -> PromoPreview:
        now = self.clock.now()
        promo = draft.promo(now) if PromoQuestion.KIND in draft.answers else None
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.EDIT_OFFERS)
            plans = tuple(one for one in await tx.plans.active() if not one.terms.is_trial)
            code = draft.answers.get(PromoQuestion.CODE)
            known = await tx.promos.get(PromoCode(code)) if isinstance(code, str) else None
        if known is not None:
            raise PromoExists(known.code)
        if promo is not None:
            check_promo(promo, [one.code for one in plans])
        return PromoPreview(user, draft, promo, plans, now)
