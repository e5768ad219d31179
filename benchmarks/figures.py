"""The result of a benchmark, and how it is printed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name and unit; a ratio's unit is `x`."""

    name: str
    value: float
    unit: str


def p50_ms(durations_s: Iterable[float]) -> float:
    """The median of durations in seconds, as milliseconds."""
    return median(durations_s) * 1_000


def table(title: str, figures: Sequence[Figure]) -> str:
    """The figures below each other, the numbers flush right."""
    shown = [(one.name, _short(one.value), one.unit) for one in figures]
    names, values = (max(len(row[column]) for row in shown) for column in (0, 1))
    lines = (f"  {name:<{names}}  {value:>{values}} {unit}".rstrip() for name, value, unit in shown)
    return "\n".join([title, *lines])


def _short(value: float) -> str:
    if value == int(value) or value >= 1_000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
