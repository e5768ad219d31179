"""What a campaign shows while it runs, and what remains on the screen."""

from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from tests.integration.faults.crash_points.campaign import Tally


class CampaignProgress:
    """A bar over the *points* to be passed, and below it how often the process crashed in each step."""

    def __init__(self, console: Console, points: int) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("points"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[journeys]} journeys, {task.fields[meetings]} meetings"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._bar = self._progress.add_task("points", total=points, journeys=0, meetings=0)
        self._hits = ""
        self._live = Live(console=console, get_renderable=self._render, refresh_per_second=2)

    def show(self, tally: Tally) -> None:
        """Show *tally* from now on."""
        self._progress.update(self._bar, completed=tally.points, journeys=tally.journeys, meetings=tally.meetings)
        self._hits = " · ".join(f"{step} {crashes}" for step, crashes in tally.by_step().items())

    def _render(self) -> RenderableType:
        return Group(self._progress, Text(self._hits))

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
        if not self._console.is_terminal:
            self._console.print()  # In a file the last line has no end.
