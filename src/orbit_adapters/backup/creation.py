"""One backup: dumped, encrypted, published, verified, and older ones deleted by the rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orbit_adapters.backup.age_keys import Recipient, throwaway_key
from orbit_adapters.backup.archive import new_head, open_dump, write_archive
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.meter import Meter, MeteredOutput, OnProgress
from orbit_adapters.backup.refused import BackupRefused, refuse_failures
from orbit_adapters.backup.verification import Verification
from orbit_domain.backup.backup import Backup, BackupProblem, FailedBackup, backup_name
from orbit_domain.backup.progress import BackupPhase
from orbit_domain.backup.retention import dropped
from orbit_domain.clock import Clock


@dataclass(frozen=True, slots=True)
class BackupMade:
    """The backup, what is wrong with it if it couldn't be verified, and those that were deleted for it."""

    backup: Backup
    refused: BackupRefused | None
    deleted: tuple[Backup, ...]


@dataclass(frozen=True, slots=True)
class BackupCreation:
    """Makes backups of the database at *address* for whoever has the secret keys of *recipients*.

    Each archive is encrypted to one key more, which this run alone has and forgets: with it the very file is read back,
    restored and compared, and no machine of the shop has to know the owner's secret key.
    """

    address: str
    shop: str
    folder: BackupFolder
    recipients: Sequence[Recipient]
    verification: Verification
    clock: Clock

    async def __call__(self, on_progress: OnProgress) -> BackupMade:
        """Make one; the lock of the folder is held. Raises BackupRefused when there is none afterwards.

        What can't be verified is kept and told: it may be all that there is. No verified one is deleted for it.
        """
        # A run that is killed says nothing any more: until there is a backup it counts as a try that left none.
        self.folder.record_failure(FailedBackup(self.clock.now(), BackupProblem.INTERRUPTED))
        meter, own_key = Meter(on_progress, self.clock.now()), throwaway_key()
        try:
            backup = await self._written([*self.recipients, own_key.to_public()], meter)
        except BackupRefused as refused:
            self.folder.record_failure(FailedBackup(self.clock.now(), refused.problem))
            raise
        file = self.folder.path / backup.name
        meter.begin(BackupPhase.RESTORING)
        try:
            verified = await self.verification(file, [own_key], meter.table_done, backup.sha256)
        except BackupRefused as refused:
            with refuse_failures():
                backup = replace(backup, problem=refused.problem)
                self.folder.record(backup)
                return BackupMade(backup, refused, self._thinned_out(verified=False))
        with refuse_failures():
            findings = len(verified.findings)
            backup = replace(backup, problem="", verified_at=self.clock.now(), findings=findings)
            self.folder.record(backup)
            return BackupMade(backup, None, self._thinned_out(verified=True))

    async def _written(self, recipients: Sequence[Recipient], meter: Meter) -> Backup:
        with refuse_failures():
            async with open_dump(self.address) as dump:
                # The second the snapshot was taken in is the archive's name.
                taken_at = self.clock.now().replace(microsecond=0)
                name = backup_name(taken_at, self.shop)
                head = new_head(self.shop, self.address, await dump.revision(), taken_at)
                with self.folder.draft(name) as draft:
                    output = MeteredOutput(draft, meter)
                    manifest, writer = await write_archive(dump, head, output, recipients, meter.table_done)
                    # Until it is verified it counts as interrupted: this run may not live to say more.
                    facts = Backup(taken_at, self.shop, writer.size, writer.sha256, manifest.rows)
                    backup = replace(facts, problem=BackupProblem.INTERRUPTED)
                    self.folder.publish(draft, backup)
        return backup

    def _thinned_out(self, *, verified: bool) -> tuple[Backup, ...]:
        """Delete what is kept no more; after a backup that isn't *verified* only others of its kind."""
        gone = dropped(self.folder.all(self.shop))
        old = tuple(one for one in gone if verified or one.verified_at is None)
        for backup in old:
            self.folder.remove(backup)
        return old
