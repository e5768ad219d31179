"""The functions of Go's templates, of Sprig and of Helm that the chart calls, as their documentation describes them.

Numbers of values are floats, as in Helm: `1000000` is written `1e+06`. Arguments of other types are refused.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_NAMES = {str: "a text", int: "a whole number", bool: "true or false", dict: "a map", list: "a list"}


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes and does. *rest* is the type of any further arguments; `object` is any value."""

    run: Callable[..., Any]
    takes: tuple[type, ...]
    rest: type | None

    def __call__(self, arguments: list[Any]) -> Any:
        """Call it. ValueError says what is wrong with the arguments."""
        wanted = list(self.takes)
        if self.rest is not None:
            wanted += [self.rest] * (len(arguments) - len(wanted))
        if len(arguments) != len(wanted):
            raise ValueError(f"takes {len(self.takes)} arguments, not {len(arguments)}")
        for kind, argument in zip(wanted, arguments, strict=True):
            if kind is not object and type(argument) is not kind:
                raise ValueError(f"takes {_NAMES[kind]}, not {argument!r}")
        return self.run(*arguments)


FUNCTIONS: dict[str, Function] = {}
"""All of them but `and`, `or` and `include`, which need the renderer."""


def _function(name: str, *takes: type, rest: type | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(run: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Function(run, takes, rest)
        return run

    return add


def is_true(value: Any) -> bool:
    """What `if` and `with` take as something: neither nil, false, zero nor empty."""
    return bool(value)


def shown(value: Any) -> str:
    """A value as it is written. Maps and lists are refused: Go's own form of them is no YAML."""
    if value is None:
        return "<no value>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _shown_float(value)
    if isinstance(value, str | int):
        return str(value)
    raise ValueError("writes a map or a list: toYaml is missing")


def _shown_float(value: float) -> str:
    """The shortest digits that mean the number, with an exponent where Go writes one."""
    exact = Decimal(repr(value)).normalize()
    if -4 <= exact.adjusted() < 6 or not value:
        return f"{exact:f}"
    return f"{value:.{len(exact.as_tuple().digits) - 1}e}"


def _quoted(text: str) -> str:
    if not text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable():
        raise ValueError(f"quotes what can't be printed: {text!r}")
    return json.dumps(text, ensure_ascii=False)


_function("not", object)(lambda value: not is_true(value))
_function("empty", object)(lambda value: not is_true(value))
_function("default", object, object)(lambda other, value: value if is_true(value) else other)
_function("ternary", object, object, bool)(lambda yes, no, test: yes if test else no)
_function("contains", str, str)(lambda part, text: part in text)
_function("trimPrefix", str, str)(lambda prefix, text: text.removeprefix(prefix))
_function("trimSuffix", str, str)(lambda suffix, text: text.removesuffix(suffix))
_function("sha256sum", str)(lambda text: hashlib.sha256(text.encode()).hexdigest())
_function("nindent", int, str)(lambda width, text: "\n" + " " * width + text.replace("\n", "\n" + " " * width))
_function("quote", rest=object)(lambda *values: " ".join(_quoted(shown(one)) for one in values if one is not None))
_function("squote", rest=object)(lambda *values: " ".join(f"'{shown(one)}'" for one in values if one is not None))
_function("list", rest=object)(lambda *values: list(values))
_function("append", list, object)(lambda values, value: [*values, value])
# Helm's order of them is any; ours is that of the keys.
_function("values", dict)(lambda table: [table[key] for key in sorted(table)])


@_function("eq", object, object)
def _eq(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    if type(left) is not type(right) or isinstance(left, dict | list):
        raise ValueError(f"compares {left!r} with {right!r}")
    return bool(left == right)


@_function("gt", object, object)
def _gt(left: Any, right: Any) -> bool:
    if type(left) is not type(right) or type(left) not in (str, int, float):
        raise ValueError(f"compares {left!r} with {right!r}")
    return bool(left > right)


@_function("int", object)
def _int(value: Any) -> int:
    if type(value) not in (int, float):
        raise ValueError(f"takes a number, not {value!r}")
    return int(value)


@_function("trunc", int, str)
def _trunc(width: int, text: str) -> str:
    if width < 0:
        raise ValueError("cuts from the left")
    return text[:width]


@_function("printf", str, rest=object)
def _printf(form: str, *values: Any) -> str:
    """Only `%s` of texts, `%d` of whole numbers and `%%`."""
    left = list(values)
    parts = form.replace("%%", "\0").split("%")
    written = parts[0]
    for part in parts[1:]:
        kind = {"s": str, "d": int}.get(part[:1])
        if kind is None or not left or type(left[0]) is not kind:
            raise ValueError(f"can't write {left[:1]!r} as %{part[:1]}")
        written += str(left.pop(0)) + part[1:]
    if left:
        raise ValueError(f"doesn't write {left!r}")
    return written.replace("\0", "%")


@_function("dict", rest=object)
def _dict(*pairs: Any) -> dict[str, Any]:
    if len(pairs) % 2 or not all(isinstance(key, str) for key in pairs[::2]):
        raise ValueError("takes pairs of a key and a value")
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@_function("index", object, rest=object)
def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if type(value) is dict and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and type(key) is int and 0 <= key < len(value):
            value = value[key]
        else:
            raise ValueError(f"finds no {key!r}")
    return value


@_function("join", str, list)
def _join(between: str, values: list[Any]) -> str:
    return between.join(_texts(values))


@_function("sortAlpha", list)
def _sort_alpha(values: list[Any]) -> list[str]:
    return sorted(_texts(values))


@_function("uniq", list)
def _uniq(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(type(value) is type(other) and value == other for other in found):
            found.append(value)
    return found


def _texts(values: list[Any]) -> list[str]:
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"takes texts, not {values!r}")
    return values


@_function("required", str, object)
def _required(message: str, value: Any) -> Any:
    if value is None or value == "":
        raise ValueError(message)
    return value


@_function("fail", str)
def _fail(message: str) -> None:
    raise ValueError(message)


@_function("toYaml", object)
def to_yaml(value: Any) -> str:
    """A value in blocks with sorted keys. Texts are always in quotes: what Helm means, in other bytes."""
    if value and type(value) is dict:
        return "\n".join(f"{_quoted(key)}:{_behind(value[key])}" for key in sorted(value))
    if value and isinstance(value, list):
        return "\n".join("- " + to_yaml(one).replace("\n", "\n  ") for one in value)
    if type(value) is float and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if value is None or type(value) in (dict, list, str, bool, int, float):
        return json.dumps(value, ensure_ascii=False)
    raise ValueError(f"writes what is no value of the owner's: {value!r}")


def _behind(value: Any) -> str:
    text = to_yaml(value)
    return "\n  " + text.replace("\n", "\n  ") if isinstance(value, dict | list) and value else f" {text}"
