"""A picture of figures, as data: what is drawn, in words that are ready to be read."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, one for each label of its bars. `name` is empty when there is only one kind."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers over time, one kind above the other. A whole of the scale is *scale* units: 100 kopecks are a rouble.

    `empty` is the sentence in place of bars when all of them are zero.
    """

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    empty: str
    scale: int = 1

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure in large letters, what it is, and what it is made of."""

    name: str
    figure: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A title, some figures, and bars over time."""

    title: str
    tiles: tuple[Tile, ...]
    bars: tuple[Bars, ...]


class ChartPainter(Protocol):
    """Draws charts."""

    async def paint(self, chart: Chart) -> bytes | None:
        """The chart as a picture (PNG). None when it can't be drawn: what is said in words has to do. Never raises."""
