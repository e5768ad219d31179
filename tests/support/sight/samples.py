"""Samples as Prometheus keeps them, and what an expression says about them.

`increase` and `rate` take the difference of the first and the last sample of their time, without Prometheus'
extrapolation.
"""

import math
import operator
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from operator import itemgetter
from typing import Any

from prometheus_client.core import Metric

from tests.support.sight.promql import Aggregation, Call, Expression, Number, Operation, Selector

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
_FRESH_S = 300
_SIGNS: Mapping[str, Any] = {
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne,
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": lambda left, right: left / right if right else math.nan,
}  # fmt: skip
_COMPARES = frozenset({">", "<", ">=", "<=", "==", "!="})
_CHOICES: Mapping[str, Any] = {"sum": sum, "min": min, "max": max}


class Samples:
    """What was scraped, by series and time in seconds; a series that a scrape hasn't is over with it."""

    def __init__(self) -> None:
        self._series: dict[str, dict[Labels, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
        self._scrapes: list[float] = []

    def add(self, at: float, scraped: Iterable[Metric], **labels: str) -> None:
        """A scrape of a process with these labels. One of the same name that the process has given is renamed."""
        self._scrapes.append(at)
        for family in scraped:
            for sample in family.samples:
                own = {f"exported_{name}" if name in labels else name: value for name, value in sample.labels.items()}
                known = frozenset({**own, **labels}.items())
                self._series[sample.name][known].append((at, float(sample.value)))
        self._series["up"][frozenset(labels.items())].append((at, 1.0))

    def add_failure(self, at: float, **labels: str) -> None:
        """The process with these labels couldn't be scraped."""
        self._scrapes.append(at)
        self._series["up"][frozenset(labels.items())].append((at, 0.0))

    def ever(self, expression: Expression) -> bool:
        """Whether it has ever said anything."""
        return any(self.value(expression, at) != {} for at in reversed(self._scrapes))

    def labels_of(self, name: str) -> frozenset[str]:
        """The labels that series of that name have had."""
        return frozenset(label for labels in self._series.get(name, {}) for label, _ in labels)

    def value(self, expression: Expression, at: float) -> Vector | float:
        """What *expression* says at that time."""
        match expression:
            case Number(value=number):
                return number
            case Selector():
                return self._newest(expression, at)
            case Call(function=function, arguments=arguments):
                return self._called(function, arguments, at)
            case Aggregation(function=function, by=by, of=inner):
                groups: dict[Labels, list[float]] = defaultdict(list)
                for labels, value in _vector(self.value(inner, at)).items():
                    groups[frozenset(one for one in labels if one[0] in by)].append(value)
                return {labels: _CHOICES[function](values) for labels, values in groups.items()}
            case Operation(sign=sign, left=left, right=right):
                return _combined(sign, self.value(left, at), self.value(right, at))

    def _called(self, function: str, arguments: tuple[Expression, ...], at: float) -> Vector | float:
        if function == "time":
            return at
        if function == "absent":
            return {} if self.value(arguments[0], at) else {frozenset(): 1.0}
        if function == "histogram_quantile":
            quantile = self.value(arguments[0], at)
            assert isinstance(quantile, float)
            return _quantiles(quantile, _vector(self.value(arguments[1], at)))
        (over,) = arguments
        assert isinstance(over, Selector)
        assert over.range_s is not None
        grown = {
            labels: _growth(in_time)
            for labels, points in self._matching(over)
            if len(in_time := [value for when, value in points if at - over.range_s <= when <= at]) > 1
        }
        return grown if function == "increase" else {labels: value / over.range_s for labels, value in grown.items()}

    def _newest(self, wanted: Selector, at: float) -> Vector:
        newest = self._scrapes[bisect_right(self._scrapes, at) - 1]
        found: Vector = {}
        for labels, points in self._matching(wanted):
            when, value = points[bisect_right(points, newest, key=itemgetter(0)) - 1]
            if when == newest and at - when < _FRESH_S:
                found[labels] = value
        return found

    def _matching(self, wanted: Selector) -> Iterable[tuple[Labels, list[tuple[float, float]]]]:
        for labels, points in self._series.get(wanted.name, {}).items():
            if not wanted.matchers or all(_matches(dict(labels), *one) for one in wanted.matchers):
                yield labels, points


def _matches(labels: Mapping[str, str], name: str, sign: str, value: str) -> bool:
    held = labels.get(name, "")
    is_like = re.fullmatch(value, held) is not None if sign.endswith("~") else held == value
    return is_like != sign.startswith("!")


def _vector(value: Vector | float) -> Vector:
    assert isinstance(value, dict)
    return value


def _growth(values: list[float]) -> float:
    """How much a counter has grown; one that is lower than before has begun anew."""
    return sum(after - before if after >= before else after for before, after in pairwise(values))


def _combined(sign: str, left: Vector | float, right: Vector | float) -> Vector | float:
    do = _SIGNS[sign]
    if isinstance(left, float) and isinstance(right, float):
        return float(do(left, right))
    if isinstance(left, float):
        return {labels: do(left, value) for labels, value in _vector(right).items()}
    pairs = {
        labels: (value, right if isinstance(right, float) else right[labels])
        for labels, value in left.items()
        if isinstance(right, float) or labels in right
    }
    if sign in _COMPARES:
        return {labels: one for labels, (one, other) in pairs.items() if do(one, other)}
    return {labels: do(one, other) for labels, (one, other) in pairs.items()}


def _quantiles(quantile: float, buckets: Vector) -> Vector:
    by_rest: dict[Labels, list[tuple[float, float]]] = defaultdict(list)
    for labels, count in buckets.items():
        rest = frozenset(one for one in labels if one[0] != "le")
        by_rest[rest].append((float(dict(labels)["le"]), count))
    return {rest: _quantile(quantile, sorted(points)) for rest, points in by_rest.items()}


def _quantile(quantile: float, points: list[tuple[float, float]]) -> float:
    wanted = quantile * points[-1][1]
    if not points[-1][1]:
        return math.nan
    before, counted = 0.0, 0.0
    for limit, count in points:
        if count >= wanted:
            return before if math.isinf(limit) else before + (limit - before) * (wanted - counted) / (count - counted)
        before, counted = limit, count
    return math.nan
