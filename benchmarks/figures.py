"""The result of a benchmark, and how it is printed."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name and unit; a ratio's unit is `x`. Of several rounds it is the median, with its spread."""

    name: str
    value: float
    unit: str
    fastest: float | None = None
    p90: float | None = None


def spread(name: str, values: Iterable[float], unit: str, *, more_is_better: bool = False) -> Figure:
    """The median of *values*, the best of them, and what nine in ten keep to."""
    ordered = sorted(values, reverse=more_is_better)
    return Figure(name, median(ordered), unit, ordered[0], at_share(ordered, 0.9))


def at_share(ordered: Sequence[float], share: float) -> float:
    """What *share* of the values, in their order, don't go beyond."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def p50_ms(durations_s: Iterable[float]) -> float:
    """The median of durations in seconds, as milliseconds."""
    return median(durations_s) * 1_000


def table(title: str, figures: Sequence[Figure]) -> str:
    """The figures below each other, the numbers flush right."""
    shown = [(one.name, _short(one.value), f"{one.unit}{_spread_of(one)}") for one in figures]
    names, values = (max(len(row[column]) for row in shown) for column in (0, 1))
    lines = (f"  {name:<{names}}  {value:>{values}} {unit}".rstrip() for name, value, unit in shown)
    return "\n".join([title, *lines])


def _spread_of(one: Figure) -> str:
    if one.fastest is None or one.p90 is None:
        return ""
    return f"  (fastest {_short(one.fastest)}, p90 {_short(one.p90)})"


def _short(value: float) -> str:
    if value == int(value) or value >= 1_000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
