"""Invitations and their rewards in memory."""

from dataclasses import replace
from datetime import datetime

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import TelegramId
from orbit_domain.referral.referral import Referral, ReferralFigures, ReferralState

_DUE = (ReferralState.DUE, ReferralState.RETURN_DUE)
_EARNED = (ReferralState.PAID, ReferralState.RETURN_DUE)


class MemoryReferrals:
    """The port `Referrals`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def code_of(self, tg_id: TelegramId) -> str | None:
        """The code that the user invites with."""
        return self._session.tables.referral_codes.get(tg_id)

    async def add_code(self, tg_id: TelegramId, code: str) -> bool:
        """Record it, unless the user has one or it is taken. Raises RecordConflict for an unknown user."""
        tables, code = self._session.tables, storable(code)
        if tg_id in tables.referral_codes or code in tables.invitations:
            return False
        self._session.require_user(tg_id)
        tables.referral_codes[tg_id] = code
        tables.invitations[code] = tg_id
        return True

    async def inviter_by(self, code: str) -> TelegramId | None:
        """Whose code it is."""
        return self._session.tables.invitations.get(storable(code))

    async def owe(self, referral: Referral) -> bool:
        """Record it unless there is one. Raises RecordConflict for an unknown user or order."""
        tables = self._session.tables
        if referral.invited in tables.referrals:
            return False
        for tg_id in (referral.invited, referral.inviter):
            self._session.require_user(tg_id)
        if referral.order_id not in tables.orders:
            raise RecordConflict(f"there is no order {referral.order_id}")
        tables.referrals[referral.invited] = sanitized(referral)
        return True

    async def due(self, after: Referral | None, limit: int) -> tuple[Referral, ...]:
        """Rewards to be paid or taken back, the oldest first."""
        due = (one for one in self._session.tables.referrals.values() if one.state in _DUE)
        return tuple(sorted((one for one in due if after is None or _place(one) > _place(after)), key=_place)[:limit])

    async def lock(self, invited: TelegramId) -> Referral | None:
        """The reward for this invited user."""
        return self._session.tables.referrals.get(invited)

    async def save(self, referral: Referral) -> None:
        """Record its state and what each side got; nothing for an unknown one."""
        stored = await self.lock(referral.invited)
        if stored is not None:
            self._session.tables.referrals[referral.invited] = replace(
                stored,
                state=referral.state,
                inviter_units=referral.inviter_units,
                invited_units=referral.invited_units,
            )

    async def figures(self, inviter: TelegramId) -> ReferralFigures:
        """What the user's invitations have brought."""
        tables = self._session.tables
        came = sum(one.referrer_id == inviter for one in tables.users.values())
        earned = [one for one in tables.referrals.values() if one.inviter == inviter and one.state in _EARNED]
        return ReferralFigures(came, len(earned), sum(one.inviter_units for one in earned))


def _place(referral: Referral) -> tuple[datetime, TelegramId]:
    return (referral.at, referral.invited)
