"""The screen of backups in its states."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.backups import backup_runs_screen, backups_screen
from orbit_domain.backup.asked import ASKED, BACKUP, ENDED, BackupOutcome
from orbit_domain.backup.backup import BackupProblem, FailedBackup
from orbit_domain.backup.ports import BackupPlace
from orbit_domain.backup.progress import BackupPhase, BackupProgress
from orbit_domain.storage import AdminAction
from orbit_domain.use_cases.backup_when_asked import BackupsPage
from orbit_domain.user.user import Role
from tests.support.backups import backup
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import NOW, ORDER_ID

_HOUR = timedelta(hours=1)
_KEPT = tuple(replace(backup(NOW - number * _HOUR), size=34_603_008 + number) for number in range(1, 41))
_ASKED = AdminAction(ORDER_ID, "telegram:1", ASKED, BACKUP, "", NOW - timedelta(seconds=7))
_MADE = replace(_ASKED, actor="worker", action=ENDED)
_GOOD = BackupOutcome("", NOW - timedelta(seconds=30), 34_603_100, 98_311, 21, 0)
_WITH_IT = (replace(backup(_GOOD.taken_at or NOW), size=_GOOD.size, rows=_GOOD.rows), *_KEPT[:2])
_PROGRESS = BackupProgress(BackupPhase.WRITING, "ledger_postings", 11, 45, 3_250_000, NOW - timedelta(seconds=8))


def _page(language: str, **how: object) -> BackupsPage:
    owner = replace(view_examples.user(language), role=Role.OWNER)
    page = BackupsPage(
        owner, NOW, True, BackupPlace.DATA, _KEPT[:3], None, False, None, NOW + _HOUR / 2, None, None, None
    )
    return replace(page, **how)


def _screen(**how: object) -> Callable[[str], Screen]:
    return lambda language: backups_screen(_page(language, **how))


def _running(phase: BackupPhase, **how: object) -> Callable[[str], Screen]:
    progress = replace(_PROGRESS, phase=phase, **how)
    return _screen(is_busy=True, asked=_ASKED, progress=progress)


BACKUP_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "backups": _screen(),
    "backups_many": _screen(
        backups=(replace(backup(NOW - _HOUR, verified=False), rows=1), *_KEPT), place=BackupPlace.CHOSEN, next_at=NOW
    ),
    "backups_none": _screen(backups=(), next_at=None),
    "backups_no_key": _screen(is_set_up=False, backups=(), next_at=None),
    "backups_unseen": _screen(backups=(), place=BackupPlace.UNSEEN, last=_MADE, outcome=_GOOD),
    "backups_asked": _screen(asked=_ASKED),
    "backups_asked_long": _screen(asked=replace(_ASKED, at=NOW - timedelta(minutes=5))),
    "backups_asked_twice": lambda language: backup_runs_screen(_page(language, asked=_ASKED)),
    "backups_busy": _screen(is_busy=True),
    "backups_writing": _running(BackupPhase.WRITING),
    "backups_restoring": _running(BackupPhase.RESTORING, done=40, size=34_603_100, table="<b>users</b>"),
    "backups_comparing": _running(BackupPhase.COMPARING, done=45, size=34_603_100, table=""),
    "backups_made": _screen(backups=_WITH_IT, last=_MADE, outcome=_GOOD),
    "backups_made_with_findings": _screen(
        backups=_WITH_IT, last=_MADE, outcome=replace(_GOOD, findings=2, rows=1, seconds=1)
    ),
    "backups_made_elsewhere_unverified": _screen(last=_MADE, outcome=replace(_GOOD, problem=BackupProblem.NO_SCRATCH)),
    "backups_asked_in_vain": _screen(last=_MADE, outcome=BackupOutcome(BackupProblem.NO_ROOM)),
    "backups_failed": _screen(backups=_WITH_IT, failed=FailedBackup(NOW, "new <b>"), last=_MADE, outcome=_GOOD),
}
