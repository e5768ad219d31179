"""The contract of a panel's list of our accounts."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from orbit_domain.access.account import Account, AccountStatus, OwnedAccount, TrafficQuota
from orbit_domain.access.ports import VpnPanel
from orbit_domain.ids import KeyId
from orbit_testing.contracts.vpn_panel_hooks import KEY_ID, MONTH, NAME, TRAFFIC, VpnPanelHooks

PAGE = 2


class PanelListContract(VpnPanelHooks):
    """Everything with our note is listed, and nothing else."""

    async def test_an_account_is_listed_as_it_is(self, panel: VpnPanel) -> None:
        """The list shows key, name, end, limit and status, and so does `find`; once removed it isn't shown."""
        account = self.account()
        await panel.ensure(account)
        self.use_traffic(NAME, 7)
        (listed,) = await _all(panel)
        seen = listed.state
        assert (listed.key_id, seen.username, seen.status) == (KEY_ID, NAME, AccountStatus.ACTIVE)
        assert (seen.traffic, seen.used_traffic_bytes) == (TrafficQuota(TRAFFIC), 7)
        assert seen.expires_at is not None
        assert timedelta(0) <= seen.expires_at - account.expires_at < timedelta(seconds=1)
        found = await panel.get(NAME, KEY_ID)
        assert found is not None
        shown = found.links if self.lists_links else ()
        assert replace(found, subscription_url="", links=shown) == replace(seen, subscription_url="")
        await panel.delete(NAME, KEY_ID)
        assert await _all(panel) == []

    async def test_unlimited_and_disabled_accounts_are_listed(self, panel: VpnPanel) -> None:
        """No limit is zero bytes, and a disabled account is listed as that."""
        await panel.ensure(replace(self.account(), traffic=TrafficQuota()))
        self.disable(NAME)
        (listed,) = await _all(panel)
        assert (listed.state.traffic, listed.state.status) == (TrafficQuota(), AccountStatus.DISABLED)

    async def test_an_account_whose_time_is_over_is_listed(self, panel: VpnPanel) -> None:
        """An expired account stays on the panel and in the list."""
        await panel.ensure(self.account())
        self.pass_time(MONTH + timedelta(hours=1))
        (listed,) = await _all(panel)
        assert listed.state.status is AccountStatus.EXPIRED

    async def test_foreign_accounts_are_not_listed(self, panel: VpnPanel) -> None:
        """Accounts without our note don't appear, wherever they stand between ours."""
        for username in ("a_first", "orbit_1002", "z_last"):
            self.add_foreign(username)
        await panel.ensure(self.account())
        assert [one.state.username for one in await _all(panel)] == [NAME]

    @pytest.mark.parametrize("count", [0, 1, PAGE, PAGE + 1, 2 * PAGE])
    async def test_pages_together_are_the_whole_list(self, panel: VpnPanel, count: int) -> None:
        """However many there are, each account stands on one page, and the last page says so."""
        wanted = await self._fill(panel, count)
        assert {one.state.username: one.key_id for one in await _all(panel)} == wanted
        past = await panel.list_owned(count + PAGE, PAGE)
        assert (past.accounts, past.next_offset) == ((), None)

    async def test_an_account_made_meanwhile_hides_no_other(self, panel: VpnPanel) -> None:
        """When an account is added before the page that was read, the others are still shown."""
        wanted = await self._fill(panel, PAGE + 1)
        first = await panel.list_owned(0, PAGE)
        await panel.ensure(replace(self._numbered(9), username="orbit_0"))
        assert first.next_offset is not None
        rest = await _all(panel, first.next_offset)
        assert {one.state.username for one in (*first.accounts, *rest)} >= wanted.keys()

    async def _fill(self, panel: VpnPanel, count: int) -> dict[str, KeyId]:
        accounts = [self._numbered(number) for number in range(count)]
        for account in accounts:
            await panel.ensure(account)
        return {account.username: account.key_id for account in accounts}

    def _numbered(self, number: int) -> Account:
        key_id, credential = KeyId(UUID(int=0x0B30 + number)), UUID(int=0x0C30 + number)
        return replace(self.account(), key_id=key_id, credential=credential, username=f"orbit_300{number}")


async def _all(panel: VpnPanel, offset: int | None = 0) -> list[OwnedAccount]:
    """Every account from *offset* on, page by page."""
    listed: list[OwnedAccount] = []
    while offset is not None:
        page = await panel.list_owned(offset, PAGE)
        listed += page.accounts
        assert page.next_offset is None or page.next_offset > offset
        offset = page.next_offset
    return listed
