"""Backups: the newest ones, how far the one is that is being made, and the button that has one made."""

from datetime import timedelta

from orbit_adapters.telegram.backup_callbacks import SeeBackups, StartBackup
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, copy, keyboard, tap
from orbit_adapters.telegram.screens.bars import bar
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_domain.backup.asked import BackupOutcome
from orbit_domain.backup.backup import Backup, BackupProblem
from orbit_domain.backup.ports import BackupPlace
from orbit_domain.backup.progress import BackupProgress
from orbit_domain.use_cases.backup_when_asked import BackupsPage

_SHOWN = 5
_TABLE_CHARS = 40
_NEW_KEY = "orbit backup key"
_LONG = timedelta(minutes=2)
_FRESH = timedelta(days=1)
_KNOWN = frozenset(BackupProblem)
_UNITS = (("gb", 30), ("mb", 20), ("kb", 10), ("b", 0))


def backups_screen(page: BackupsPage) -> Screen:
    """How it stands."""
    translate = Translator(page.user.language)
    text = paragraphs(translate("backups"), _now(page, translate), _kept(page, translate), _where(page, translate))
    return Screen(text, keyboard(*_rows(page, translate), admin_row(translate)))


def backup_runs_screen(page: BackupsPage) -> Screen:
    """The same for somebody who asks for another one meanwhile."""
    return backups_screen(page).with_toast(Translator(page.user.language).label("backup-runs-already"))


def _now(page: BackupsPage, translate: Translator) -> Html:
    if page.progress is not None:
        return _progress(page, page.progress, translate)
    if page.is_busy:
        return translate("backup-busy")
    if page.asked is not None:
        is_long = page.now - page.asked.at >= _LONG
        return translate("backup-asked", moment=translate.moment(page.asked.at), long="yes" if is_long else "no")
    if not page.is_set_up:
        return translate("backup-no-key", command=code(_NEW_KEY), variable=code("ORBIT_BACKUP_PUBLIC_KEY"))
    last, failed = page.last, page.failed
    if failed is not None and (last is None or failed.at > last.at):
        words = translate("backup-failed", moment=translate.moment(failed.at))
        return lines(words, _why(failed.problem, translate))
    if last is not None and page.outcome is not None and page.now - last.at < _FRESH:
        return _outcome(page.outcome, translate.moment(last.at), translate)
    return Html("")


def _progress(page: BackupsPage, progress: BackupProgress, translate: Translator) -> Html:
    table = translate(
        "backup-progress-table",
        table=code(progress.table, _TABLE_CHARS),
        number=min(progress.done + 1, progress.tables),
        tables=progress.tables,
    )
    seconds = max(0, (page.now - progress.began_at) // timedelta(seconds=1))
    return lines(
        translate("backup-progress", bar=bar(progress.percent, 100), percent=progress.percent),
        translate("backup-progress-phase", phase=progress.phase.value),
        table if progress.table else "",
        translate(
            "backup-progress-size",
            size=_size(progress.size, translate),
            elapsed=f"{seconds // 60}:{seconds % 60:02}",
        ),
    )


def _outcome(outcome: BackupOutcome, moment: str, translate: Translator) -> Html:
    if outcome.taken_at is None:
        return lines(translate("backup-failed", moment=moment), _why(outcome.problem, translate))
    made = translate(
        "backup-made",
        verified="no" if outcome.problem else "yes",
        moment=moment,
        size=_size(outcome.size, translate),
        rows=outcome.rows,
        seconds=outcome.seconds,
    )
    findings = translate("backup-findings", count=outcome.findings, command=code("orbit ledger audit"))
    return lines(made, _why(outcome.problem, translate), findings if outcome.findings else "")


def _kept(page: BackupsPage, translate: Translator) -> Html:
    shown = [_line(one, translate) for one in page.backups[:_SHOWN]]
    unseen = translate("backups-unseen", command=code("orbit backup list"))
    if not shown:
        return unseen if page.place is BackupPlace.UNSEEN or page.is_elsewhere else translate("backups-none")
    if more := len(page.backups) - len(shown):
        total = _size(sum(one.size for one in page.backups), translate)
        shown.append(translate("backups-more", count=more, total=total))
    return lines(translate("backups-newest"), *shown, unseen if page.is_elsewhere else "")


def _line(one: Backup, translate: Translator) -> Html:
    line = translate(
        "backup-line",
        verified="yes" if one.verified_at is not None else "no",
        moment=translate.moment(one.taken_at),
        size=_size(one.size, translate),
        rows=one.rows,
    )
    return lines(line, _why(one.problem, translate) if one.verified_at is None else "")


def _where(page: BackupsPage, translate: Translator) -> Html:
    is_seen = page.backups and page.place is not BackupPlace.UNSEEN
    place = translate(f"backup-place-{page.place}") if is_seen else ""
    return lines(place, _next(page, translate) if page.is_set_up else "")


def _next(page: BackupsPage, translate: Translator) -> Html:
    if page.next_at is None:
        return translate("backup-next-never", variable=code("ORBIT_BACKUP_EVERY_HOURS"))
    if page.next_at <= page.now:
        return translate("backup-next-now")
    return translate("backup-next", moment=translate.moment(page.next_at))


def _why(problem: str, translate: Translator) -> Html:
    """The reason in words; nothing without one."""
    known = problem if problem in _KNOWN else "other"
    return translate(f"backup-problem-{known.replace('_', '-')}") if problem else Html("")


def _size(size: int, translate: Translator) -> str:
    """`3.3 MB`, `3,3 МБ`."""
    unit, bits = next((unit, bits) for unit, bits in _UNITS if size >> bits or not bits)
    tenths = (size * 10) >> bits
    whole, rest = str(tenths // 10), tenths % 10 if bits else 0
    return translate.label("backup-size", unit=unit, whole=whole, tenths=rest)


def _rows(page: BackupsPage, translate: Translator) -> list[Row]:
    if not page.is_set_up:
        return [copy(translate.label("b-copy-command"), _NEW_KEY)]
    if page.runs:
        return [tap(translate.label("b-reload"), SeeBackups())]
    return [tap(translate.label("b-backup-start"), StartBackup())]
