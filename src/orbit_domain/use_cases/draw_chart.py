"""A picture of figures."""

from dataclasses import dataclass, field

from orbit_domain.chart import Chart, ChartPainter


@dataclass(slots=True)
class DrawChart:
    """Draw it, unless it is among the last ones: a button is often tapped to and fro."""

    painter: ChartPainter
    kept: int = 8
    _pictures: dict[Chart, bytes] = field(default_factory=dict, init=False, repr=False)

    async def __call__(self, chart: Chart) -> bytes | None:
        """The picture (PNG); None when it can't be drawn. Never raises."""
        picture = self._pictures.get(chart) or await self.painter.paint(chart)
        if picture is not None:
            self._pictures[chart] = picture
            while len(self._pictures) > self.kept:
                self._pictures.pop(next(iter(self._pictures)))
        return picture
