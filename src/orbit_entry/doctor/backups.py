"""The doctor's check of backups, and their words at a terminal."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_domain.backup.backup import Backup, FailedBackup, shop_print
from orbit_domain.backup.retention import OLD, newest_verified
from orbit_domain.clock import Clock
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult

_ABOUT = "backups"
_MAKE = "orbit backup create says what is in the way"
_KEY = "orbit backup key, then set ORBIT_BACKUP_PUBLIC_KEY"
_LATE = timedelta(minutes=5)
"""No journal of requests for so long, or for ten periods: its disk is full, or no worker runs."""
_WORDS = {
    "no_key": "no public key is set",
    "bad_key": "the key isn't one",
    "no_shop": "no bot's token is set",
    "no_room": "the disk is full",
    "folder": "the folder of backups can't be used",
    "running": "another process was at work",
    "database": "the database couldn't be copied",
    "no_scratch": "the role may not create a scratch database",
    "broken": "the archive is damaged",
    "other_shop": "it is another shop's",
    "newer": "a newer version has made it",
    "different": "the restored copy was different",
    "interrupted": "it was interrupted before it was verified",
}


async def check_backups(settings: Settings, clock: Clock) -> Sequence[CheckResult]:
    """Whether there is a verified backup that is younger than a day, and requests since are journalled."""
    folder = BackupFolder(settings.backups)
    shop = shop_print(settings.bot_id)
    # What is known of one that is being made isn't the last word on it.
    is_busy = await asyncio.to_thread(folder.is_locked)
    backups, failed = await asyncio.to_thread(lambda: (folder.all(shop), None if is_busy else folder.failed()))
    if not settings.backup_public_key:
        return (CheckResult(_ABOUT, True, "nothing is backed up: no public key is set", _KEY, is_warning=True),)
    now = clock.now()
    why = await asyncio.to_thread(_not_journalled, settings, JournalFolder(settings.backups, shop), now)
    return (_with_journal(_result(backups, failed, now), why),)


def is_old(backups: Iterable[Backup], now: datetime) -> bool:
    """Whether the newest verified one is older than a day, or there is none."""
    good = newest_verified(backups)
    return good is None or now - good.taken_at > OLD


def problem_in_words(problem: str) -> str:
    """Why one isn't verified, or wasn't made."""
    return _WORDS.get(problem, problem)


def size_in_words(size: int) -> str:
    """Bytes as a person reads them."""
    for unit, bits in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if size >= 1 << bits:
            tenths = (size * 10) >> bits
            return f"{tenths // 10}.{tenths % 10} {unit}"
    return f"{size} B"


def _not_journalled(settings: Settings, journals: JournalFolder, now: datetime) -> str:
    """Why money for what was asked for since would be nobody's after a restore; empty: it wouldn't."""
    if not settings.is_journalled:
        return "requests since aren't journalled: ORBIT_BACKUP_JOURNAL_S is 0"
    signed_at = journals.signed_at()
    if signed_at is None or now - signed_at <= max(_LATE, 10 * timedelta(seconds=settings.journal_period_s)):
        return ""
    return f"requests aren't journalled since {signed_at.isoformat(timespec='seconds')}"


def _with_journal(result: CheckResult, why: str) -> CheckResult:
    if not why:
        return result
    remedy = result.remedy or "free space where backups lie, and see that a worker runs"
    return replace(result, seen=f"{result.seen}; {why}", remedy=remedy, is_warning=result.ok)


def _result(backups: Sequence[Backup], failed: FailedBackup | None, now: datetime) -> CheckResult:
    good = newest_verified(backups)
    newest_problem = failed.problem if failed else backups[0].problem if backups else ""
    why = f"; the last try: {problem_in_words(newest_problem)}" if newest_problem else ""
    if good is None:
        if not backups and failed is None:
            return CheckResult(_ABOUT, True, "none yet; the worker makes the first one", _MAKE, is_warning=True)
        return CheckResult(_ABOUT, False, f"none is verified{why}", _MAKE)
    taken_at = good.taken_at.isoformat(timespec="seconds")
    seen = f"the last verified one is of {taken_at}, {size_in_words(good.size)}; {len(backups)} in all{why}"
    if is_old(backups, now):
        return CheckResult(_ABOUT, False, seen, _MAKE)
    if good.findings:
        seen = f"{seen}; the ledger audit had {good.findings} findings in it"
        return CheckResult(_ABOUT, True, seen, "orbit ledger audit", is_warning=True)
    return CheckResult(_ABOUT, True, seen, _MAKE if why else "", is_warning=bool(why))
