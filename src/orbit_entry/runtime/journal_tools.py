"""Journals of requests, applied to a restored database. Loading it loads the encryption."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from orbit_adapters.backup.age_keys import Identity
from orbit_adapters.backup.journal_file import read_journal
from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.refused import BackupRefused, broken, refuse_failures
from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.system.ids import SystemIds
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.money import BaseCurrency
from orbit_domain.request_journal.requests import OVERLAP, Requests, newest_of_each
from orbit_domain.use_cases.recall_requests import Recalled, RecallRequests

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class JournalsApplied:
    """How many files were read, which ones can't be and why, in words, and what is recorded again."""

    files: int
    damaged: tuple[tuple[str, str], ...]
    recalled: Recalled


async def apply_journals(
    address: str,
    folder: Path,
    keys: Sequence[Identity],
    since: datetime,
    *,
    shop: str,
    base: BaseCurrency,
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> JournalsApplied:
    """Let the database at *address*, restored from a dump of *since* and not yet open, know what was asked for later.

    *folder* is the one of the backups, *keys* are the owner's secret ones. A file that can't be read is named, and
    holds up no other. A second call adds no row; after the sources were read it buys what their money has left on a
    balance. Raises BackupRefused when the folder or the database can't be used, SchemaError when it isn't migrated.
    """
    await require_schema(address)
    with refuse_failures():
        read, damaged = await asyncio.to_thread(_read_all, JournalFolder(folder, shop), keys, since, shop)
        for name, reason in damaged:
            log.error("journal_not_read", file=name, reason=reason)
        storage = SqlStorage(open_patiently(address), base=base)
        try:
            recall = RecallRequests(storage, clock or SystemClock(), ids or SystemIds())
            recalled = await recall(newest_of_each(read))
        finally:
            await storage.close()
    return JournalsApplied(len(read), damaged, recalled)


def _read_all(
    folder: JournalFolder, keys: Sequence[Identity], since: datetime, shop: str
) -> tuple[list[Requests], tuple[tuple[str, str], ...]]:
    read, damaged = [], []
    for written_at, file in folder.all():
        if written_at < since - OVERLAP:
            continue
        try:
            read.append(_read(file, keys, shop))
        except BackupRefused as refused:
            damaged.append((file.name, str(refused)))
    return read, tuple(damaged)


def _read(file: Path, keys: Sequence[Identity], shop: str) -> Requests:
    # Neither a link that leads elsewhere nor a pipe that never ends is read.
    if file.is_symlink() or not file.is_file():
        raise broken("it is no file")
    try:
        with file.open("rb") as opened:
            return read_journal(opened, keys, shop)
    except OSError as error:
        raise broken(f"it can't be read ({error.strerror})") from None
