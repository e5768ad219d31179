"""Bring the panels back to what the keys say, whatever happened to them: a backup, a hand, a restart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from orbit_domain.access.drift import Drift, PanelDrift
from orbit_domain.access.key import Key
from orbit_domain.access.panel_audit import AccountPlace, OwnerlessAccount, compare, home_of
from orbit_domain.access.ports import PanelError, Panels, VpnPanel
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.storage import Storage, Transaction, transact


@dataclass(slots=True)
class DriftReport:
    """What was found and mended on each panel. `waiting`: what would be disabled or deleted once a person says so.

    `not_swept` says why a panel couldn't be read to the end.
    """

    panels: dict[PanelId, PanelDrift] = field(default_factory=dict)
    mended: int = 0
    waiting: dict[PanelId, int] = field(default_factory=dict)
    not_swept: dict[PanelId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MendDrift:
    """Read every panel in pages by our note, compare, and want again what differs. `ProvisionKeys` does the rest.

    So mending costs a call for each page and one for each account that differs. Nothing is believed too much: what is
    wanted again is compared by the panel's adapter once more before it is changed.
    """

    storage: Storage
    clock: Clock
    panels: Panels
    page_size: int = 200
    recent: timedelta = timedelta(minutes=20)

    async def __call__(self, *, confirmed: bool = False) -> DriftReport:
        """Sweep all panels. *confirmed*: a person has seen how many would be disabled or deleted, and agrees."""
        report = DriftReport()
        for panel in self.panels.all():
            try:
                report.panels[panel.panel_id] = found = await self._read(panel)
            except PanelError as error:
                report.not_swept[panel.panel_id] = error.reason
                continue
            if found.asks_first and not confirmed:
                report.waiting[panel.panel_id] = found.harmful
            for drift in found.drifts.values():
                if not (drift.is_harmful and panel.panel_id in report.waiting):
                    report.mended += await transact(self.storage, partial(self._mend, drift))
        return report

    async def look_at_recent(self) -> int:
        """Ask for each account that was confirmed lately, alone: how many were wrong again."""
        since, mended = self.clock.now() - self.recent, 0
        after: KeyId | None = None
        while page := await self._confirmed_since(since, after):
            for key in page:
                mended += await self._look_at(key)
            after = page[-1].id
        return mended

    async def _look_at(self, key: Key) -> bool:
        """Whether the account of *key* was wrong."""
        place, panel = home_of(key), self.panels.get(key.panel_id) if key.panel_id else None
        if place is None or panel is None:
            return False
        try:
            seen = await panel.get(place.username, key.id)
        except PanelError:
            return False  # Its turn of provisioning finds out whether it is failing.
        finding = compare(place, key, seen, self.clock.now())
        return finding is not None and await transact(self.storage, partial(self._mend, Drift(finding, seen)))

    async def _confirmed_since(self, since: datetime, after: KeyId | None) -> tuple[Key, ...]:
        return await transact(self.storage, lambda tx: tx.keys.confirmed_since(since, after, self.page_size))

    async def _read(self, panel: VpnPanel) -> PanelDrift:
        found, seen = PanelDrift(), set[KeyId]()
        offset: int | None = 0
        while offset is not None:
            page = await panel.list_owned(offset, self.page_size)
            keys = await self._keys([account.key_id for account in page.accounts])
            for account in page.accounts:
                key = keys.get(account.key_id)
                place = AccountPlace(panel.panel_id, account.state.username, account.key_id)
                if key is not None and place == home_of(key):
                    seen.add(key.id)
                finding = compare(place, key, account.state, self.clock.now())
                if isinstance(finding, OwnerlessAccount):
                    found.ownerless += 1
                elif finding:
                    found.drifts[place] = Drift(finding, account.state)
            found.accounts += len(page.accounts)
            offset = page.next_offset
        await self._add_missing(panel, seen, found)
        return found

    async def _add_missing(self, panel: VpnPanel, seen: Collection[KeyId], found: PanelDrift) -> None:
        """Add the keys whose home this panel is and whose account no page has shown."""
        after: KeyId | None = None
        while page := await self._homes(panel, after):
            for key in page:
                place = home_of(key)
                finding = compare(place, key, None, self.clock.now()) if place and key.id not in seen else None
                if finding:
                    found.drifts[finding.place] = Drift(finding, None)
            after = page[-1].id

    async def _homes(self, panel: VpnPanel, after: KeyId | None) -> tuple[Key, ...]:
        return await transact(self.storage, lambda tx: tx.keys.on_panel(panel.panel_id, after, self.page_size))

    async def _keys(self, key_ids: Collection[KeyId]) -> Mapping[KeyId, Key]:
        return await transact(self.storage, lambda tx: tx.keys.by_ids(key_ids))

    async def _mend(self, drift: Drift, tx: Transaction) -> bool:
        key = await tx.keys.lock(drift.finding.place.key_id)
        mended = drift.mended(key, self.clock.now()) if key is not None else None
        if mended is not None:
            await tx.keys.save(mended)
        return mended is not None
