"""How far a backup is, and what the log keeps of one that was asked for."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.backup.meter import Meter
from orbit_adapters.backup.progress_file import ProgressFile
from orbit_adapters.backup.tables import shop_tables
from orbit_domain.backup.asked import BackupOutcome
from orbit_domain.backup.backup import BackupProblem, FailedBackup
from orbit_domain.backup.progress import BackupPhase, BackupProgress
from orbit_domain.backup.retention import is_due, next_due
from orbit_entry.commands.backup_progress import Lines, Watch, shown_progress
from tests.support.backups import backup
from tests.support.clock import NOON

PROGRESS = BackupProgress(BackupPhase.WRITING, "users", 3, 45, 3_500_000, NOON)


@given(
    st.builds(
        BackupOutcome,
        st.sampled_from(["", "other", *BackupProblem]),
        st.none() | st.integers(0, 10**9).map(lambda seconds: NOON + timedelta(seconds=seconds)),
        *[st.integers(0, 10**9 - 1)] * 4,
    )
)
def test_the_log_keeps_what_came_of_it(outcome: BackupOutcome) -> None:
    """Every outcome is read back as it was; what is no outcome, isn't one."""
    assert BackupOutcome.read(str(outcome)) == outcome
    assert BackupOutcome.read(f"{outcome}; and more") is None


@pytest.mark.parametrize(
    "text", ["", "problem: none", f"{BackupOutcome()}".replace("none; size", "20269999T000000Z; size")]
)
def test_another_text_is_no_outcome(text: str) -> None:
    """Also one with a date that no calendar has."""
    assert BackupOutcome.read(text) is None


@given(st.lists(st.integers(-600, 600), max_size=5), st.none() | st.integers(-60, 30), st.integers(1, 24))
def test_the_next_one_is_told_when_it_is_due(ages: list[int], failed_ago: int | None, hours: int) -> None:
    """At the told moment one is due, and not a minute before; one of the future holds up none."""
    every = timedelta(hours=hours)
    kept = [backup(NOON - timedelta(minutes=age)) for age in ages]
    failed = None if failed_ago is None else FailedBackup(NOON - timedelta(minutes=failed_ago), "folder")
    at = next_due(kept, failed, every, NOON)
    assert at >= NOON
    assert (at == NOON) == is_due(kept, failed, every, NOON)
    if max(ages, default=0) == max(ages, key=abs, default=0) and min(ages, default=0) >= 0:
        assert is_due(kept, failed, every, at) or (failed is not None and failed.at > NOON)
        assert at == NOON or not is_due(kept, failed, every, at - timedelta(minutes=1))


def test_an_older_archive_has_fewer_tables() -> None:
    """When a table comes again, all that the archive has are restored, and the copy is compared."""
    told: list[BackupProgress] = []
    meter = Meter(told.append, NOON, BackupPhase.RESTORING)
    names = [table.name for table in shop_tables()][1:]
    for table in (*names, *names):
        meter.table_done(table)
    phases = [one.phase for one in told]
    assert phases.count(BackupPhase.RESTORING) == len(names) + 1
    assert (told[-1].phase, told[-1].done) == (BackupPhase.COMPARING, len(names))


def test_lines_speak_of_each_phase_and_never_too_often() -> None:
    """Without a terminal: a line when a phase begins, and one after three seconds without any."""
    said: list[str] = []
    seconds = iter([0.0, 0.0, 1.0, 2.9, 3.0, 4.0, 5.0])
    show = Lines(said.append, lambda: next(seconds))
    for one in (*[PROGRESS] * 5, BackupProgress(BackupPhase.COMPARING, "", 45, 45, 3_500_000, NOON)):
        show(one)
    assert said == [
        "Writes the archive …",
        "Writes the archive: users, table 4 of 45, 3.3 MiB, 3 s",
        "Compares both, and audits the ledger …",
    ]


def test_what_is_shown_is_the_newest_and_a_closed_output_stops_nothing() -> None:
    """A new phase is shown at once, the rest at the next tick, and nothing after the end."""
    shown: list[tuple[str, int]] = []

    def closed(_: BackupProgress) -> None:
        raise BrokenPipeError

    watch = Watch(closed, lambda one: shown.append((one.phase, one.done)))
    watch.tick()
    for done in (0, 1, 2):
        watch(BackupProgress(BackupPhase.WRITING, "users", done, 45, 0, NOON))
    watch.tick()
    with watch.ticking():
        watch(BackupProgress(BackupPhase.RESTORING, "users", 0, 45, 0, NOON))
    watch(BackupProgress(BackupPhase.COMPARING, "users", 0, 45, 0, NOON))
    watch.tick()
    assert shown == [("writing", 0), ("writing", 2), ("restoring", 0)]


def test_the_file_says_what_was_kept_last_and_never_breaks(tmp_path) -> None:
    """Rubbish, a link, and a folder that isn't there are nothing."""
    kept = ProgressFile(tmp_path)
    assert kept.read() is None
    kept.keep(PROGRESS)
    assert kept.read() == PROGRESS
    file, secret = tmp_path / "progress.json", tmp_path / "secret"
    good = file.read_text()
    for rubbish in ("", "[]", "3", "{}", good.replace("writing", "dreaming"), good.replace("+00:00", "")):
        file.write_text(rubbish)
        assert kept.read() is None
    kept.forget()
    secret.write_text(good)
    file.symlink_to(secret)
    assert kept.read() is None
    kept.forget()
    (tmp_path / "progress.json.part").symlink_to(secret)
    kept.keep(PROGRESS)
    assert (kept.read(), secret.read_text()) == (None, good)
    kept.forget()
    assert [one.name for one in tmp_path.iterdir()] == ["secret"]
    with shown_progress(False, kept) as told:
        told(PROGRESS)
        assert kept.read() == PROGRESS
    assert kept.read() is None
    missing = ProgressFile(tmp_path / "missing")
    missing.keep(PROGRESS)
    missing.forget()
