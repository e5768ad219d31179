"""The part of Prometheus' query language that our alerts and our dashboard use: its words, its grammar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

AGGREGATIONS = frozenset({"sum", "min", "max"})
FUNCTIONS = {"increase": 1, "rate": 1, "absent": 1, "time": 0, "histogram_quantile": 2}
"""Each with its number of arguments."""
_COMPARISONS = (">=", "<=", "==", "!=", ">", "<")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_WORD = re.compile(
    r"""\s*(?: (?P<number>\d+(?:\.\d+)?(?![\w.])) | (?P<name>[a-zA-Z_:][\w:]*) | (?P<text>"[^"\\]*")
      | (?P<range>\[\d+[smhd]\]) | (?P<sign>>=|<=|==|!=|=~|!~|[-+*/><=(){},]) )""",
    re.VERBOSE,
)


class NotPromql(ValueError):
    """This isn't an expression of the part that we know."""


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Selector:
    """Series of *name* whose labels match; with `range_s` their samples of so many seconds."""

    name: str
    matchers: tuple[tuple[str, str, str], ...] = ()
    range_s: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Aggregation:
    function: str
    by: tuple[str, ...]
    of: "Expression"


@dataclass(frozen=True, slots=True)
class Operation:
    sign: str
    left: "Expression"
    right: "Expression"


Expression = Number | Selector | Call | Aggregation | Operation


def parsed(text: str) -> Expression:
    """The expression. Raises NotPromql."""
    words = _Words(text)
    found = _comparison(words)
    if words.next is not None:
        raise NotPromql(f"{text!r} goes on with {words.next!r}")
    return found


def selectors(expression: Expression) -> Iterator[Selector]:
    """Every selector in it."""
    match expression:
        case Selector():
            yield expression
        case Call(arguments=arguments):
            for one in arguments:
                yield from selectors(one)
        case Aggregation(of=inner):
            yield from selectors(inner)
        case Operation(left=left, right=right):
            yield from selectors(left)
            yield from selectors(right)


class _Words:
    """The words of a text, one after another."""

    def __init__(self, text: str) -> None:
        self._words: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _WORD.match(text, at)
            if found is None or found.lastgroup is None:
                raise NotPromql(f"{text!r} has a word that isn't known at {at}")
            self._words.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    @property
    def next(self) -> str | None:
        return self._words[0][1] if self._words else None

    @property
    def kind(self) -> str | None:
        return self._words[0][0] if self._words else None

    def take(self, *wanted: str) -> str:
        """The next word, which must be one of *wanted*, or anything."""
        if not self._words or (wanted and self.next not in wanted):
            raise NotPromql(f"{self.next!r} isn't {' or '.join(wanted) or 'a word'}")
        return self._words.pop(0)[1]

    def took(self, *wanted: str) -> str | None:
        """The next word if it is one of *wanted*."""
        return self.take() if self.next in wanted and self.kind == "sign" else None


def _comparison(words: _Words) -> Expression:
    left = _sum(words)
    if (sign := words.took(*_COMPARISONS)) is not None:
        return Operation(sign, left, _sum(words))
    return left


def _sum(words: _Words) -> Expression:
    left = _product(words)
    while (sign := words.took("+", "-")) is not None:
        left = Operation(sign, left, _product(words))
    return left


def _product(words: _Words) -> Expression:
    left = _single(words)
    while (sign := words.took("*", "/")) is not None:
        left = Operation(sign, left, _single(words))
    return left


def _single(words: _Words) -> Expression:
    if words.took("("):
        inner = _comparison(words)
        words.take(")")
        return inner
    if words.kind == "number":
        return Number(float(words.take()))
    if words.kind != "name":
        raise NotPromql(f"{words.next!r} begins no expression")
    name = words.take()
    if name in AGGREGATIONS:
        return _aggregation(name, words)
    return _call(name, words) if words.next == "(" else _selector(name, words)


def _aggregation(name: str, words: _Words) -> Aggregation:
    by = ()
    if words.next == "by":
        words.take()
        by = _names(words)
    words.take("(")
    inner = _comparison(words)
    words.take(")")
    return Aggregation(name, by, inner)


def _names(words: _Words) -> tuple[str, ...]:
    words.take("(")
    names = [words.take()]
    while words.took(","):
        names.append(words.take())
    words.take(")")
    return tuple(names)


def _call(name: str, words: _Words) -> Call:
    if name not in FUNCTIONS:
        raise NotPromql(f"{name!r} is no function that we know")
    words.take("(")
    arguments: list[Expression] = []
    while words.next != ")":
        arguments.append(_comparison(words))
        if words.next != ")":
            words.take(",")
    words.take(")")
    if len(arguments) != FUNCTIONS[name]:
        raise NotPromql(f"{name} takes {FUNCTIONS[name]} arguments")
    if name in ("increase", "rate") and not (isinstance(arguments[0], Selector) and arguments[0].range_s):
        raise NotPromql(f"{name} needs samples of a time, as in [5m]")
    return Call(name, tuple(arguments))


def _selector(name: str, words: _Words) -> Selector:
    matchers: list[tuple[str, str, str]] = []
    if words.took("{"):
        while words.next != "}":
            label, sign, value = words.take(), words.take("=", "!=", "=~", "!~"), words.take()
            matchers.append((label, sign, value.strip('"')))
            if words.next != "}":
                words.take(",")
        words.take("}")
    range_s = None
    if words.kind == "range":
        written = words.take().strip("[]")
        range_s = int(written[:-1]) * _UNIT_S[written[-1]]
    return Selector(name, tuple(matchers), range_s)
