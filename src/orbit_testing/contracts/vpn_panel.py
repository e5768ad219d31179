"""What every VpnPanel promises.

Subclass `VpnPanelContract`, give it a `panel` fixture and the hooks by which the world behind the panel is moved.
"""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import pytest

from orbit_domain.access.account import Account, AccountState, AccountStatus
from orbit_domain.access.ports import PanelRefused, PanelUnavailable, UsernameTaken, VpnPanel
from orbit_domain.ids import KeyId

OURS = KeyId(UUID(int=0x0B17))
ANOTHER = KeyId(UUID(int=0x0B18))
CREDENTIAL = UUID("0b17a1de-0000-4000-8000-000000000001")
NAME = "orbit_1001"
MONTH = timedelta(days=30)
TRAFFIC = 1_000_000


class Break(StrEnum):
    """How the next changing call goes wrong, once."""

    NOTHING_DONE = "nothing was done, and no answer came"
    ANSWER_LOST = "the work was done, and its answer was lost"
    ANSWER_CUT = "the work was done, and its answer came cut in half"


class VpnPanelContract(ABC):
    """Desired state in, observed state out; anything may repeat, race or fail, and nothing of others is touched."""

    placements: tuple[tuple[str, ...], tuple[str, ...]]
    """Two places that the panel knows."""

    # ---- hooks

    @abstractmethod
    def now(self) -> datetime:
        """The present moment of the panel's world."""

    @abstractmethod
    def pass_time(self, by: timedelta) -> None:
        """Let that much time go by, and what the panel does by itself meanwhile."""

    @abstractmethod
    def limit_out(self, username: str) -> None:
        """Let the account use up all the traffic it has, so that the panel limits it."""

    @abstractmethod
    def disable(self, username: str) -> None:
        """Let a person switch the account off behind our back."""

    @abstractmethod
    def lose(self, username: str) -> None:
        """Let the panel forget the account."""

    @abstractmethod
    def add_foreign(self, username: str) -> None:
        """Let somebody else have an account of that name."""

    @abstractmethod
    def portrait(self, username: str) -> object:
        """All the panel holds of an account, comparable; None when there is none."""

    @abstractmethod
    def usernames(self) -> set[str]:
        """The names of all accounts on the panel."""

    @abstractmethod
    def break_once(self, kind: Break) -> None:
        """Let the next changing call go wrong."""

    @abstractmethod
    async def opened(self, subscription_url: str) -> tuple[str, ...]:
        """The links that a customer's app finds behind the URL."""

    # ---- words of the tests

    def account(self) -> Account:
        """A month with a little traffic, in the first place."""
        return Account(OURS, NAME, CREDENTIAL, self.placements[0], self.now() + MONTH, traffic_bytes=TRAFFIC)

    def renewed(self) -> Account:
        """The same account for a month more."""
        account = self.account()
        return replace(account, expires_at=account.expires_at + MONTH)

    async def until_done(self, panel: VpnPanel, account: Account) -> AccountState:
        """Ensure as the caller does: once more when nobody knows what became of the first time."""
        with suppress(PanelUnavailable):
            return await panel.ensure(account)
        return await panel.ensure(account)

    # ---- making and keeping

    async def test_new_account_is_active_and_usable(self, panel: VpnPanel) -> None:
        """A new account is active, ends when asked, and has links and a subscription that opens to them."""
        account = self.account()
        seen = await panel.ensure(account)
        assert (seen.username, seen.status, seen.used_traffic_bytes) == (NAME, AccountStatus.ACTIVE, 0)
        assert seen.expires_at is not None
        assert timedelta(0) <= seen.expires_at - account.expires_at < timedelta(seconds=1)
        assert seen.links
        assert all(str(CREDENTIAL) in link for link in seen.links)
        assert await self.opened(seen.subscription_url) == seen.links

    async def test_ensuring_twice_is_one_account(self, panel: VpnPanel) -> None:
        """Asking for the same again finds it as it is and changes nothing."""
        first = await panel.ensure(self.account())
        before = self.portrait(NAME)
        second = await panel.ensure(self.account())
        assert (second.links, second.expires_at, second.status) == (first.links, first.expires_at, first.status)
        assert self.portrait(NAME) == before
        assert self.usernames() == {NAME}

    async def test_concurrent_ensures_make_one_account(self, panel: VpnPanel) -> None:
        """Sixteen workers with the same wish make one account and all see the same links."""
        seen = await asyncio.gather(*(panel.ensure(self.account()) for _ in range(16)))
        assert len({one.links for one in seen}) == 1
        assert self.usernames() == {NAME}

    async def test_found_only_under_our_mark(self, panel: VpnPanel) -> None:
        """An account is found by the key it was made for, and by no other."""
        made = await panel.ensure(self.account())
        found = await panel.find(NAME, OURS)
        assert found is not None
        assert (found.links, found.expires_at) == (made.links, made.expires_at)
        assert await panel.find(NAME, ANOTHER) is None
        assert await panel.find("orbit_nobody", OURS) is None

    async def test_extension_keeps_links(self, panel: VpnPanel) -> None:
        """A renewal moves the end, and what the customer was given before keeps working."""
        made = await panel.ensure(self.account())
        self.pass_time(timedelta(days=3))
        longer = self.renewed()
        seen = await panel.ensure(longer)
        assert seen.expires_at is not None
        assert seen.expires_at >= longer.expires_at
        assert seen.links == made.links
        assert await self.opened(made.subscription_url) == made.links

    async def test_shorter_term_is_taken_as_well(self, panel: VpnPanel) -> None:
        """Values are absolute: a refund brings the end forward."""
        await panel.ensure(self.renewed())
        sooner = self.account()
        seen = await panel.ensure(sooner)
        assert seen.expires_at is not None
        assert seen.expires_at - sooner.expires_at < timedelta(seconds=1)

    async def test_unlimited_traffic(self, panel: VpnPanel) -> None:
        """Zero bytes asked for is no limit, and lifting a limit revives the account that it stopped."""
        await panel.ensure(self.account())
        self.limit_out(NAME)
        seen = await panel.ensure(replace(self.account(), traffic_bytes=0))
        assert seen.status == AccountStatus.ACTIVE
        self.pass_time(timedelta(minutes=1))
        still = await panel.find(NAME, OURS)
        assert still is not None
        assert still.status == AccountStatus.ACTIVE

    # ---- reviving

    @pytest.mark.parametrize("stopped", ["expired", "limited", "disabled"])
    async def test_renewal_revives(self, panel: VpnPanel, stopped: str) -> None:
        """Whatever stopped an account, a renewal sets it going again for good, under the same links."""
        made = await panel.ensure(self.account())
        {
            "expired": lambda: self.pass_time(MONTH + timedelta(hours=1)),
            "limited": lambda: self.limit_out(NAME),
            "disabled": lambda: self.disable(NAME),
        }[stopped]()
        found = await panel.find(NAME, OURS)
        assert found is not None
        assert found.status == stopped
        assert (await panel.ensure(self.renewed())).status == AccountStatus.ACTIVE
        self.pass_time(timedelta(minutes=1))
        later = await panel.find(NAME, OURS)
        assert later is not None
        assert (later.status, later.links) == (AccountStatus.ACTIVE, made.links)
        assert await self.opened(made.subscription_url) == made.links

    async def test_disabled_behind_our_back_is_enabled_again(self, panel: VpnPanel) -> None:
        """An account that was switched off by hand is switched on by the same wish as before."""
        account = self.account()
        await panel.ensure(account)
        self.disable(NAME)
        assert (await panel.ensure(account)).status == AccountStatus.ACTIVE

    async def test_used_up_traffic_is_not_given_again(self, panel: VpnPanel) -> None:
        """Looking after a limited account doesn't hand out its traffic a second time: only new terms do."""
        account = self.account()
        await panel.ensure(account)
        self.limit_out(NAME)
        seen = await panel.ensure(account)
        assert (seen.status, seen.used_traffic_bytes >= TRAFFIC) == (AccountStatus.LIMITED, True)

    async def test_switching_off_and_on(self, panel: VpnPanel) -> None:
        """An account that isn't wanted on is kept but disabled, even if made for that, and comes back."""
        account = self.account()
        assert (await panel.ensure(replace(account, enabled=False))).status == AccountStatus.DISABLED
        on = await panel.ensure(account)
        off = await panel.ensure(replace(account, enabled=False))
        assert (on.status, off.status) == (AccountStatus.ACTIVE, AccountStatus.DISABLED)
        assert on.links == off.links

    # ---- losing, moving, removing

    async def test_lost_account_returns_under_the_same_links(self, panel: VpnPanel) -> None:
        """An account that the panel forgot is made again with the same credential, so old links work."""
        made = await panel.ensure(self.account())
        self.lose(NAME)
        assert await panel.find(NAME, OURS) is None
        again = await panel.ensure(self.account())
        assert (again.status, again.links) == (AccountStatus.ACTIVE, made.links)

    async def test_moving_changes_the_place_and_nothing_else(self, panel: VpnPanel) -> None:
        """Another placement gives other links with the same credential; moving back gives the first ones."""
        here = await panel.ensure(self.account())
        there = await panel.ensure(replace(self.account(), placement=self.placements[1]))
        assert set(there.links).isdisjoint(here.links)
        assert all(str(CREDENTIAL) in link for link in there.links)
        assert await self.opened(here.subscription_url) == there.links
        assert (await panel.ensure(self.account())).links == here.links

    async def test_new_credential_replaces_the_old_one(self, panel: VpnPanel) -> None:
        """A key given a new secret is served under that and no longer under the old one."""
        await panel.ensure(self.account())
        fresh = UUID("0b17a1de-0000-4000-8000-000000000002")
        seen = await panel.ensure(replace(self.account(), credential=fresh))
        assert all(str(fresh) in link and str(CREDENTIAL) not in link for link in seen.links)

    async def test_unknown_placement_is_refused(self, panel: VpnPanel) -> None:
        """A place that the panel doesn't have is refused, and neither makes an account nor spoils one."""
        nowhere = replace(self.account(), placement=("no such place",))
        with pytest.raises(PanelRefused):
            await panel.ensure(nowhere)
        assert self.usernames() == set()
        made = await panel.ensure(self.account())
        with pytest.raises(PanelRefused):
            await panel.ensure(nowhere)
        with pytest.raises(PanelRefused):
            await panel.ensure(replace(nowhere, placement=()))
        found = await panel.find(NAME, OURS)
        assert found is not None
        assert found.links == made.links

    async def test_removing_is_idempotent(self, panel: VpnPanel) -> None:
        """A removed account is gone with its subscription; removing again, or what never was, is no error."""
        made = await panel.ensure(self.account())
        await panel.remove(NAME, OURS)
        await panel.remove(NAME, OURS)
        await panel.remove("orbit_nobody", OURS)
        assert await panel.find(NAME, OURS) is None
        assert self.usernames() == set()
        assert await self.opened(made.subscription_url) == ()

    # ---- other people's

    async def test_foreign_account_is_left_alone(self, panel: VpnPanel) -> None:
        """Somebody else's account of the name is reported as taken, isn't found as ours, and isn't touched."""
        self.add_foreign(NAME)
        before = self.portrait(NAME)
        with pytest.raises(UsernameTaken):
            await panel.ensure(self.account())
        assert await panel.find(NAME, OURS) is None
        await panel.remove(NAME, OURS)
        assert self.portrait(NAME) == before

    async def test_account_of_another_key_is_left_alone(self, panel: VpnPanel) -> None:
        """Being ours isn't enough: the account of another key of ours is neither adopted nor removed."""
        await panel.ensure(self.account())
        before = self.portrait(NAME)
        with pytest.raises(UsernameTaken):
            await panel.ensure(replace(self.renewed(), key_id=ANOTHER))
        await panel.remove(NAME, ANOTHER)
        assert self.portrait(NAME) == before

    # ---- unknown outcomes

    @pytest.mark.parametrize("kind", Break)
    async def test_unknown_outcome_of_making(self, panel: VpnPanel, kind: Break) -> None:
        """However the making went wrong, asking again ends with one account as asked for."""
        await panel.find(NAME, OURS)
        self.break_once(kind)
        seen = await self.until_done(panel, self.account())
        assert (seen.status, bool(seen.links)) == (AccountStatus.ACTIVE, True)
        assert self.usernames() == {NAME}

    @pytest.mark.parametrize("kind", Break)
    async def test_unknown_outcome_of_extending(self, panel: VpnPanel, kind: Break) -> None:
        """However the renewal went wrong, asking again ends with the new term, once."""
        made = await panel.ensure(self.account())
        self.break_once(kind)
        longer = self.renewed()
        seen = await self.until_done(panel, longer)
        assert seen.expires_at is not None
        assert timedelta(0) <= seen.expires_at - longer.expires_at < timedelta(seconds=1)
        assert seen.links == made.links

    @pytest.mark.parametrize("kind", Break)
    async def test_unknown_outcome_of_removing(self, panel: VpnPanel, kind: Break) -> None:
        """However the removal went wrong, asking again ends with nothing there."""
        await panel.ensure(self.account())
        self.break_once(kind)
        with suppress(PanelUnavailable):
            await panel.remove(NAME, OURS)
        await panel.remove(NAME, OURS)
        assert self.usernames() == set()

    async def test_nodes_can_be_placed_on(self, panel: VpnPanel) -> None:
        """Every node that is offered names a placement that an account can be made with."""
        nodes = await panel.nodes()
        assert nodes
        for node in nodes:
            seen = await panel.ensure(replace(self.account(), placement=node.placement))
            assert seen.links
