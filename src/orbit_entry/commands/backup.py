"""`orbit backup create`, `list`, `verify` and `key`."""

import os
from pathlib import Path

from orbit_adapters.backup.age_keys import new_key_file, read_key_file
from orbit_adapters.backup.creation import BackupMade
from orbit_adapters.backup.progress_file import ProgressFile
from orbit_adapters.backup.refused import BackupRefused
from orbit_adapters.backup.verification import Verified
from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_domain.backup.backup import Backup, BackupProblem, shop_print
from orbit_domain.backup.retention import is_due
from orbit_entry.commands.amounts import moment
from orbit_entry.commands.backup_copies import (
    archives_in_s3,
    copies_by_name,
    copy_backups,
    missing_copies,
    tell_of_copies,
)
from orbit_entry.commands.backup_progress import shown_progress, shown_tables
from orbit_entry.commands.backup_run import run_backup
from orbit_entry.commands.terminal import one_line, show, show_json, show_table
from orbit_entry.config.backup import BackupCommandSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.doctor.backups import is_old, problem_in_words, size_in_words
from orbit_entry.runtime.backup_tools import archive_file, creation_of, folder_of, verification_of
from orbit_entry.runtime.fetched_copy import FROM_S3, refuse_copies

_LOWEST_PRIORITY = 19
_COLUMNS = ("backup", "size", "rows", "verified", "problem", "copies")


def create_backup(*, scheduled: bool, asked_for: bool, as_json: bool) -> int:
    """Make one, and verify it; 1 when it couldn't be verified. Raises BackupRefused, SchemaError, StorageError.

    One that is *scheduled*, or *asked_for* in Telegram, is the worker's: at low priority, and nobody looks on.
    """
    settings = read_settings(BackupCommandSettings)
    by_worker = scheduled or asked_for
    if by_worker:
        lowest_priority()
    made = run_backup(_create(settings, only_if_due=scheduled, is_shown=not (as_json or by_worker)))
    if made is None:
        show("No backup is due.")
        return 0
    if as_json:
        show_json({**_facts(made.backup), "deleted": [one.name for one in made.deleted]})
    else:
        _tell(made)
    if made.refused is not None:
        show(f"It isn't verified. {made.refused}", f"Next: {made.refused.next_step}", error=True)
    copied = tell_of_copies(run_backup(copy_backups(settings, made.backup.shop)), is_shown=not as_json)
    return copied if made.refused is None else 1


def list_backups(*, as_json: bool, in_s3: bool = False) -> int:
    """Print every backup; 1 when the last verified one is older than a day. Raises OSError, BackupRefused."""
    settings = read_settings(BackupCommandSettings)
    if in_s3:
        return _list_s3(settings, as_json=as_json)
    copied = copies_by_name(settings)
    bot_id = settings.bot_id
    backups = folder_of(settings).all(shop_print(bot_id) if bot_id is not None else None)
    if as_json:
        show_json([{**_facts(one), "copies": list(copied.get(one.name, ()))} for one in backups])
    elif backups:
        show_table(_COLUMNS, ((*_row(one), ", ".join(copied.get(one.name, ()))) for one in backups))
        show(*missing_copies(settings))
    else:
        show(f"There is no backup in {settings.backups}.", "Next: orbit backup create")
    return 1 if is_old(backups, SystemClock().now()) else 0


def verify_backup(name: str, key: Path | None, *, as_json: bool) -> int:
    """Restore an archive elsewhere and compare; 1 when its ledger has findings. Raises BackupRefused."""
    settings = read_settings(BackupCommandSettings)
    key_file = key or settings.backup_secret_key_file
    if key_file is None:
        what = "An archive opens with your secret key alone, and none is named."
        raise BackupRefused(BackupProblem.BAD_KEY, what, "name its file with --key")
    shop = shop_print(settings.bot_id) if settings.bot_id is not None else ""
    file = archive_file(settings, shop, name)
    verified = run_backup(_verify(settings, shop, file, key_file, is_shown=not as_json))
    findings = len(verified.findings)
    if as_json:
        head, manifest = verified.head, verified.manifest
        facts = {"archive": file.name, "taken_at": head.taken_at.isoformat(), "schema": head.revision}
        show_json({**facts, "rows": manifest.rows, "cursors": dict(manifest.cursors), "findings": verified.findings})
    else:
        audited = f"{findings or 'no'} findings of the ledger audit"
        show(f"{one_line(file.name)} is whole: {verified.manifest.rows} rows restored and equal, {audited}.")
        show(*verified.findings)
    return 1 if findings else 0


