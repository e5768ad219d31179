"""The doctor's check of copies of backups, and their words at a terminal."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from orbit_adapters.backup.copy_records import CopyRecords
from orbit_adapters.backup.folder import BackupFolder
from orbit_domain.backup.backup import Backup, shop_print
from orbit_domain.backup.copies import CopyProblem, Destination, KnownCopies, is_relied_on
from orbit_domain.clock import Clock
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult

_DESTINATIONS = {Destination.S3: "copies in S3", Destination.TELEGRAM: "copies in Telegram"}
_MAKE = "orbit backup create says what is in the way"
_WORDS = {
    CopyProblem.UNREACHABLE: "it couldn't be reached; the next run tries again",
    CopyProblem.DENIED: "it refuses our key",
    CopyProblem.MISSING: "there is no such bucket",
    CopyProblem.REFUSED: "it refused the copy",
    CopyProblem.WRONG_SIZE: "it holds another size than was sent",
    CopyProblem.DIFFERENT: "it holds other bytes than were sent",
    CopyProblem.SPOILT: "the file on this disk isn't the one that was verified",
    CopyProblem.TOO_LARGE: "the backup is larger than Telegram takes from a bot",
    CopyProblem.NO_CHAT: "the bot may not write to that chat",
    CopyProblem.SLOW_DOWN: "Telegram asks for a pause; the next run tries again",
    CopyProblem.FOLDER: "the folder of backups can't be read",
    CopyProblem.UNKNOWN: "the answer was lost, so the file may be in the chat; tomorrow's is sent again",
    CopyProblem.NOT_TIDIED: "the key may not list or delete, so older copies stay",
}
_REMEDIES = {
    CopyProblem.DENIED: "check ORBIT_BACKUP_S3_ACCESS_KEY and ORBIT_BACKUP_S3_SECRET_KEY, and what the key may do",
    CopyProblem.MISSING: "check ORBIT_BACKUP_S3_URL and ORBIT_BACKUP_S3_ENDPOINT",
    CopyProblem.TOO_LARGE: "use ORBIT_BACKUP_S3_URL, or a Bot API server of your own",
    CopyProblem.NO_CHAT: "press Start in the bot, or check ORBIT_BACKUP_TELEGRAM and ORBIT_OWNER_ID",
    CopyProblem.NOT_TIDIED: "let the store delete old objects itself, or let the key do it",
}


async def check_backup_copies(settings: Settings, clock: Clock) -> Sequence[CheckResult]:
    """Whether each destination that is set up has what it should have. No store is asked: the record is read."""
    if not settings.backup_destinations or not settings.backup_public_key:
        return ()
    folder, records = BackupFolder(settings.backups), CopyRecords(settings.backups)
    backups = await asyncio.to_thread(folder.all, shop_print(settings.bot_id))
    known = await asyncio.to_thread(lambda: [records.read(one) for one in settings.backup_destinations])
    return [_result(one, backups, clock.now()) for one in known]


def destination_in_words(destination: Destination) -> str:
    """Where the copies are."""
    return _DESTINATIONS[destination]


def copy_problem_in_words(problem: str) -> str:
    """Why a copy isn't there."""
    return _WORDS[CopyProblem(problem)] if problem in _WORDS else problem


def _result(known: KnownCopies, backups: Sequence[Backup], now: datetime) -> CheckResult:
    about = _DESTINATIONS[known.destination]
    newest = known.newest_taken_at
    remedy = _REMEDIES[CopyProblem(known.problem)] if known.problem in _REMEDIES else _MAKE
    why = f"; the last try: {copy_problem_in_words(known.problem)}" if known.problem else ""
    if known.tried_at is None:
        return CheckResult(about, True, "none yet; the next backup is copied there", _MAKE, is_warning=True)
    seen = "none" if newest is None else f"the newest is of {newest.isoformat(timespec='seconds')}"
    if not is_relied_on(known, backups, now):
        return CheckResult(about, False, f"{seen}{why}", remedy)
    return CheckResult(about, True, f"{seen}{why}", remedy if why else "", is_warning=bool(why))
