"""Where invitations and their rewards are kept."""

from typing import Protocol

from orbit_domain.ids import TelegramId
from orbit_domain.referral.referral import Referral, ReferralFigures


class Referrals(Protocol):
    """The codes that people invite with, and one reward for each invited user."""

    async def code_of(self, tg_id: TelegramId) -> str | None:
        """The code that the user invites with."""

    async def add_code(self, tg_id: TelegramId, code: str) -> bool:
        """Record it; False when the user has one, or another user has this one."""

    async def inviter_by(self, code: str) -> TelegramId | None:
        """Whose code it is."""

    async def owe(self, referral: Referral) -> bool:
        """Record it unless there is one for this invited user; whether it was recorded."""

    async def due(self, after: Referral | None, limit: int) -> tuple[Referral, ...]:
        """Rewards to be paid or taken back, the oldest first."""

    async def lock(self, invited: TelegramId) -> Referral | None:
        """The reward for this invited user, held until the transaction ends."""

    async def save(self, referral: Referral) -> None:
        """Record its state and what each side got."""

    async def figures(self, inviter: TelegramId) -> ReferralFigures:
        """What the user's invitations have brought."""
