"""Rewards for invitations are paid, and taken back."""

from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.ledger.referral_entries import reward_paid, reward_returned
from orbit_domain.money import Money
from orbit_domain.notice.referral_notices import ReferralReward
from orbit_domain.order.order import OrderState
from orbit_domain.referral.referral import Referral, ReferralState, ReferralTerms
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, StorageBusy, StorageUnavailable, Transaction, transact

_LOOKED_THROUGH = 200


@dataclass(frozen=True, slots=True)
class SettleReferrals:
    """Pay each side its reward, once, for a first purchase that was paid with money that had come to the shop.

    What isn't earned is void for ever: while rewards are off, for a cheaper order, for one that a gift has paid. What a
    refund takes back leaves the balance, or is owed.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    settings: CurrentSettings
    page: int = 100

    async def __call__(self) -> int:
        """How many were looked at. Raises the first unexpected error, after all others are done."""
        looked_at, last = 0, None
        unexpected: Exception | None = None
        while True:
            async with self.storage.transaction() as tx:
                due = await tx.referrals.due(last, self.page)
            for one in due:
                try:
                    await self._settle(one)
                except (StorageBusy, StorageUnavailable):  # The storage failed, not this reward.
                    raise
                except Exception as error:  # One reward that can't be paid doesn't hold up the others.
                    unexpected = unexpected or error
            looked_at += len(due)
            if len(due) < self.page:
                break
            last = due[-1]
        if unexpected is not None:
            raise unexpected
        return looked_at

    async def _settle(self, listed: Referral) -> None:
        now = self.clock.now()

        async def settle(tx: Transaction) -> None:
            # In one order, so that two runs never wait for each other.
            for tg_id in sorted({listed.inviter, listed.invited}):
                await tx.users.lock(tg_id)
            referral = await tx.referrals.lock(listed.invited)
            if referral is not None and referral.state is ReferralState.DUE:
                await self._pay(tx, referral, now)
            elif referral is not None and referral.state is ReferralState.RETURN_DUE:
                await self._take_back(tx, referral, now)

        await transact(self.storage, settle)

    async def _pay(self, tx: Transaction, referral: Referral, now: datetime) -> None:
        # What this process remembers may be seconds old: money follows what is recorded.
        terms = self.settings.given.all(await tx.settings.all()).referral
        if not await self._is_earned(tx, referral, terms):
            await tx.referrals.save(replace(referral, state=ReferralState.VOID))
            return
        paid = referral.pay(terms)
        inviter = await tx.users.get(referral.inviter)
        if inviter is not None and inviter.deleted_at is not None:
            paid = replace(paid, inviter_units=0)  # Who is gone earns nothing; the invited one was promised it.
        await tx.referrals.save(paid)
        for tg_id, units in _shares(paid):
            entry = reward_paid(paid.invited, tg_id, Money(units, terms.inviter.currency), now)
            await tx.ledger.post(entry)
            await collect_debt(tx, tg_id, entry.ref, now)
            await self._tell(tx, paid, tg_id, units, now)

    async def _take_back(self, tx: Transaction, referral: Referral, now: datetime) -> None:
        await tx.referrals.save(replace(referral, state=ReferralState.RETURNED))
        for tg_id, units in _shares(referral):
            user = await tx.users.get(tg_id)
            if user is not None:
                amount = Money(units, user.balance.currency)
                await tx.ledger.post(reward_returned(referral.invited, tg_id, amount, user.balance, now))
                await self._tell(tx, referral, tg_id, -units, now)

    async def _tell(self, tx: Transaction, referral: Referral, tg_id: TelegramId, units: int, now: datetime) -> None:
        user = await tx.users.get(tg_id)
        balance = user.balance.units if user else 0
        notice = ReferralReward(referral.invited, tg_id == referral.inviter, units, balance)
        await notify(tx, self.ids, tg_id, notice, now)

    async def _is_earned(self, tx: Transaction, referral: Referral, terms: ReferralTerms) -> bool:
        order = await tx.orders.get(referral.order_id)
        inviter = await tx.users.get(referral.inviter)
        if order is None or inviter is None or inviter.referrer_id == referral.invited or not terms.is_on:
            return False
        orders = await tx.orders.newest(referral.invited, _LOOKED_THROUGH)
        paid = [one for one in orders if one.paid_at is not None and not one.price.is_zero]
        gifts = sum(one.price.units for one in paid if one.is_gift and one.state is not OrderState.REFUNDED)
        paid = [one for one in paid if not one.is_gift]
        is_first = min(paid, key=lambda one: (one.paid_at, one.id), default=None) == order
        if not is_first or order.state is not OrderState.DELIVERED or not order.price.covers(terms.least_price):
            return False
        lines = await tx.ledger.statement_lines(referral.invited, _LOOKED_THROUGH)
        # Money that went into gifts isn't what paid this order.
        return sum(line.units for line in lines if line.kind is EntryKind.CREDIT) >= order.price.units + gifts


def _shares(referral: Referral) -> tuple[tuple[TelegramId, int], ...]:
    shares = ((referral.inviter, referral.inviter_units), (referral.invited, referral.invited_units))
    return tuple(share for share in shares if share[1])
