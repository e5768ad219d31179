"""The contract of every VpnPanel.

Subclass `VpnPanelContract`; add a `panel` fixture and the hooks that change the panel's environment.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from orbit_domain.access.account import AccountStatus
from orbit_domain.access.ports import ForeignAccount, OutcomeUnknown, PanelUnavailable, PlacementGone, VpnPanel
from orbit_testing.contracts.vpn_panel_hooks import (
    CREDENTIAL,
    KEY_ID,
    MONTH,
    NAME,
    OTHER_KEY_ID,
    CallFault,
)
from orbit_testing.contracts.vpn_panel_list import PanelListContract
from orbit_testing.contracts.vpn_panel_traffic import PanelTrafficContract


class VpnPanelContract(PanelTrafficContract, PanelListContract):
    """Desired state in, observed state out. Calls may repeat, race or fail; foreign accounts are never touched."""

    # ---- creating and extending

    async def test_new_account_is_active_and_usable(self, panel: VpnPanel) -> None:
        """A new account is active, has the wanted end, and its subscription URL returns its links."""
        account = self.account()
        seen = await panel.ensure(account)
        assert (seen.username, seen.status, seen.used_traffic_bytes) == (NAME, AccountStatus.ACTIVE, 0)
        assert seen.expires_at is not None
        assert timedelta(0) <= seen.expires_at - account.expires_at < timedelta(seconds=1)
        assert seen.links
        assert all(str(CREDENTIAL) in link for link in seen.links)
        assert seen.credential in (None, str(CREDENTIAL))
        assert await self.subscription_links(seen.subscription_url) == seen.links

    async def test_ensuring_twice_is_one_account(self, panel: VpnPanel) -> None:
        """A second `ensure` with the same account changes nothing."""
        first = await panel.ensure(self.account())
        before = self.snapshot(NAME)
        second = await panel.ensure(self.account())
        assert (first.is_new, second.is_new) == (True, False)
        assert (second.links, second.expires_at, second.status) == (first.links, first.expires_at, first.status)
        assert self.snapshot(NAME) == before
        assert self.usernames() == {NAME}

    async def test_concurrent_ensures_make_one_account(self, panel: VpnPanel) -> None:
        """Sixteen concurrent workers create one account and get the same links."""
        seen = await asyncio.gather(*(panel.ensure(self.account()) for _ in range(16)))
        assert len({one.links for one in seen}) == 1
        assert self.usernames() == {NAME}

    async def test_found_only_under_our_mark(self, panel: VpnPanel) -> None:
        """An account is found only with the id of its key."""
        made = await panel.ensure(self.account())
        found = await panel.get(NAME, KEY_ID)
        assert found is not None
        assert (found.links, found.expires_at) == (made.links, made.expires_at)
        assert await panel.get(NAME, OTHER_KEY_ID) is None
        assert await panel.get("orbit_nobody", KEY_ID) is None

    async def test_extension_keeps_links(self, panel: VpnPanel) -> None:
        """A renewal moves the end, and the customer's earlier links keep working."""
        made = await panel.ensure(self.account())
        self.pass_time(timedelta(days=3))
        longer = self.renewed()
        seen = await panel.ensure(longer)
        assert seen.expires_at is not None
        assert seen.expires_at >= longer.expires_at
        assert seen.links == made.links
        assert await self.subscription_links(made.subscription_url) == made.links

    async def test_shorter_term_is_taken_as_well(self, panel: VpnPanel) -> None:
        """Values are absolute: a refund makes the end earlier."""
        await panel.ensure(self.renewed())
        sooner = self.account()
        seen = await panel.ensure(sooner)
        assert seen.expires_at is not None
        assert seen.expires_at - sooner.expires_at < timedelta(seconds=1)

    async def test_a_device_limit_is_kept_by_a_panel_that_can(self, panel: VpnPanel) -> None:
        """It is set with a new account and changed with one that exists; who says nothing of it leaves it as it is."""
        for asked, kept in ((3, 3), (2, 2), (None, 2)):
            await panel.ensure(replace(self.account(), device_limit=asked))
            assert self.device_limit(NAME) == (kept if panel.limits_devices else None)

    # ---- reviving

    @pytest.mark.parametrize("stopped", ["expired", "limited", "disabled"])
    async def test_renewal_revives(self, panel: VpnPanel, stopped: str) -> None:
        """A renewal reactivates an expired, limited or disabled account under the same links."""
        made = await panel.ensure(self.account())
        {
            "expired": lambda: self.pass_time(MONTH + timedelta(hours=1)),
            "limited": lambda: self.exhaust_traffic(NAME),
            "disabled": lambda: self.disable(NAME),
        }[stopped]()
        found = await panel.get(NAME, KEY_ID)
        assert found is not None
        assert found.status == stopped
        assert (await panel.ensure(self.renewed())).status == AccountStatus.ACTIVE
        self.pass_time(timedelta(minutes=1))
        later = await panel.get(NAME, KEY_ID)
        assert later is not None
        assert (later.status, later.links) == (AccountStatus.ACTIVE, made.links)
        assert await self.subscription_links(made.subscription_url) == made.links

    async def test_disabled_behind_our_back_is_enabled_again(self, panel: VpnPanel) -> None:
        """The same `ensure` as before enables an account that was disabled by hand."""
        account = self.account()
        await panel.ensure(account)
        self.disable(NAME)
        assert (await panel.ensure(account)).status == AccountStatus.ACTIVE

    async def test_switching_off_and_on(self, panel: VpnPanel) -> None:
        """A disabled account exists but is disabled, also a new one, and can be enabled again."""
        account = self.account()
        assert (await panel.ensure(replace(account, enabled=False))).status == AccountStatus.DISABLED
        on = await panel.ensure(account)
        off = await panel.ensure(replace(account, enabled=False))
        assert (on.status, off.status) == (AccountStatus.ACTIVE, AccountStatus.DISABLED)
        assert off.links == (on.links if self.shows_links_when_off else ())

    async def test_cut_off_also_when_its_place_is_gone(self, panel: VpnPanel) -> None:
        """Access is taken back at a place that the panel doesn't know any more, and given back only at one it knows."""
        await panel.ensure(self.account())
        gone = replace(self.account(), groups=("no such place",))
        for nowhere in (gone, replace(gone, groups=())):
            assert (await panel.ensure(replace(nowhere, enabled=False))).status == AccountStatus.DISABLED
            with pytest.raises(PlacementGone):
                await panel.ensure(nowhere)
            found = await panel.get(NAME, KEY_ID)
            assert found is not None
            assert found.status == AccountStatus.DISABLED
        assert (await panel.ensure(self.account())).status == AccountStatus.ACTIVE

    # ---- lost, moved and removed accounts

    async def test_lost_account_returns_under_the_same_links(self, panel: VpnPanel) -> None:
        """An account that the panel lost is created again with the same credential, so old links work."""
        made = await panel.ensure(self.account())
        self.drop_account(NAME)
        assert await panel.get(NAME, KEY_ID) is None
        again = await panel.ensure(self.account())
        assert (again.status, again.links) == (AccountStatus.ACTIVE, made.links)
        assert again.is_new
        assert await self.subscription_links(again.subscription_url) == again.links

    async def test_moving_changes_the_place_and_nothing_else(self, panel: VpnPanel) -> None:
        """Another placement gives other links with the same credential; moving back gives the first links."""
        here = await panel.ensure(self.account())
        there = await panel.ensure(replace(self.account(), groups=self.placements[1]))
        assert set(there.links).isdisjoint(here.links)
        assert all(str(CREDENTIAL) in link for link in there.links)
        assert await self.subscription_links(here.subscription_url) == there.links
        assert (await panel.ensure(self.account())).links == here.links

    async def test_new_credential_replaces_the_old_one(self, panel: VpnPanel) -> None:
        """After a new credential, the links hold it and no longer the old one."""
        await panel.ensure(self.account())
        fresh = UUID("0b17a1de-0000-4000-8000-000000000002")
        seen = await panel.ensure(replace(self.account(), credential=fresh))
        assert all(str(fresh) in link and str(CREDENTIAL) not in link for link in seen.links)

    async def test_unknown_placement_is_refused(self, panel: VpnPanel) -> None:
        """An unknown placement is refused; it creates no account and changes none."""
        nowhere = replace(self.account(), groups=("no such place",))
        with pytest.raises(PlacementGone):
            await panel.ensure(nowhere)
        assert self.usernames() == set()
        made = await panel.ensure(self.account())
        with pytest.raises(PlacementGone):
            await panel.ensure(nowhere)
        with pytest.raises(PlacementGone):
            await panel.ensure(replace(nowhere, groups=()))
        found = await panel.get(NAME, KEY_ID)
        assert found is not None
        assert found.links == made.links

    async def test_removing_is_idempotent(self, panel: VpnPanel) -> None:
        """A removed account is gone with its subscription. Removing an absent account is no error."""
        made = await panel.ensure(self.account())
        await panel.delete(NAME, KEY_ID)
        await panel.delete(NAME, KEY_ID)
        await panel.delete("orbit_nobody", KEY_ID)
        assert await panel.get(NAME, KEY_ID) is None
        assert self.usernames() == set()
        assert await self.subscription_links(made.subscription_url) == ()

    # ---- foreign accounts

    async def test_foreign_account_stays_unchanged(self, panel: VpnPanel) -> None:
        """A foreign account of the name raises ForeignAccount, isn't found as ours, and stays unchanged."""
        self.add_foreign(NAME)
        before = self.snapshot(NAME)
        with pytest.raises(ForeignAccount):
            await panel.ensure(self.account())
        assert await panel.get(NAME, KEY_ID) is None
        await panel.delete(NAME, KEY_ID)
        assert self.snapshot(NAME) == before

    async def test_account_of_another_key_stays_unchanged(self, panel: VpnPanel) -> None:
        """The account of another key of ours is neither adopted nor removed."""
        await panel.ensure(self.account())
        before = self.snapshot(NAME)
        with pytest.raises(ForeignAccount):
            await panel.ensure(replace(self.renewed(), key_id=OTHER_KEY_ID))
        await panel.delete(NAME, OTHER_KEY_ID)
        assert self.snapshot(NAME) == before

    # ---- unknown outcomes

    @pytest.mark.parametrize("kind", CallFault)
    async def test_unknown_outcome_of_making(self, panel: VpnPanel, kind: CallFault) -> None:
        """After any failure of a creation, a second `ensure` leaves one account as wanted."""
        await panel.get(NAME, KEY_ID)
        self.inject_fault(kind)
        seen = await self.ensure_with_retry(panel, self.account())
        assert (seen.status, bool(seen.links)) == (AccountStatus.ACTIVE, True)
        assert self.usernames() == {NAME}

    @pytest.mark.parametrize("kind", CallFault)
    async def test_unknown_outcome_of_extending(self, panel: VpnPanel, kind: CallFault) -> None:
        """After any failure of a renewal, a second `ensure` applies the new term once."""
        made = await panel.ensure(self.account())
        self.inject_fault(kind)
        longer = self.renewed()
        seen = await self.ensure_with_retry(panel, longer)
        assert seen.expires_at is not None
        assert timedelta(0) <= seen.expires_at - longer.expires_at < timedelta(seconds=1)
        assert seen.links == made.links

    @pytest.mark.parametrize("kind", CallFault)
    async def test_unknown_outcome_of_removing(self, panel: VpnPanel, kind: CallFault) -> None:
        """After any failure of a removal, a second `remove` leaves no account."""
        await panel.ensure(self.account())
        self.inject_fault(kind)
        with suppress(PanelUnavailable, OutcomeUnknown):
            await panel.delete(NAME, KEY_ID)
        await panel.delete(NAME, KEY_ID)
        assert self.usernames() == set()

    @pytest.mark.parametrize("kind", CallFault)
    async def test_unavailable_means_that_nothing_happened(self, panel: VpnPanel, kind: CallFault) -> None:
        """A call that fails as unavailable has changed nothing; one that perhaps did says that it is unknown."""
        for call in (panel.ensure(self.account()), panel.ensure(self.renewed()), panel.delete(NAME, KEY_ID)):
            self.inject_fault(kind)
            before = self.snapshot(NAME)
            try:
                await call
            except PanelUnavailable:
                assert self.snapshot(NAME) == before
            except OutcomeUnknown:
                await self.ensure_with_retry(panel, self.account())

    async def test_nodes_can_be_placed_on(self, panel: VpnPanel) -> None:
        """Every listed node has a placement that an account can be created with."""
        nodes = await panel.nodes()
        assert nodes
        for node in nodes:
            seen = await panel.ensure(replace(self.account(), groups=node.groups))
            assert seen.links
