"""Invitations and their rewards in SQL."""

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_DUE_REFERRAL
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one
from orbit_adapters.sql.referral_tables import referral_codes, referrals
from orbit_adapters.sql.tables import users
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.referral.referral import Referral, ReferralFigures, ReferralState

_referrals = referrals.c
_EARNED = _referrals.state.in_([ReferralState.PAID, ReferralState.RETURN_DUE])


class SqlReferrals:
    """The port `Referrals`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def code_of(self, tg_id: TelegramId) -> str | None:
        """The code that the user invites with."""
        row = await fetch_one(self._connection, select(referral_codes.c.code).where(referral_codes.c.tg_id == tg_id))
        return str(row["code"]) if row is not None else None

    async def add_code(self, tg_id: TelegramId, code: str) -> bool:
        """Record it, unless the user has one or it is taken. Raises StorageConflict for an unknown user."""
        insert = dialect_insert(self._connection, referral_codes).values(tg_id=tg_id, code=code)
        new = insert.on_conflict_do_nothing().returning(referral_codes.c.code)
        return await fetch_one(self._connection, new) is not None

    async def inviter_by(self, code: str) -> TelegramId | None:
        """Whose code it is."""
        row = await fetch_one(self._connection, select(referral_codes.c.tg_id).where(referral_codes.c.code == code))
        return TelegramId(row["tg_id"]) if row is not None else None

    async def owe(self, referral: Referral) -> bool:
        """Record it unless there is one. Raises StorageConflict for an unknown user or order."""
        insert = dialect_insert(self._connection, referrals).values(
            invited_id=referral.invited,
            inviter_id=referral.inviter,
            order_id=referral.order_id,
            at=referral.at,
            state=referral.state,
            inviter_units=referral.inviter_units,
            invited_units=referral.invited_units,
        )
        new = insert.on_conflict_do_nothing(index_elements=["invited_id"]).returning(_referrals.invited_id)
        return await fetch_one(self._connection, new) is not None

    async def due(self, after: Referral | None, limit: int) -> tuple[Referral, ...]:
        """Rewards to be paid or taken back, the oldest first."""
        due = select(referrals).where(IS_DUE_REFERRAL).order_by(_referrals.at, _referrals.invited_id)
        if after is not None:
            due = due.where(tuple_(_referrals.at, _referrals.invited_id) > (after.at, after.invited))
        return tuple(map(_referral_from, await fetch_all(self._connection, due.limit(limit))))

    async def lock(self, invited: TelegramId) -> Referral | None:
        """The reward for this invited user, held until the transaction ends."""
        held = select(referrals).where(_referrals.invited_id == invited).with_for_update()
        row = await fetch_one(self._connection, held)
        return _referral_from(row) if row is not None else None

    async def save(self, referral: Referral) -> None:
        """Record its state and what each side got; nothing for an unknown one."""
        stored = update(referrals).where(_referrals.invited_id == referral.invited)
        changed = stored.values(
            state=referral.state, inviter_units=referral.inviter_units, invited_units=referral.invited_units
        )
        await execute(self._connection, changed)

    async def figures(self, inviter: TelegramId) -> ReferralFigures:
        """What the user's invitations have brought."""
        came = select(func.count()).select_from(users).where(users.c.referrer_id == inviter).scalar_subquery()
        earned = select(
            came.label("came"),
            func.count().label("rewarded"),
            func.coalesce(func.sum(_referrals.inviter_units), 0).label("earned"),
        ).where(_referrals.inviter_id == inviter, _EARNED)
        row = await fetch_one(self._connection, earned)
        return ReferralFigures(int(row["came"]), int(row["rewarded"]), int(row["earned"])) if row else _NOTHING


_NOTHING = ReferralFigures(0, 0, 0)


def _referral_from(row: Row) -> Referral:
    return Referral(
        TelegramId(row["invited_id"]),
        TelegramId(row["inviter_id"]),
        OrderId(row["order_id"]),
        row["at"],
        ReferralState(row["state"]),
        row["inviter_units"],
        row["invited_units"],
    )
