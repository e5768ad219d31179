"""A Telegram account presses /start."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
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
        newcomer = NewUser(
            tg_id=tg_id,
            username=username,
            language=language_for(telegram_language),
            referrer_id=inviter_of(invitation, tg_id),
            created_at=self.clock.now(),
        )
        async with self.storage.transaction() as tx:
            registered = await tx.users.add_if_absent(newcomer)
            if registered.user.unreachable_at is not None:
                await tx.users.set_unreachable(tg_id, None)
        return registered
