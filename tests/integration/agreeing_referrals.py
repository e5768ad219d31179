"""The steps of invitations in every storage."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.referral.referral import Referral, ReferralState
from orbit_domain.storage import Transaction
from orbit_testing import samples
from tests.integration.agreeing_storages import AgreeingStorages, failures, numbers, people


class AgreeingReferrals(AgreeingStorages):
    """Codes are made, rewards are owed and settled."""

    @rule(tg_id=people, code=st.sampled_from(["0a", "0b", "0\0b"]), fails=failures)
    def add_code(self, tg_id: TelegramId, code: str, fails: bool) -> None:
        self.all(lambda tx: tx.referrals.add_code(tg_id, code), fails=fails)

    @rule(invited=people, inviter=people, number=numbers, state=st.sampled_from(ReferralState), fails=failures)
    def reward(self, invited: TelegramId, inviter: TelegramId, number: int, state: ReferralState, fails: bool) -> None:
        owed = Referral(invited, inviter, OrderId(samples.identity(number)), samples.NOW)

        async def step(tx: Transaction) -> bool:
            is_new = await tx.referrals.owe(owed)
            if not is_new:
                await tx.referrals.save(Referral(invited, inviter, owed.order_id, owed.at, state, number, 1))
            return is_new

        self.all(step, fails=fails)
