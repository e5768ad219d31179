"""An archive that is fetched from the bucket of copies, to be verified or restored."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from orbit_adapters.backup.disk import Disk, DraftFile
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.refused import BackupRefused, no_room, refuse_failures
from orbit_domain.backup.backup import BackupProblem, named_backup
from orbit_domain.backup.copies import CopyFailed, CopyProblem
from orbit_domain.request_journal.journal_name import named_journal
from orbit_entry.config.backup import BackupCommandSettings

FROM_S3 = "s3:"
"""What stands before the name of an archive that is in the bucket."""

_FETCHED = "fetched"
_LISTED = "orbit backup list --s3 shows those there are"


@contextmanager
def refuse_copies() -> Iterator[None]:
    """Raise BackupRefused in place of CopyFailed."""
    try:
        yield
    except CopyFailed as failed:
        raise _refused(failed) from None


def fetched_copy(settings: BackupCommandSettings, shop: str, name: str) -> Path:
    """The file of the copy *name*, or of the newest one of *shop*, or of any, where it is empty. Raises BackupRefused.

    It lies in a folder of its own, where one archive is kept: it is no backup of the shop's, nothing is deleted for it,
    and nobody takes it for a verified one.
    """
    from orbit_entry.runtime.backup_copies import store_of  # A shop without a bucket doesn't load its library.

    with refuse_copies(), refuse_failures():
        store = store_of(settings)
        sizes = store.listed(lambda one: _is_of(one, shop))
        wanted = name or max(sizes, default="")
        if wanted not in sizes:
            raise BackupRefused(BackupProblem.NO_BACKUP, f"There is no copy {wanted or 'yet'} in the bucket.", _LISTED)
        place = _emptied(settings.backups / _FETCHED)
        if shutil.disk_usage(place).free < sizes[wanted]:
            raise no_room("for the copy", "free space", "the same command again")
        draft = DraftFile(place / f"{wanted}.part", Disk())
        try:
            store.fetch(wanted, draft.write, _digest(settings, wanted))
            draft.finish()
            draft.path.replace(place / wanted)
        finally:
            draft.discard()
    return place / wanted


def fetched_journals(settings: BackupCommandSettings, shop: str, since: datetime) -> int:
    """Bring the journals of *shop* from *since* on beside the backups here, where they aren't; how many.

    Raises BackupRefused.
    """
    from orbit_entry.runtime.backup_copies import store_of

    with refuse_copies(), refuse_failures():
        store, folder = store_of(settings), settings.backups
        wanted = store.listed(lambda name: _is_journal_since(name, shop, since))
        missing = [name for name in sorted(wanted) if not (folder / name).exists()]
        for name in missing:
            draft = DraftFile(folder / f"{name}.part", Disk())
            try:
                store.fetch(name, draft.write)
                draft.finish()
                draft.path.replace(folder / name)
            finally:
                draft.discard()
    return len(missing)


def _is_journal_since(name: str, shop: str, since: datetime) -> bool:
    found = named_journal(name)
    return found is not None and found[1] == shop and found[0] >= since


def _emptied(place: Path) -> Path:
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    return place


def _is_of(name: str, shop: str) -> bool:
    found = named_backup(name)
    return found is not None and shop in ("", found[1])


def _digest(settings: BackupCommandSettings, name: str) -> str:
    """The digest of the archive *name* as the record of this machine has it, if it has one."""
    return next((one.sha256 for one in BackupFolder(settings.backups).all() if one.name == name), "")


def _refused(failed: CopyFailed) -> BackupRefused:
    if failed.problem is CopyProblem.MISSING:
        return BackupRefused(BackupProblem.NO_BACKUP, "There is no such bucket, or no such copy in it.", _LISTED)
    if failed.problem in (CopyProblem.WRONG_SIZE, CopyProblem.DIFFERENT):
        return BackupRefused(BackupProblem.BROKEN, f"The copy is damaged: {failed}.", _LISTED)
    what = f"The bucket of copies can't be used: {failed}."
    return BackupRefused(BackupProblem.NO_BACKUP, what, "check ORBIT_BACKUP_S3_URL, its endpoint and its keys")
