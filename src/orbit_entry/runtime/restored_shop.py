"""What a restored database is told before the shop runs on it: what was asked for since, and that a replay begins."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.refused import refuse_failures
from orbit_adapters.backup.restoration import RestoredDatabase
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.system.ids import SystemIds
from orbit_domain.use_cases.begin_replay import BeginReplay
from orbit_entry.config.backup import BackupCommandSettings
from orbit_entry.runtime.journal_tools import JournalsApplied, apply_journals


@dataclass(slots=True)
class RestoredShop:
    """A step of `Restoration`. *keys* open the journals beside the backups, and *actor* is who restores.

    `journals`: what came of them, once it has run.
    """

    settings: BackupCommandSettings
    shop: str
    keys: Sequence[Identity]
    actor: str
    journals: JournalsApplied | None = field(default=None, init=False)

    async def __call__(self, restored: RestoredDatabase) -> None:
        """Requests come first: what is read before them has no owner. Raises BackupRefused."""
        base, since = self.settings.base, restored.head.taken_at
        folder = self.settings.backups
        self.journals = await apply_journals(restored.address, folder, self.keys, since, shop=self.shop, base=base)
        with refuse_failures():
            storage = SqlStorage(open_patiently(restored.address), base=base)
            try:
                await BeginReplay(storage, SystemClock(), SystemIds())(since, self.actor)
            finally:
                await storage.close()
