"""What makes and verifies backups, as the settings say. Loading it loads the encryption."""

from collections.abc import Sequence
from pathlib import Path

from orbit_adapters.backup.age_keys import Recipient, read_recipients
from orbit_adapters.backup.creation import BackupCreation
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.given_place import GivenPlace
from orbit_adapters.backup.place import Place
from orbit_adapters.backup.postgres_place import PostgresPlace
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.restoration import PrepareRestored, Restoration
from orbit_adapters.backup.scratch import Scratch
from orbit_adapters.backup.sqlite_place import SqlitePlace
from orbit_adapters.backup.verification import Verification
from orbit_adapters.system.clock import SystemClock
from orbit_domain.backup.backup import BackupProblem, named_backup, shop_print
from orbit_entry.config.backup import BackupCommandSettings
from orbit_entry.runtime.fetched_copy import FROM_S3, fetched_copy

_NOBODYS = "0" * 12


def folder_of(settings: BackupCommandSettings) -> BackupFolder:
    """The folder of backups."""
    return BackupFolder(settings.backups)


def shop_of(settings: BackupCommandSettings) -> str:
    """Which shop this is. Raises BackupRefused when no token says so."""
    if settings.bot_id is None:
        what = "Backups bear the name of the shop's bot, and BOT_TOKEN isn't set."
        raise BackupRefused(BackupProblem.NO_SHOP, what, "set BOT_TOKEN")
    return shop_print(settings.bot_id)


def recipients_of(settings: BackupCommandSettings) -> Sequence[Recipient]:
    """To whom backups are encrypted. Raises BackupRefused without a key."""
    keys = read_recipients(settings.backup_public_key)
    if not keys:
        what = "Nothing is backed up: no public key is set, and a backup is never written in plain text."
        next_step = "orbit backup key makes one; set ORBIT_BACKUP_PUBLIC_KEY, and keep the secret one elsewhere"
        raise BackupRefused(BackupProblem.NO_KEY, what, next_step)
    return keys


def creation_of(settings: BackupCommandSettings) -> BackupCreation:
    """What makes a backup of this shop. Raises BackupRefused."""
    keys, shop = recipients_of(settings), shop_of(settings)
    folder = folder_of(settings)
    return BackupCreation(settings.database, shop, folder, keys, verification_of(settings, shop), SystemClock())


def verification_of(settings: BackupCommandSettings, shop: str) -> Verification:
    """What verifies archives of *shop*; empty: of any."""
    return Verification(shop, Scratch(shop or _NOBODYS, settings.scratch_address, settings.data_dir), settings.base)


def restoration_of(
    settings: BackupCommandSettings, shop: str, prepare: PrepareRestored, into: str | None = None
) -> Restoration:
    """What restores archives of *shop* into the place of its database, or into the empty one at *into*."""
    return Restoration(shop, _place_of(settings, shop, into), settings.base, SystemClock(), (prepare,))


def _place_of(settings: BackupCommandSettings, shop: str, into: str | None) -> Place:
    if into is not None:
        return GivenPlace(into, settings.database)
    if settings.database_file is not None:
        return SqlitePlace(settings.database_file)
    return PostgresPlace(settings.database, shop, settings.scratch_address)


def archive_file(settings: BackupCommandSettings, shop: str, name: str) -> Path:
    """The file that *name* means: one of the folder, any other file, or the newest one where it is empty.

    `s3:NAME` is fetched from the bucket of copies first; `s3:` is the newest one there. Raises BackupRefused when there
    is none.
    """
    folder = folder_of(settings)
    if name.startswith(FROM_S3):
        return fetched_copy(settings, shop, name.removeprefix(FROM_S3))
    if not name:
        newest = next(iter(folder.all(shop or None)), None)
        if newest is None:
            raise BackupRefused(BackupProblem.NO_BACKUP, "There is no backup yet.", "orbit backup create")
        return folder.path / newest.name
    file = folder.path / name if named_backup(name) and not Path(name).exists() else Path(name)
    if not file.is_file():
        what = f"There is no archive {name}."
        raise BackupRefused(BackupProblem.NO_BACKUP, what, "orbit backup list shows those there are")
    return file
