"""Prove that the panels hold what the keys say, and nothing of ours besides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from orbit_domain.access.account import OwnedAccount
from orbit_domain.access.key import Key
from orbit_domain.access.panel_audit import AccountPlace, PanelFinding, compare, home_of
from orbit_domain.access.ports import PanelError, Panels, VpnPanel
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.storage import Storage, transact

UNKNOWN_PANEL = "it isn't in the settings"


@dataclass(slots=True)
class PanelAudit:
    """What was read and found. `not_audited` says why a panel couldn't be read to the end."""

    accounts: int = 0
    keys: int = 0
    findings: dict[AccountPlace, PanelFinding] = field(default_factory=dict)
    not_audited: dict[PanelId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditPanels:
    """Read every panel and every key, and compare; nothing is changed.

    Customers may buy and workers may work meanwhile, so nothing is believed at the first look: what seems wrong is
    read again, key and account alone. Lists are read in pages of *page_size*; only the ids of keys whose account was
    seen are remembered.
    """

    storage: Storage
    clock: Clock
    panels: Panels
    page_size: int = 100

    async def __call__(self) -> PanelAudit:
        audit = PanelAudit()
        seen: set[KeyId] = set()
        for panel in self.panels.all():
            try:
                await self._read_panel(panel, audit, seen)
            except PanelError as error:
                audit.not_audited[panel.panel_id] = error.reason
        await self._read_keys(audit, seen)
        return audit

    async def _read_panel(self, panel: VpnPanel, audit: PanelAudit, seen: set[KeyId]) -> None:
        """Look at every account with our note, and add to *seen* the keys whose account is where it should be."""
        offset: int | None = 0
        while offset is not None:
            page = await panel.list_owned(offset, self.page_size)
            keys = await self._keys([account.key_id for account in page.accounts])
            for account in page.accounts:
                key, place = keys.get(account.key_id), _place_of(account, panel)
                if key is not None and place == home_of(key):
                    seen.add(key.id)
                if compare(place, key, account.state, self.clock.now()):
                    await self._look_again(panel, place, audit)
            audit.accounts += len(page.accounts)
            offset = page.next_offset

    async def _read_keys(self, audit: PanelAudit, seen: Collection[KeyId]) -> None:
        """Look for the account of every key that wasn't *seen*."""
        page = await self._page(None)
        while page:
            for key in page:
                place = home_of(key)
                if place and key.id not in seen and compare(place, key, None, self.clock.now()):
                    await self._look_for(place, audit)
            audit.keys += len(page)
            page = await self._page(page[-1].id) if len(page) == self.page_size else ()

    async def _look_for(self, place: AccountPlace, audit: PanelAudit) -> None:
        """Look for an account that no list has shown. A panel that failed once isn't called for each of its keys."""
        panel = self.panels.get(place.panel_id)
        if panel is None:
            audit.not_audited[place.panel_id] = UNKNOWN_PANEL
        elif place.panel_id not in audit.not_audited:
            try:
                await self._look_again(panel, place, audit)
            except PanelError as error:
                audit.not_audited[place.panel_id] = error.reason

    async def _look_again(self, panel: VpnPanel, place: AccountPlace, audit: PanelAudit) -> None:
        """Record what is wrong at *place* still. A key that changes between the two reads is under way."""
        before = await self._key(place.key_id)
        seen = await panel.get(place.username, place.key_id)
        after = await self._key(place.key_id)
        finding = compare(place, after, seen, self.clock.now())
        if finding and before == after:
            audit.findings[place] = finding

    async def _key(self, key_id: KeyId) -> Key | None:
        return (await self._keys([key_id])).get(key_id)

    async def _keys(self, key_ids: Collection[KeyId]) -> Mapping[KeyId, Key]:
        return await transact(self.storage, lambda tx: tx.keys.by_ids(key_ids))

    async def _page(self, after: KeyId | None) -> tuple[Key, ...]:
        return await transact(self.storage, lambda tx: tx.keys.page(after, self.page_size))


def _place_of(account: OwnedAccount, panel: VpnPanel) -> AccountPlace:
    return AccountPlace(panel.panel_id, account.state.username, account.key_id)
