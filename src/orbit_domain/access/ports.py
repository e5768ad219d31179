"""The panel as the domain sees it."""

from dataclasses import dataclass
from typing import Protocol

from orbit_domain.access.account import Account, AccountState, OwnedPage
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import NodeReading


@dataclass(eq=False)
class PanelError(Exception):
    """A panel didn't do what was requested. `reason` is for the owner, and holds no secret.

    What each kind means, and what `ProvisionKeys` makes of it:

    | kind             | what is known              | breaker   | what comes next                              |
    |------------------|----------------------------|-----------|----------------------------------------------|
    | PanelUnavailable | nothing happened           | a failure | the same later; new keys go elsewhere        |
    | OutcomeUnknown   | it may have happened       | a failure | the same later: `ensure` and `delete` look   |
    | PanelAuthFailed  | nothing happened           | a failure | the same later; the owner corrects the login |
    | PanelRejected    | the panel won't, and why   | a failure | the same later; a person looks               |
    | PlacementGone    | it can't serve there       | an answer | another place                                |
    | ForeignAccount   | the name is somebody's     | an answer | the next suffix; never that account          |

    Nothing is ever given up: *later* is `retry_after`. A rejection counts as a failure because a panel that rejects
    everybody must get no new keys; that of one account alone is repeated too seldom to matter.
    """

    panel_id: PanelId
    reason: str


class PanelUnavailable(PanelError):
    """The panel wasn't reached, or doesn't serve now. Nothing has changed there."""


class OutcomeUnknown(PanelError):
    """A change was sent, and no answer came that can be read: it may be done, half done, not done, or done later.

    Whoever asks again must look first, or ask for something absolute.
    """


class PanelAuthFailed(PanelError):
    """The panel refuses our login or token, or it has too few rights. `reason` names the next step."""


class PanelRejected(PanelError):
    """The panel understood and won't, until a person changes something. `reason` names the fields it complains of."""


class PlacementGone(PanelError):
    """The panel can't serve an account where it is wanted, as it doesn't know the place, or nothing leads there."""


class ForeignAccount(PanelError):
    """Another's account has this name, or one of another key. It is never taken over: ours needs the next suffix."""

    def __init__(self, panel_id: PanelId, username: str) -> None:
        super().__init__(panel_id, f"the account {username} isn't ours")


class VpnPanel(Protocol):
    """One installation of a VPN panel. Its contract: `orbit_testing.contracts.vpn_panel`."""

    panel_id: PanelId
    limits_devices: bool
    """Whether it can keep `Account.device_limit`. A panel that can't doesn't look at it."""

    async def ensure(self, account: Account) -> AccountState:
        """Make *account* exist exactly so, whatever was there before. Asking twice changes nothing more.

        An account of that name with our note is adopted, revived and brought to the asked values, keeping its
        subscription link, and its credential unless another one is asked for. What was used of its traffic stays used,
        unless `reset_traffic` asks for a new period. Who isn't enabled is cut off also when his place is gone.
        Raises PanelError.
        """

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        """The account *username* if it exists and is marked as ours for *key_id*. Raises PanelError."""

    async def delete(self, username: str, key_id: KeyId) -> None:
        """Make sure the account is gone. Absent or foreign: nothing happens. Raises PanelError."""

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        """A part of the accounts with our note, those of other shops on this panel included. Raises PanelError.

        Begin with *offset* 0 and continue with `next_offset`, which is always larger. An account that is there from
        the first part to the last is shown, once or twice, unless another one is removed meanwhile. So what isn't
        shown may exist all the same: ask `get`.
        """

    async def nodes(self) -> tuple[NodeReading, ...]:
        """The state of the panel's nodes. Raises PanelError."""


class Panels(Protocol):
    """The panels this process can reach."""

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        """The panel of that id, if it is configured here."""

    def all(self) -> tuple[VpnPanel, ...]:
        """Every configured panel."""
