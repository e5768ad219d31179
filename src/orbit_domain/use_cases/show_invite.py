"""A customer looks at the invitation link and at what it has earned."""

from dataclasses import dataclass

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.referral.referral import (
    CODE_BITS,
    ReferralFigures,
    ReferralsOff,
    ReferralTerms,
    invitation_code,
)
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class Invitation:
    """The code of the user's link, what it has brought, and the rules."""

    user: User
    code: str
    figures: ReferralFigures
    terms: ReferralTerms


@dataclass(frozen=True, slots=True)
class ShowInvite:
    """Show it; the code is made at the first look and stays. Raises ReferralsOff, NoSuchUser."""

    storage: Storage
    ids: Ids
    settings: CurrentSettings

    async def __call__(self, tg_id: TelegramId) -> Invitation:
        terms = self.settings.now.referral
        if not terms.is_on:
            raise ReferralsOff
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            code = await self._code(tx, tg_id)
            return Invitation(user, code, await tx.referrals.figures(tg_id), terms)

    async def _code(self, tx: Transaction, tg_id: TelegramId) -> str:
        while (known := await tx.referrals.code_of(tg_id)) is None:
            await tx.referrals.add_code(tg_id, invitation_code(self.ids.bits(CODE_BITS)))
        return known
