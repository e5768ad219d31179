"""A Telegram account presses /start."""

from dataclasses import dataclass, replace

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.referral import inviter_of
from orbit_domain.user.repository import Registered
from orbit_domain.user.user import NewUser, language_for


@dataclass(frozen=True, slots=True)
class RegisterUser:
    """Know the user from now on. A second /start finds what is there; a referrer counts only at the first.

    Who had deleted the account and *comes_back* has one again: the same number, with its balance and what was used of
    the shop's gifts.
    """

    storage: Storage
    clock: Clock

    async def __call__(
        self,
        tg_id: TelegramId,
        username: str | None,
        telegram_language: str | None,
        invitation: str | None = None,
        *,
        comes_back: bool = False,
    ) -> Registered:
        """The user, and whether they are new. *invitation* is the code of a `ref_` deep link."""
        newcomer = NewUser(tg_id, username, language_for(telegram_language), None, self.clock.now())
        async with self.storage.transaction() as tx:
            if invitation is not None:
                newcomer = replace(newcomer, referrer_id=await _inviter(tx, invitation, tg_id))
            registered = await tx.users.add_if_absent(newcomer)
            if registered.user.unreachable_at is not None:
                await tx.users.set_unreachable(tg_id, None)
            if registered.user.deleted_at is not None and comes_back:
                await tx.users.bring_back(tg_id, username, newcomer.language)
                user = replace(registered.user, username=username, language=newcomer.language, deleted_at=None)
                registered = replace(registered, user=user)
        return registered


async def _inviter(tx: Transaction, invitation: str, newcomer: TelegramId) -> TelegramId | None:
    """Whose code it is; links of older versions name their users. Nobody invites themselves."""
    inviter = await tx.referrals.inviter_by(invitation) or inviter_of(invitation, newcomer)
    return inviter if inviter != newcomer else None
