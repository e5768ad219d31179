"""A progress bar for each table that is being copied."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class TableProgress:
    """Progress bars by table. Nothing is shown before `plan` sets their lengths."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, int] = {}

    def plan(self, rows: Mapping[str, int]) -> None:
        """Set how many rows each table has; empty ones get no bar."""
        for table, count in rows.items():
            if count:
                self._tasks[table] = int(self._progress.add_task(table, total=count))

    def advance(self, table: str, rows: int) -> None:
        """*rows* more of *table* are written."""
        if table in self._tasks:
            self._progress.advance(self._tasks[table], rows)  # type: ignore[arg-type]


@contextmanager
def table_progress(console: Console) -> Iterator[TableProgress]:
    """Bars on *console* while the block runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        yield TableProgress(progress)