def make_key(out: Path | None) -> int:
    """Make a key pair. The secret key is in *out* or on the terminal, and nowhere else. Raises OSError."""
    public, secret = new_key_file(SystemClock().now())
    if out is None:
        show(secret.rstrip("\n"))
        show("The secret key is shown this once: save it where the shop's machine can't lose it.", error=True)
    else:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret)
        show(f"The secret key is in {out}. Keep it elsewhere, in two places: without it no backup opens.", error=True)
    show(f"Next: set ORBIT_BACKUP_PUBLIC_KEY={public}", error=True)
    return 0


def _list_s3(settings: BackupCommandSettings, *, as_json: bool) -> int:
    """Print what the bucket has now; 1 when it has none. It needs no folder: the machine may be a new one."""
    with refuse_copies():
        sizes = run_backup(archives_in_s3(settings))
    if as_json:
        show_json([{"backup": f"{FROM_S3}{name}", "size": size} for name, size in sizes.items()])
    elif sizes:
        show_table(("backup", "size"), ((f"{FROM_S3}{name}", size_in_words(size)) for name, size in sizes.items()))
    else:
        show("There is no backup in the bucket.", "Next: check ORBIT_BACKUP_S3_URL")
    return 0 if sizes else 1


def lowest_priority() -> None:
    """Let everybody else on this machine go first."""
    os.nice(_LOWEST_PRIORITY)


async def _create(settings: BackupCommandSettings, *, only_if_due: bool, is_shown: bool) -> BackupMade | None:
    create = creation_of(settings)
    await require_schema(settings.database)
    with create.folder.lock():
        if only_if_due and not _is_due(settings, create.folder.all(create.shop)):
            return None  # Another worker was quicker.
        with shown_progress(is_shown, ProgressFile(create.folder.path)) as on_progress:
            return await create(on_progress)


def _is_due(settings: BackupCommandSettings, backups: tuple[Backup, ...]) -> bool:
    return is_due(backups, None, settings.backup_pace, SystemClock().now())


async def _verify(
    settings: BackupCommandSettings, shop: str, file: Path, key_file: Path, *, is_shown: bool
) -> Verified:
    keys = read_key_file(key_file)
    # The scratch database has room for one.
    with folder_of(settings).lock(), shown_tables(is_shown) as on_table:
        return await verification_of(settings, shop)(file, keys, on_table)


def _tell(made: BackupMade) -> None:
    one = made.backup
    show(f"{one.name}: {one.rows} rows, {size_in_words(one.size)}.")
    if made.refused is None:
        findings = f"; the ledger audit has {one.findings} findings there: orbit ledger audit" if one.findings else ""
        show(f"Restored into a scratch database, compared, and equal{findings}.")
    if made.deleted:
        gone = len(made.deleted)
        show(f"{gone} older {'one is' if gone == 1 else 'ones are'} kept no more.")


def _facts(one: Backup) -> dict[str, object]:
    return {
        "backup": one.name,
        "taken_at": one.taken_at.isoformat(),
        "size": one.size,
        "sha256": one.sha256,
        "rows": one.rows,
        "verified_at": one.verified_at.isoformat() if one.verified_at else None,
        "problem": one.problem,
        "findings": one.findings,
    }


def _row(one: Backup) -> tuple[str, ...]:
    verified = moment(one.verified_at) if one.verified_at else "no"
    problem = problem_in_words(one.problem) if one.problem else ""
    return one.name, size_in_words(one.size), str(one.rows or ""), verified, problem
