"""Shows how far a backup is: a bar on a terminal, else a line now and then; and in a file, for the bot."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from orbit_adapters.backup.meter import Meter, OnProgress
from orbit_adapters.backup.progress_file import ProgressFile
from orbit_adapters.system.clock import SystemClock
from orbit_domain.backup.progress import BackupPhase, BackupProgress
from orbit_entry.commands.terminal import show
from orbit_entry.doctor.backups import size_in_words

_TICK_S = 1.0
_LINE_S = 3.0
_WORDS = {
    BackupPhase.WRITING: "Writes the archive",
    BackupPhase.RESTORING: "Restores it into a database of its own",
    BackupPhase.COMPARING: "Compares both, and audits the ledger",
}

_SHORT = {BackupPhase.WRITING: "Writes", BackupPhase.RESTORING: "Restores", BackupPhase.COMPARING: "Compares"}
"""Beside a bar there is no room for more."""


class Display(Protocol):
    """Shows the newest progress. It is told each second, and when a phase begins."""

    def __call__(self, progress: BackupProgress) -> None:
        """Show *progress*."""


class Lines:
    """A line when a phase begins, and one every three seconds: no terminal is there to draw on."""

    def __init__(self, say: Callable[[str], object], now: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._now = now
        self._began_at = self._said_at = now()
        self._phase: BackupPhase | None = None

    def __call__(self, progress: BackupProgress) -> None:
        """Say it if it is time."""
        is_new, now = progress.phase is not self._phase, self._now()
        if not is_new and now - self._said_at < _LINE_S:
            return
        self._phase, self._said_at = progress.phase, now
        words = _WORDS[progress.phase]
        facts = f"{place(progress)}, {round(now - self._began_at)} s"
        self._say(f"{words} …" if is_new else f"{words}: {facts}")


class Bar:
    """One bar for the whole run. It counts the seconds by itself."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Begins", total=100, where="")

    def __call__(self, progress: BackupProgress) -> None:
        """Draw it."""
        words, where = _SHORT[progress.phase], place(progress)
        self._bar.update(self._task, completed=progress.percent, description=words, where=where)


class Watch:
    """Keeps the newest progress, and has it shown each second by a thread: a long statement delays no line."""

    def __init__(self, *displays: Display) -> None:
        self._displays = displays
        self._newest: BackupProgress | None = None
        self._shown: BackupProgress | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def __call__(self, progress: BackupProgress) -> None:
        """*progress* is the newest; a new phase is shown at once."""
        is_new = self._newest is None or self._newest.phase is not progress.phase
        self._newest = progress
        if is_new:
            self.tick()

    def tick(self) -> None:
        """Show the newest."""
        with self._lock:
            if self._newest is not None and not self._ended.is_set():
                for display in self._displays:
                    # A standard error output that is closed is no reason to have no backup.
                    with suppress(OSError):
                        display(self._newest)

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Tick each second in the block, and never after it."""
        thread = threading.Thread(target=self._tick_on, name="progress", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._ended.set()
            thread.join()

    def _tick_on(self) -> None:
        while not self._ended.wait(_TICK_S):
            self.tick()


@contextmanager
def shown_progress(is_shown: bool, file: ProgressFile | None = None) -> Iterator[OnProgress]:
    """Show on the standard error output how far it is, and keep it in *file* while the block runs."""
    keep = (file.keep,) if file is not None else ()
    with _display(is_shown) as displays:
        watch = Watch(*keep, *displays)
        try:
            with watch.ticking():
                yield watch
        finally:
            if file is not None:
                file.forget()


@contextmanager
def shown_tables(is_shown: bool) -> Iterator[Callable[[str], None]]:
    """The same for a run that begins with an archive, and says which tables are done."""
    with shown_progress(is_shown) as on_progress:
        yield Meter(on_progress, SystemClock().now(), BackupPhase.RESTORING).table_done


@contextmanager
def _display(is_shown: bool) -> Iterator[tuple[Display, ...]]:
    console = Console(stderr=True)
    if not is_shown:
        yield ()
    elif not console.is_terminal:
        yield (Lines(partial(show, error=True)),)
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[where]}"),
        )
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
            yield (Bar(bar),)


def place(progress: BackupProgress) -> str:
    """Which table is in hand, and how large the archive is so far."""
    number = min(progress.done + 1, progress.tables)
    table = f"{progress.table}, table {number} of {progress.tables}" if progress.table else "all tables are through"
    return f"{table}, {size_in_words(progress.size)}" if progress.size else table
