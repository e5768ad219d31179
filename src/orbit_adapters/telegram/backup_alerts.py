"""What the owner hears of backups, as screens."""

from orbit_adapters.telegram.backup_callbacks import SeeBackups
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Screen, copy, keyboard, tap
from orbit_adapters.telegram.screens.buttons import paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import SeeNameless
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.copies import CopyProblem, Destination
from orbit_domain.notice.backup_notices import ReplayEnded
from orbit_domain.notice.backup_overdue import BackupCopyOverdue, BackupOverdue

_COMMAND = "orbit backup create"
_S3_SETTING = "ORBIT_BACKUP_S3_URL"
_KNOWN = frozenset(BackupProblem)
_COPY_PROBLEMS = frozenset(CopyProblem) - {CopyProblem.NOT_TIDIED, CopyProblem.TOO_LARGE}
_PLACES = frozenset(Destination)


def backup_overdue_screen(alert: BackupOverdue, translate: Translator) -> Screen:
    """Since when there is no backup to rely on, why as far as it is known, and the command that says more."""
    since = (
        translate("notice-backup-none")
        if alert.taken_at is None
        else translate("notice-backup-old", when=translate.moment(alert.taken_at))
    )
    known = alert.problem if alert.problem in _KNOWN else "other"
    why = translate(f"backup-problem-{known.replace('_', '-')}") if alert.problem else ""
    text = paragraphs(since, why, translate("notice-backup-next", command=code(_COMMAND)))
    rows = (copy(translate.label("b-copy-command"), _COMMAND), tap(translate.label("b-backups"), SeeBackups()))
    return Screen(text, keyboard(*rows, admin_row(translate)))


def replay_ended_screen(notice: ReplayEnded, translate: Translator) -> Screen:
    """That the restored shop works in full again, and what has no owner now."""
    unread = translate("notice-replay-unread", sources=code(notice.unread)) if notice.unread else ""
    text = paragraphs(
        translate("notice-replay-ended", when=translate.moment(notice.restored_at)),
        unread or translate("notice-replay-read"),
        translate("notice-replay-nameless", count=notice.nameless) if notice.nameless else "",
    )
    nameless = tap(translate.label("b-nameless"), SeeNameless(0)) if notice.nameless else ()
    return Screen(text, keyboard(nameless, admin_row(translate)), kept=True)


def backup_copy_overdue_screen(alert: BackupCopyOverdue, translate: Translator) -> Screen:
    """What isn't where it should be, and why; the command tries again and says more."""
    rows = copy(translate.label("b-copy-command"), _COMMAND), admin_row(translate)
    if alert.problem == CopyProblem.TOO_LARGE:
        return Screen(translate("notice-copy-large", setting=code(_S3_SETTING)), keyboard(admin_row(translate)))
    where = translate.label(f"copy-place-{alert.destination if alert.destination in _PLACES else 'other'}")
    what = (
        translate("notice-copy-none", where=where)
        if alert.taken_at is None
        else translate("notice-copy-old", where=where, when=translate.moment(alert.taken_at))
    )
    known = alert.problem if alert.problem in _COPY_PROBLEMS else "other"
    why = translate(f"copy-problem-{known.replace('_', '-')}") if alert.problem else ""
    return Screen(paragraphs(what, why, translate("notice-backup-next", command=code(_COMMAND))), keyboard(*rows))
