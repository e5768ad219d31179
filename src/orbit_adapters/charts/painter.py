"""The port `ChartPainter` on matplotlib."""

import asyncio
from threading import Lock

import structlog

from orbit_domain.chart import Chart

log = structlog.get_logger()


class MatplotlibPainter:
    """Draws in a thread of its own, one picture at a time: matplotlib's font cache is shared.

    The library is loaded with the first picture, since it takes a second that no other process should wait for.
    """

    def __init__(self) -> None:
        self._turn = Lock()

    async def paint(self, chart: Chart) -> bytes | None:
        """The picture; None, with a line in the log, when it can't be drawn."""
        try:
            return await asyncio.to_thread(self._paint, chart)
        except Exception as error:  # figures in words are worth more than no answer at all
            log.exception("chart_not_drawn", error=type(error).__name__)
            return None

    def _paint(self, chart: Chart) -> bytes:
        with self._turn:
            from orbit_adapters.charts.drawing import draw

            return draw(chart)
