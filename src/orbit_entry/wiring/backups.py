"""The backups that the worker makes, the journal of requests between them, and what the owner sees of them."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.backup.ports import BackupCopies, Backups
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.request_journal.ports import RequestJournal
from orbit_domain.use_cases.backup_when_asked import CarryOutBackup, ShowBackups, StartBackup
from orbit_domain.use_cases.begin_replay import BeginReplay
from orbit_domain.use_cases.copy_journals import CopyJournals
from orbit_domain.use_cases.end_replay import EndReplay, ShowReplay, WatchReplay
from orbit_domain.use_cases.journal_requests import JournalRequests
from orbit_domain.use_cases.keep_backups import BackupPace, KeepBackups
from orbit_entry.wiring.storages import WorkerStorage


class BackupsProvider(Provider):
    """Backups when they are due or asked for, what the owner sees of them, and the replay after a restore."""

    scope = Scope.APP
    use_cases = provide_all(ShowBackups, StartBackup, BeginReplay, CopyJournals)

    @provide
    def watch_replay(self, storage: WorkerStorage) -> WatchReplay:
        return WatchReplay(storage)

    @provide
    def show_replay(self, storage: WorkerStorage, sources: ReceiptSources) -> ShowReplay:
        return ShowReplay(storage, sources)

    @provide
    def end_replay(
        self, storage: WorkerStorage, clock: Clock, ids: Ids, owner: TelegramId | None, sources: ReceiptSources
    ) -> EndReplay:
        return EndReplay(storage, clock, ids, owner, sources)

    @provide
    def keep_backups(
        self,
        storage: WorkerStorage,
        clock: Clock,
        ids: Ids,
        owner: TelegramId | None,
        backups: Backups,
        pace: BackupPace,
        copies: BackupCopies,
    ) -> KeepBackups:
        return KeepBackups(storage, clock, ids, owner, backups, pace, copies)

    @provide
    def carry_out_backup(self, storage: WorkerStorage, clock: Clock, ids: Ids, backups: Backups) -> CarryOutBackup:
        return CarryOutBackup(storage, clock, ids, backups)

    @provide
    def journal_requests(self, storage: WorkerStorage, clock: Clock, journal: RequestJournal) -> JournalRequests:
        return JournalRequests(storage, clock, journal)
