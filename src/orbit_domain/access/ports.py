"""The panel as the domain sees it."""

from dataclasses import dataclass
from typing import Protocol

from orbit_domain.access.account import Account, AccountState, OwnedPage
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import NodeReading


class PanelError(Exception):
    """A panel didn't do what was requested. Subclasses say what may be concluded."""


@dataclass(eq=False)
class PanelUnavailable(PanelError):
    """Nothing was done, or the outcome is unknown: try again later. `reason` holds no secret."""

    panel_id: PanelId
    reason: str


@dataclass(eq=False)
class PanelRefused(PanelError):
    """The panel understood and won't: trying the same again is useless until a person changes something."""

    panel_id: PanelId
    reason: str


class PlacementRefused(PanelRefused):
    """The panel can't serve an account at the wanted place: another place may do."""


@dataclass(eq=False)
class UsernameTaken(PanelError):
    """A foreign account has this name. Ours needs the next suffix."""

    panel_id: PanelId
    username: str


class VpnPanel(Protocol):
    """One installation of a VPN panel. Its contract: `orbit_testing.contracts.vpn_panel`."""

    panel_id: PanelId

    async def ensure(self, account: Account) -> AccountState:
        """Make *account* exist exactly so, whatever was there before. Asking twice changes nothing more.

        An account of that name with our note is adopted, revived and brought to the asked values,
        keeping its credential and subscription link. What was used of its traffic stays used, unless
        `reset_traffic` asks for a new period. Raises PanelError: PlacementRefused when the panel knows
        no such placement.
        """

    async def find(self, username: str, key_id: KeyId) -> AccountState | None:
        """The account *username* if it exists and is marked as ours for *key_id*. Raises PanelError."""

    async def remove(self, username: str, key_id: KeyId) -> None:
        """Make sure the account is gone. Absent or foreign: nothing happens. Raises PanelError."""

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        """A part of the accounts with our note, those of other shops on this panel included. Raises PanelError.

        Begin with *offset* 0 and continue with `next_offset`, which is always larger. An account that is there from
        the first part to the last is shown, once or twice, unless another one is removed meanwhile. So what isn't
        shown may exist all the same: ask `find`.
        """

    async def nodes(self) -> tuple[NodeReading, ...]:
        """The state of the panel's nodes. Raises PanelError."""


class Panels(Protocol):
    """The panels this process can reach."""

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        """The panel of that id, if it is configured here."""

    def all(self) -> tuple[VpnPanel, ...]:
        """Every configured panel."""
