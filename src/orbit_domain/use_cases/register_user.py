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
    """Know the user from now on. A second /start finds what is there; a referrer counts only at the first."""

    storage: Storage
    clock: Clock

    async def __call__(
        self, tg_id: TelegramId, username: str | None, telegram_language: str | None, invitation: str | None = None
    ) -> Registered:
        """The user, and whether they are new. *invitation* is the code of a `ref_` deep link."""
        newcomer = NewUser(tg_id, username, language_for(telegram_language), None, self.clock.now())
        async with self.storage.transaction() as tx:
            if invitation is not None:
                newcomer = replace(newcomer, referrer_id=await _inviter(tx, invitation, tg_id))
            registered = await tx.users.add_if_absent(newcomer)
            if registered.user.unreachable_at is not None:
                await tx.users.set_unreachable(tg_id, None)
        return registered


async def _inviter(tx: Transaction, invitation: str, newcomer: TelegramId) -> TelegramId | None:
    """Whose code it is; links of older versions name their users. Nobody invites themselves."""
    inviter = await tx.referrals.inviter_by(invitation) or inviter_of(invitation, newcomer)
    return inviter if inviter != newcomer else None
