"""What invitations and their rewards promise."""

from dataclasses import replace

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.referral.referral import Referral, ReferralFigures, ReferralState
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, UNKNOWN_USER

CARL = TelegramId(1003)


class ReferralContract:
    """A user has one code for ever, and an invited user one reward."""

    conflict: type[Exception]

    async def test_a_code_is_one_user_s_for_ever(self, storage: Storage) -> None:
        """The first code stays, and a code that somebody has is nobody else's."""
        await _fill(storage)
        async with storage.transaction() as tx:
            assert await tx.referrals.code_of(ALICE) is None
            assert await tx.referrals.add_code(ALICE, "0aaa")
            assert not await tx.referrals.add_code(ALICE, "0bbb")
            assert not await tx.referrals.add_code(BORIS, "0aaa")
        async with storage.transaction() as tx:
            assert await tx.referrals.code_of(ALICE) == "0aaa"
            assert (await tx.referrals.inviter_by("0aaa"), await tx.referrals.inviter_by("0bbb")) == (ALICE, None)

    async def test_an_invited_user_has_one_reward(self, storage: Storage) -> None:
        """The first one is recorded, a second one of another order isn't."""
        await _fill(storage)
        reward = samples.referral()
        async with storage.transaction() as tx:
            assert await tx.referrals.owe(reward)
            assert not await tx.referrals.owe(replace(reward, order_id=samples.order(2, BORIS).id))
        async with storage.transaction() as tx:
            assert await tx.referrals.lock(BORIS) == reward
            assert await tx.referrals.lock(ALICE) is None

    async def test_what_is_due_is_listed_oldest_first(self, storage: Storage) -> None:
        """What is to be paid and what is to go back; what is done isn't listed, and only the outcome is changed."""
        await _fill(storage)
        later = samples.referral(at=samples.NOW + HOUR)
        earlier = samples.referral(invited=CARL, order_id=samples.order(3, CARL).id)
        async with storage.transaction() as tx:
            for one in (later, earlier):
                await tx.referrals.owe(one)
            assert await tx.referrals.due(None, 10) == (earlier, later)
            assert await tx.referrals.due(None, 1) == (earlier,)
            assert await tx.referrals.due(earlier, 10) == (later,)
            paid = replace(earlier, state=ReferralState.PAID, inviter_units=50, invited_units=30)
            await tx.referrals.save(replace(paid, inviter=BORIS, at=samples.NOW + HOUR))
            assert await tx.referrals.due(None, 10) == (later,)
            assert await tx.referrals.lock(CARL) == paid
            await tx.referrals.save(paid.take_back())
            assert [one.invited for one in await tx.referrals.due(None, 10)] == [CARL, BORIS]

    async def test_figures_count_who_came_and_what_stays_earned(self, storage: Storage) -> None:
        """Whoever came counts at once; a reward counts while it is paid, and no more once it went back."""
        await _fill(storage)
        async with storage.transaction() as tx:
            assert await tx.referrals.figures(ALICE) == ReferralFigures(2, 0, 0)
            for one in (samples.referral(), samples.referral(invited=CARL, order_id=samples.order(3, CARL).id)):
                await tx.referrals.owe(one)
                await tx.referrals.save(replace(one, state=ReferralState.PAID, inviter_units=50))
            assert await tx.referrals.figures(ALICE) == ReferralFigures(2, 2, 100)
            await tx.referrals.save(samples.referral(state=ReferralState.RETURNED, inviter_units=50))
            assert await tx.referrals.figures(ALICE) == ReferralFigures(2, 1, 50)
            assert await tx.referrals.figures(BORIS) == ReferralFigures(0, 0, 0)

    @pytest.mark.parametrize("changes", [{"inviter": UNKNOWN_USER}, {"order_id": samples.order(9).id}])
    async def test_a_reward_needs_its_people_and_its_order(self, storage: Storage, changes: dict[str, object]) -> None:
        """One of an unknown user or order is refused."""
        await _fill(storage)
        wrong: Referral = samples.referral(**changes)
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.referrals.owe(wrong)


async def _fill(storage: Storage) -> None:
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(ALICE))
        for number, tg_id in ((2, BORIS), (3, CARL)):
            await tx.users.add_if_absent(samples.new_user(tg_id, referrer_id=ALICE))
            await tx.orders.add_if_absent(samples.order(number, tg_id))
