"""What the contract of every VpnPanel needs: hooks to the panel's environment, and a sample account."""

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from orbit_domain.access.account import Account, AccountState, TrafficQuota
from orbit_domain.access.ports import OutcomeUnknown, PanelUnavailable, VpnPanel
from orbit_domain.ids import KeyId

KEY_ID = KeyId(UUID(int=0x0B17))
OTHER_KEY_ID = KeyId(UUID(int=0x0B18))
CREDENTIAL = UUID("0b17a1de-0000-4000-8000-000000000001")
NAME = "orbit_1001"
MONTH = timedelta(days=30)
TRAFFIC = 1_000_000


class CallFault(StrEnum):
    """How the next changing call fails, once."""

    NOTHING_DONE = "nothing was done, and no answer came"
    ANSWER_LOST = "the work was done, and its answer was lost"
    ANSWER_CUT = "the work was done, and its answer came cut in half"


class VpnPanelHooks(ABC):
    """What the tests of a panel change behind its back, and the account that they are about."""

    placements: tuple[tuple[str, ...], tuple[str, ...]]
    """Two placements that the panel knows."""

    lists_links = True
    """Whether the list of accounts shows their links. A panel may keep them for `find`."""

    shows_links_when_off = True
    """Whether a disabled account shows its links. A panel may show none, but never others."""

    reset_slack = timedelta(hours=2)
    """How much earlier than thirty days after the account was made the panel may give its traffic again."""

    # ---- hooks

    @abstractmethod
    def now(self) -> datetime:
        """The current time of the panel."""

    @abstractmethod
    def pass_time(self, by: timedelta) -> None:
        """Advance the panel's time, and run what the panel does meanwhile."""

    @abstractmethod
    def exhaust_traffic(self, username: str) -> None:
        """Use up the account's traffic, so that the panel limits it."""

    @abstractmethod
    def use_traffic(self, username: str, traffic_bytes: int) -> None:
        """Let the account use so much of its traffic."""

    @abstractmethod
    def disable(self, username: str) -> None:
        """Disable the account as an administrator does by hand."""

    @abstractmethod
    def drop_account(self, username: str) -> None:
        """Remove the account from the panel without a call of ours."""

    @abstractmethod
    def add_foreign(self, username: str) -> None:
        """Create an account of that name that isn't ours."""

    @abstractmethod
    def snapshot(self, username: str) -> object:
        """The panel's full record of an account, comparable; None when there is none."""

    @abstractmethod
    def usernames(self) -> set[str]:
        """The names of all accounts on the panel."""

    def device_limit(self, username: str) -> int | None:
        """The limit of devices that the panel keeps for an account; None: a panel that keeps none."""
        return None

    @abstractmethod
    def inject_fault(self, kind: CallFault) -> None:
        """Make the next changing call fail."""

    @abstractmethod
    async def subscription_links(self, subscription_url: str) -> tuple[str, ...]:
        """The links that a customer's app gets from the URL."""

    # ---- sample accounts

    @cached_property
    def ends_at(self) -> datetime:
        """When the first month of a test ends. The clock is read once: between two looks it may run."""
        return self.now() + MONTH

    def account(self) -> Account:
        """One month with a little traffic, in the first placement."""
        return Account(KEY_ID, NAME, CREDENTIAL, self.placements[0], self.ends_at, traffic=TrafficQuota(TRAFFIC))

    def renewed(self) -> Account:
        """The same account after the customer has paid for a month more."""
        account = self.account()
        return replace(account, expires_at=account.expires_at + MONTH, reset_traffic=True)

    async def ensure_with_retry(self, panel: VpnPanel, account: Account) -> AccountState:
        """Call `ensure` as the use case does: again after an unknown outcome."""
        with suppress(PanelUnavailable, OutcomeUnknown):
            return await panel.ensure(account)
        return await panel.ensure(account)
