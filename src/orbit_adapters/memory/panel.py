"""Panels that live in memory, held to the same contract as the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orbit_domain.access.account import Account, AccountState, AccountStatus
from orbit_domain.access.ports import PanelRefused, PanelUnavailable, UsernameTaken, VpnPanel
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import NodeReading


@dataclass(frozen=True, slots=True)
class Stored:
    """An account as the panel keeps it. `wanted` None: somebody else's, about which we know nothing."""

    wanted: Account | None
    used_traffic_bytes: int = 0


class MemoryPanel:
    """A panel without a machine behind it; `accounts` may be looked at and tampered with by tests.

    `unavailable` makes every call fail without effect and `unavailable_once` the next one; `lose_next_answer` lets
    the next call do its work and then fail. `placements` are the words it knows; None means that it takes any.
    """

    def __init__(
        self,
        panel_id: PanelId,
        clock: Clock,
        nodes: Sequence[NodeReading] = (),
        placements: frozenset[str] | None = None,
    ) -> None:
        self.panel_id = panel_id
        self.accounts: dict[str, Stored] = {}
        self.readings = tuple(nodes)
        self.placements = placements
        self.unavailable = False
        self.unavailable_once = False
        self.lose_next_answer = False
        self._clock = clock

    async def ensure(self, account: Account) -> AccountState:
        """Make *account* exist exactly so. Raises PanelUnavailable, PanelRefused, UsernameTaken."""
        self._reachable()
        stored = self._ours(account.username, account.key_id)
        if stored is None and account.username in self.accounts:
            raise UsernameTaken(self.panel_id, account.username)
        if not account.placement or (self.placements is not None and not self.placements.issuperset(account.placement)):
            raise PanelRefused(self.panel_id, "unknown placement")
        self.accounts[account.username] = Stored(account, _used_after(account, stored))
        self._answered()
        return replace(self._account_state(self.accounts[account.username]), is_new=stored is None)

    async def find(self, username: str, key_id: KeyId) -> AccountState | None:
        """The account if it is ours. Raises PanelUnavailable."""
        self._reachable()
        stored = self._ours(username, key_id)
        self._answered()
        return self._account_state(stored) if stored else None

    async def remove(self, username: str, key_id: KeyId) -> None:
        """Make sure our account is gone. Raises PanelUnavailable."""
        self._reachable()
        if self._ours(username, key_id):
            del self.accounts[username]
        self._answered()

    async def nodes(self) -> tuple[NodeReading, ...]:
        """The nodes it was made with. Raises PanelUnavailable."""
        self._reachable()
        self._answered()
        return self.readings

    # ---- what the world may do to it

    def add_foreign(self, username: str) -> None:
        """Let somebody else have an account of that name."""
        self.accounts[username] = Stored(None)

    def use(self, username: str, traffic_bytes: int) -> None:
        """Let an account move that much."""
        stored = self.accounts[username]
        self.accounts[username] = replace(stored, used_traffic_bytes=stored.used_traffic_bytes + traffic_bytes)

    def disable(self, username: str) -> None:
        """Let a person switch an account of ours off behind our back."""
        stored = self.accounts[username]
        if stored.wanted is not None:
            self.accounts[username] = replace(stored, wanted=replace(stored.wanted, enabled=False))

    def lose(self, username: str) -> None:
        """Let the panel forget an account, as one restored from an old backup does."""
        self.accounts.pop(username, None)

    def links(self, username: str) -> tuple[str, ...]:
        """The links an account is served under just now; none when there is no such account."""
        stored = self.accounts.get(username)
        return _links(stored.wanted) if stored and stored.wanted else ()

    def _ours(self, username: str, key_id: KeyId) -> Stored | None:
        stored = self.accounts.get(username)
        return stored if stored and stored.wanted and stored.wanted.key_id == key_id else None

    def _account_state(self, stored: Stored) -> AccountState:
        if stored.wanted is None:
            raise ValueError("somebody else's account is not ours to show")
        account = stored.wanted
        return AccountState(
            username=account.username,
            status=self._status(account, stored.used_traffic_bytes),
            expires_at=account.expires_at,
            subscription_url=f"https://{self.panel_id}.invalid/sub/{account.username}",
            links=_links(account),
            used_traffic_bytes=stored.used_traffic_bytes,
        )

    def _status(self, account: Account, used: int) -> AccountStatus:
        if not account.enabled:
            return AccountStatus.DISABLED
        if 0 < account.traffic_bytes <= used:
            return AccountStatus.LIMITED
        return AccountStatus.ACTIVE if account.expires_at > self._clock.now() else AccountStatus.EXPIRED

    def _reachable(self) -> None:
        if self.unavailable or self.unavailable_once:
            self.unavailable_once = False
            raise PanelUnavailable(self.panel_id, "switched off by the test")

    def _answered(self) -> None:
        if self.lose_next_answer:
            self.lose_next_answer = False
            raise PanelUnavailable(self.panel_id, "the answer was lost")


class MemoryPanels:
    """A fixed set of panels, of whatever make."""

    def __init__(self, *panels: VpnPanel) -> None:
        self._panels = {panel.panel_id: panel for panel in panels}

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        """The panel of that id, if it is here."""
        return self._panels.get(panel_id)

    def all(self) -> tuple[VpnPanel, ...]:
        """Every panel, in the order given."""
        return tuple(self._panels.values())


def _used_after(account: Account, before: Stored | None) -> int:
    """What counts as used once *account* holds: nothing when new terms follow exhausted ones."""
    if before is None or before.wanted is None:
        return 0
    old = before.wanted
    renewed = (old.expires_at, old.traffic_bytes) != (account.expires_at, account.traffic_bytes)
    exhausted = 0 < account.traffic_bytes <= before.used_traffic_bytes
    return 0 if account.enabled and renewed and exhausted else before.used_traffic_bytes


def _links(account: Account) -> tuple[str, ...]:
    return tuple(f"vless://{account.credential}@{tag}.invalid:443#{account.username}" for tag in account.placement)
