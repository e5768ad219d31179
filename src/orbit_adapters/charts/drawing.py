"""How a chart looks: a light card of its own, readable on a phone whether its chat is light or dark."""

from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from orbit_domain.chart import Bars, Chart, Series, Tile

_DPI, _WIDTH, _HEAD, _BARS, _EMPTY = 150, 8.0, 1.75, 2.8, 1.5
_LEFT, _RIGHT, _UNDER, _TITLE, _LEGEND = 1.0, 0.35, 0.5, 0.5, 0.35
_MARGIN = 0.35
_GROUND, _INK, _PALE, _GRID = "#ffffff", "#1f2937", "#6b7280", "#e5e7eb"
_COLOURS = ("#2563eb", "#f59e0b", "#10b981", "#ef4444", "#8b5cf6", "#14b8a6", "#ec4899", "#84cc16")
_FAMILY = "DejaVu Sans"
_MOST_LABELS, _LEGEND_COLUMNS = 8, 3
_SIZES = ((11, 17), (16, 13), (22, 10))
"""The size of a tile's figure by how many characters it has at most."""


def draw(chart: Chart) -> bytes:
    """*chart* as PNG, 1200 pixels wide. Lengths are in inches, as matplotlib's are."""
    heights = [_EMPTY if bars.is_empty else _BARS + _legend_height(bars) for bars in chart.bars]
    height = top = _HEAD + sum(heights)
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=_GROUND)
    FigureCanvasAgg(figure)
    _write(figure, _MARGIN, height - 0.35, chart.title, size=17, weight="bold")
    column = (_WIDTH - 2 * _MARGIN) / max(1, len(chart.tiles))
    for number, tile in enumerate(chart.tiles):
        _draw_tile(figure, tile, _MARGIN + number * column, height - 0.85)
    top -= _HEAD
    for bars, own in zip(chart.bars, heights, strict=True):
        _write(figure, _MARGIN, top - 0.1, bars.title, size=13, weight="bold")
        above = _TITLE + _legend_height(bars)
        top -= own
        left, right = _LEFT / _WIDTH, _RIGHT / _WIDTH
        axes = figure.add_axes((left, (top + _UNDER) / height, 1 - left - right, (own - _UNDER - above) / height))
        if bars.is_empty:
            _say_empty(axes, bars)
        else:
            _draw_bars(axes, bars)
    picture = BytesIO()
    figure.savefig(picture, format="png", facecolor=_GROUND)
    return picture.getvalue()


def _draw_tile(figure: Figure, tile: Tile, left: float, top: float) -> None:
    _write(figure, left, top, tile.name, size=10, colour=_PALE)
    size = next((size for chars, size in _SIZES if len(tile.figure) <= chars), 8)
    _write(figure, left, top - 0.2, tile.figure, size=size, weight="bold")
    _write(figure, left, top - 0.55, tile.note, size=9, colour=_PALE)


def _legend_height(bars: Bars) -> float:
    if bars.is_empty or not any(one.name for one in bars.series):
        return 0.0
    return _LEGEND * -(-len(bars.series) // _LEGEND_COLUMNS)


def _say_empty(axes: Axes, bars: Bars) -> None:
    axes.set_axis_off()
    axes.text(0.45, 0.5, bars.empty, ha="center", va="center", fontsize=12, color=_PALE, parse_math=False)


def _draw_bars(axes: Axes, bars: Bars) -> None:
    places = list(range(len(bars.labels)))
    below = [Fraction(0)] * len(places)
    patches = []
    for number, one in enumerate(bars.series):
        # Pixels are floats; the amounts in words are exact.
        tall = [Fraction(value, bars.scale) for value in one.values]
        colour = _COLOURS[number % len(_COLOURS)]
        patches.append(axes.bar(places, _floats(tall), bottom=_floats(below), width=0.78, color=colour, zorder=2))
        below = [low + more for low, more in zip(below, tall, strict=True)]
    _label(axes, bars.labels)
    if _legend_height(bars):
        _explain(axes, patches, bars.series)


def _label(axes: Axes, labels: Sequence[str]) -> None:
    """The scales: whole numbers upwards, and as many labels along as can be read, the newest one among them."""
    step = -(-len(labels) // _MOST_LABELS) if len(labels) > 2 * _MOST_LABELS else 1
    shown = list(range(len(labels) - 1, -1, -step))
    axes.set_xticks(shown, [labels[place] for place in shown])
    axes.set_xlim(-0.6, len(labels) - 0.4)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: _grouped(round(value))))
    axes.grid(axis="y", color=_GRID, zorder=0)
    axes.tick_params(length=0, labelsize=10, labelcolor=_PALE, labelfontfamily=_FAMILY)
    for name in ("top", "left", "right"):
        axes.spines[name].set_visible(False)
    axes.spines["bottom"].set_color(_GRID)


def _explain(axes: Axes, patches: Sequence[BarContainer], series: Sequence[Series]) -> None:
    legend = axes.legend(
        patches,
        [one.name for one in series],
        loc="lower left",
        bbox_to_anchor=(-0.1, 1.0),
        ncols=_LEGEND_COLUMNS,
        frameon=False,
        fontsize=10,
        handlelength=0.9,
        handleheight=0.9,
        labelcolor=_INK,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def _write(
    figure: Figure, left: float, top: float, text: str, *, size: int, colour: str = _INK, weight: str = "normal"
) -> None:
    height = figure.get_figheight()
    figure.text(
        left / _WIDTH, top / height, text, va="top", fontsize=size, color=colour, fontweight=weight,
        fontfamily=_FAMILY, parse_math=False,
    )  # fmt: skip


def _floats(values: Sequence[Fraction]) -> list[float]:
    return [float(value) for value in values]


def _grouped(number: int) -> str:
    """`12 000`, in any language."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
