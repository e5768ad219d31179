"""What a scan shows while it runs."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.integration.ton.scan_marathon.tally import Tally

_LINE_EVERY_S = 20


class ScanProgress:
    """A bar over the *transfers*; where the output is no terminal, a line every twenty seconds."""

    def __init__(self, console: Console, transfers: int) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("transfers"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[lies]} lies, {task.fields[speed]:.0f} a second"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._bar = self._progress.add_task("transfers", total=transfers, lies=0, speed=0.0)
        self._printed_at = time.monotonic()

    def show(self, tally: Tally) -> None:
        """Show *tally* from now on."""
        lies = tally.told.total()
        self._progress.update(self._bar, completed=tally.recorded, lies=lies, speed=tally.per_second)
        if not self._console.is_terminal and time.monotonic() - self._printed_at > _LINE_EVERY_S:
            self._printed_at = time.monotonic()
            speed = f"{tally.per_second:.0f} a second, {tally.per_cpu_second:.0f} a second of processor time"
            self._console.print(f"{tally.recorded} transfers, {lies} lies, {speed}", highlight=False)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
