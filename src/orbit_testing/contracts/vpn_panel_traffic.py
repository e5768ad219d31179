"""The contract of a limit of traffic: what is counted, when it is forgotten, and that nothing gives it twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.access.account import AccountStatus, TrafficQuota
from orbit_domain.access.ports import VpnPanel
from orbit_testing.contracts.vpn_panel_hooks import KEY_ID, MONTH, NAME, TRAFFIC, CallFault, VpnPanelHooks


class PanelTrafficContract(VpnPanelHooks):
    """A limit is given once in thirty days and once with each paid period."""

    async def test_unlimited_traffic(self, panel: VpnPanel) -> None:
        """Zero bytes mean no limit, and removing the limit reactivates a limited account."""
        await panel.ensure(self.account())
        self.exhaust_traffic(NAME)
        seen = await panel.ensure(replace(self.account(), traffic=TrafficQuota()))
        assert seen.status == AccountStatus.ACTIVE
        self.pass_time(timedelta(minutes=1))
        still = await panel.get(NAME, KEY_ID)
        assert still is not None
        assert still.status == AccountStatus.ACTIVE

    async def test_used_up_traffic_is_not_given_again(self, panel: VpnPanel) -> None:
        """Neither another `ensure` of a limited account nor another end resets its traffic: only a paid period does."""
        account = self.account()
        await panel.ensure(account)
        self.exhaust_traffic(NAME)
        for again in (account, replace(self.renewed(), reset_traffic=False), account):
            seen = await panel.ensure(again)
            assert (seen.status, seen.used_traffic_bytes >= TRAFFIC) == (AccountStatus.LIMITED, True)

    async def test_a_paid_period_begins_with_unused_traffic(self, panel: VpnPanel) -> None:
        """A renewal before the traffic is used up gives the whole of it, and what is used after it stays used."""
        await panel.ensure(self.account())
        self.use_traffic(NAME, TRAFFIC // 2)
        renewed = await panel.ensure(self.renewed())
        assert (renewed.status, renewed.used_traffic_bytes) == (AccountStatus.ACTIVE, 0)
        self.use_traffic(NAME, 7)
        seen = await panel.ensure(replace(self.renewed(), reset_traffic=False))
        assert seen.used_traffic_bytes == 7

    @pytest.mark.parametrize("kind", CallFault)
    async def test_unknown_outcome_of_resetting(self, panel: VpnPanel, kind: CallFault) -> None:
        """After any failure of a renewal, a second `ensure` leaves the new end and no used traffic."""
        await panel.ensure(self.account())
        self.exhaust_traffic(NAME)
        self.inject_fault(kind)
        longer = self.renewed()
        seen = await self.ensure_with_retry(panel, longer)
        assert (seen.status, seen.used_traffic_bytes) == (AccountStatus.ACTIVE, 0)
        assert seen.expires_at is not None
        assert timedelta(0) <= seen.expires_at - longer.expires_at < timedelta(seconds=1)

    async def test_traffic_is_given_again_each_month(self, panel: VpnPanel) -> None:
        """A limit is per thirty days: an account of a longer term gets it again without a call of ours, and once."""
        await panel.ensure(replace(self.account(), expires_at=self.ends_at + 2 * MONTH))
        self.exhaust_traffic(NAME)
        self.pass_time(MONTH - self.reset_slack)
        before = await panel.get(NAME, KEY_ID)
        self.pass_time(self.reset_slack + timedelta(hours=1))
        after = await panel.get(NAME, KEY_ID)
        assert before is not None
        assert after is not None
        assert (before.status, after.status, after.used_traffic_bytes) == (
            AccountStatus.LIMITED,
            AccountStatus.ACTIVE,
            0,
        )
        self.exhaust_traffic(NAME)
        self.pass_time(timedelta(days=1))
        again = await panel.get(NAME, KEY_ID)
        assert again is not None
        assert again.status == AccountStatus.LIMITED

    async def test_a_limit_that_follows_none_counts_from_zero(self, panel: VpnPanel) -> None:
        """Who changes from an unlimited plan to a limited one has the whole limit, whatever was used before."""
        await panel.ensure(replace(self.account(), traffic=TrafficQuota()))
        self.use_traffic(NAME, 5 * TRAFFIC)
        seen = await panel.ensure(self.renewed())
        assert (seen.status, seen.used_traffic_bytes) == (AccountStatus.ACTIVE, 0)
