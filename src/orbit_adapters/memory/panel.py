"""Panels in memory, under the same contract as the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orbit_domain.access.account import Account, AccountState, AccountStatus, OwnedAccount, OwnedPage
from orbit_domain.access.ports import ForeignAccount, OutcomeUnknown, PanelUnavailable, PlacementGone, VpnPanel
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import NodeReading

_RESET_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account as the panel stores it. `wanted` None: a foreign account, about which nothing is known.

    The traffic is counted from `counted_from`.
    """

    wanted: Account | None
    used_traffic_bytes: int = 0
    counted_from: datetime | None = None

    def at(self, now: datetime) -> "StoredAccount":
        """The account at *now*: what was used of a limit is forgotten every thirty days."""
        if self.wanted is None or self.counted_from is None or self.wanted.traffic.limit_bytes is None:
            return self
        periods = (now - self.counted_from) // _RESET_AFTER
        return replace(self, used_traffic_bytes=0, counted_from=now) if periods > 0 else self


class MemoryPanel:
    """A panel without a server; tests may read and change `accounts`.

    `unavailable` makes every call fail without effect and `unavailable_once` the next one; `lose_next_answer` lets
    the next change take effect and then fail. `placements` are the known placements; None accepts any.
    """

    limits_devices = True

    def __init__(
        self,
        panel_id: PanelId,
        clock: Clock,
        nodes: Sequence[NodeReading] = (),
        placements: frozenset[str] | None = None,
    ) -> None:
        self.panel_id = panel_id
        self.accounts: dict[str, StoredAccount] = {}
        self.readings = tuple(nodes)
        self.placements = placements
        self.unavailable = False
        self.unavailable_once = False
        self.lose_next_answer = False
        self._clock = clock

    async def ensure(self, account: Account) -> AccountState:
        """Make *account* exist exactly so. Raises PanelUnavailable, OutcomeUnknown, PlacementGone, ForeignAccount."""
        self._check_reachable()
        stored = self._own_account(account.username, account.key_id)
        if stored is None and account.username in self.accounts:
            raise ForeignAccount(self.panel_id, account.username)
        is_cut_off = stored is not None and not account.enabled
        if not is_cut_off and not self._knows(account.groups):
            raise PlacementGone(self.panel_id, "unknown placement")
        self.accounts[account.username] = self._changed(account, stored)
        self._lose_answer()
        return replace(self._account_state(self.accounts[account.username]), is_new=stored is None)

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        """The account if it is Orbit's. Raises PanelUnavailable."""
        self._check_reachable()
        stored = self._own_account(username, key_id)
        return self._account_state(stored) if stored else None

    async def delete(self, username: str, key_id: KeyId) -> None:
        """Make sure Orbit's account is gone. Raises PanelUnavailable, OutcomeUnknown."""
        self._check_reachable()
        if self._own_account(username, key_id):
            del self.accounts[username]
        self._lose_answer()

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        """A part of Orbit's accounts, by name. Raises PanelUnavailable."""
        self._check_reachable()
        names = sorted(name for name, stored in self.accounts.items() if stored.wanted is not None)
        shown = [self._owned_account(name) for name in names[offset : offset + limit]]
        end = offset + len(shown)
        return OwnedPage(tuple(shown), end if end < len(names) else None)

    async def nodes(self) -> tuple[NodeReading, ...]:
        """The nodes it was made with. Raises PanelUnavailable."""
        self._check_reachable()
        return self.readings

    # ---- faults and changes made by tests

    def add_foreign(self, username: str) -> None:
        """Add a foreign account of that name."""
        self.accounts[username] = StoredAccount(None)

    def use(self, username: str, traffic_bytes: int) -> None:
        """Add to the used traffic of an account."""
        stored = self.accounts[username].at(self._clock.now())
        self.accounts[username] = replace(stored, used_traffic_bytes=stored.used_traffic_bytes + traffic_bytes)

    def disable(self, username: str) -> None:
        """Disable one of Orbit's accounts, as an administrator of the panel could."""
        stored = self.accounts[username]
        if stored.wanted is not None:
            self.accounts[username] = replace(stored, wanted=replace(stored.wanted, enabled=False))

    def lose(self, username: str) -> None:
        """Let the panel forget an account, as one restored from an old backup does."""
        self.accounts.pop(username, None)

    def links(self, username: str) -> tuple[str, ...]:
        """The current links of an account; none when there is no such account."""
        stored = self.accounts.get(username)
        return _links(stored.wanted) if stored and stored.wanted else ()

    def _own_account(self, username: str, key_id: KeyId) -> StoredAccount | None:
        stored = self.accounts.get(username)
        is_ours = stored is not None and stored.wanted is not None and stored.wanted.key_id == key_id
        return stored.at(self._clock.now()) if stored and is_ours else None

    def _knows(self, groups: tuple[str, ...]) -> bool:
        return bool(groups) and (self.placements is None or self.placements.issuperset(groups))

    def _owned_account(self, username: str) -> OwnedAccount:
        stored = self.accounts[username].at(self._clock.now())
        if stored.wanted is None:
            raise ValueError("a foreign account has no key")
        # As a real panel does: the name is that of the list, whatever the account was asked as.
        return OwnedAccount(stored.wanted.key_id, replace(self._account_state(stored), username=username))

    def _changed(self, account: Account, before: StoredAccount | None) -> StoredAccount:
        """The account after *account* is applied: a new one has used nothing, and a newly paid one no longer has."""
        kept = before.wanted.device_limit if before is not None and before.wanted is not None else None
        limit = kept if account.device_limit is None else account.device_limit
        wanted = replace(account, reset_traffic=False, device_limit=limit)
        if before is None or (account.reset_traffic and account.enabled and account.traffic.limit_bytes):
            return StoredAccount(wanted, counted_from=self._clock.now())
        return replace(before, wanted=wanted)

    def _account_state(self, stored: StoredAccount) -> AccountState:
        if stored.wanted is None:
            raise ValueError("a foreign account has no state")
        account = stored.wanted
        return AccountState(
            username=account.username,
            status=self._status(account, stored.used_traffic_bytes),
            expires_at=account.expires_at,
            subscription_url=f"https://{self.panel_id}.invalid/sub/{account.username}",
            links=_links(account),
            used_traffic_bytes=stored.used_traffic_bytes,
            traffic=account.traffic,
            credential=str(account.credential),
            groups=frozenset(account.groups),
        )

    def _status(self, account: Account, used: int) -> AccountStatus:
        if not account.enabled:
            return AccountStatus.DISABLED
        if account.traffic.is_used_up(used):
            return AccountStatus.LIMITED
        return AccountStatus.ACTIVE if account.expires_at > self._clock.now() else AccountStatus.EXPIRED

    def _check_reachable(self) -> None:
        if self.unavailable or self.unavailable_once:
            self.unavailable_once = False
            raise PanelUnavailable(self.panel_id, "set unavailable by the test")

    def _lose_answer(self) -> None:
        if self.lose_next_answer:
            self.lose_next_answer = False
            raise OutcomeUnknown(self.panel_id, "the answer was lost")


class MemoryPanels:
    """A fixed set of panels, of any kind."""

    def __init__(self, *panels: VpnPanel) -> None:
        self._panels = {panel.panel_id: panel for panel in panels}

    def get(self, panel_id: PanelId) -> VpnPanel | None:
        """The panel of that id, if it exists."""
        return self._panels.get(panel_id)

    def all(self) -> tuple[VpnPanel, ...]:
        """Every panel, in the order given."""
        return tuple(self._panels.values())


def _links(account: Account) -> tuple[str, ...]:
    return tuple(f"vless://{account.credential}@{tag}.invalid:443#{account.username}" for tag in account.groups)
