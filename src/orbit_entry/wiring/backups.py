"""The backups that the worker makes."""

from dishka import Provider, Scope, provide

from orbit_domain.backup.ports import Backups
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.use_cases.keep_backups import BackupPace, KeepBackups
from orbit_entry.wiring.storages import WorkerStorage


class BackupsProvider(Provider):
    """Backups when they are due, and the alarm."""

    scope = Scope.APP

    @provide
    def keep_backups(
        self,
        storage: WorkerStorage,
        clock: Clock,
        ids: Ids,
        owner: TelegramId | None,
        backups: Backups,
        pace: BackupPace,
    ) -> KeepBackups:
        return KeepBackups(storage, clock, ids, owner, backups, pace)
