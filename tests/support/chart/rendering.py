"""Parsed templates rendered, with a record of the branches that were reached."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.support.chart.functions import FUNCTIONS, is_true, shown
from tests.support.chart.parsing import Branch, Call, Literal, Node, Pipeline, Template, joined, parsed
from tests.support.chart.words import ChartFault, Place, Text

_OWN = ("and", "or", "include")
Variables = ChainMap[str, Any]


class Facts(dict[str, Any]):
    """What Helm says of itself: all that this renderer knows of it. Other fields are refused, not empty."""


class Templates:
    """The templates of a chart. `unreached` says which of them were never rendered so far."""

    def __init__(self, files: Mapping[str, str]) -> None:
        sources = {file: parsed(source, file, {*FUNCTIONS, *_OWN}) for file, source in files.items()}
        self._bodies = {file: source.body for file, source in sources.items()}
        self._defined = joined(sources)
        self._reached: set[str] = set()

    def rendered(self, file: str, context: Any) -> str:
        """What *file* gives. A value that isn't there is written as nothing, as Helm does."""
        self._reached.add(file)
        return self._written(self._bodies[file], context, ChainMap({"$": context})).replace("<no value>", "")

    def unreached(self) -> list[str]:
        """Every file, definition, branch and function that has not been rendered once."""
        written = [file for file in self._bodies if not file.rpartition("/")[2].startswith("_")]
        known = {*written, *(f"define {name}" for name in self._defined), *FUNCTIONS, *_OWN}
        for nodes in (*self._bodies.values(), *self._defined.values()):
            known |= set(_outcomes(nodes))
        return sorted(known - self._reached)

    def _written(self, nodes: Sequence[Node], dot: Any, variables: Variables) -> str:
        return "".join(self._node(node, dot, variables) for node in nodes)

    def _node(self, node: Node, dot: Any, variables: Variables) -> str:
        if isinstance(node, Text):
            return node.text
        if isinstance(node, Branch):
            return self._branch(node, dot, variables)
        value = self._value(node.pipeline, dot, variables)
        if isinstance(node, Template):
            return self._include(node.name, value, node.pipeline.place)
        if node.pipeline.variables:
            _assign(node.pipeline, (value,), variables)
            return ""
        return str(_asked(node.pipeline.place, "an action", lambda: shown(value)))

    def _branch(self, node: Branch, dot: Any, variables: Variables) -> str:
        value = self._value(node.pipeline, dot, variables)
        inner = variables.new_child()
        self._reached.add(_outcome(node, is_true(value)))
        if node.word == "range":
            return self._range(node, value, dot, inner)
        if node.pipeline.variables:
            _assign(node.pipeline, (value,), inner)
        if not is_true(value):
            return self._written(node.otherwise, dot, inner)
        return self._written(node.body, value if node.word == "with" else dot, inner)

    def _range(self, node: Branch, value: Any, dot: Any, variables: Variables) -> str:
        if isinstance(value, dict) and not isinstance(value, Facts):
            pairs: list[tuple[Any, Any]] = sorted(value.items())
        elif isinstance(value, list) or value is None:
            pairs = list(enumerate(value or []))
        else:
            raise ChartFault(node.pipeline.place, f"range takes a list or a map, not {value!r}")
        if not pairs:
            return self._written(node.otherwise, dot, variables)
        written = ""
        for pair in pairs:
            inner = variables.new_child()
            _assign(node.pipeline, pair[2 - len(node.pipeline.variables) :], inner)
            written += self._written(node.body, pair[1], inner)
        return written

    def _include(self, name: Any, dot: Any, place: Place) -> str:
        if name not in self._defined:
            raise ChartFault(place, f"{name!r} is defined nowhere")
        self._reached.add(f"define {name}")
        return self._written(self._defined[name], dot, ChainMap({"$": dot}))

    def _value(self, pipeline: Pipeline, dot: Any, variables: Variables) -> Any:
        passed: list[Any] = []
        for first, *others in pipeline.commands:
            if isinstance(first, Call):
                value = self._called(first.name, [*others, *map(Literal, passed)], pipeline.place, dot, variables)
            else:
                value = self._operand(first, pipeline.place, dot, variables)
            passed = [value]
        return passed[0]

    def _called(self, name: str, operands: Sequence[Any], place: Place, dot: Any, variables: Variables) -> Any:
        self._reached.add(name)
        if name in ("and", "or"):
            return self._and_or(name, operands, place, dot, variables)
        arguments = [self._operand(one, place, dot, variables) for one in operands]
        if name != "include":
            return _asked(place, name, lambda: FUNCTIONS[name](arguments))
        if len(arguments) != 2:
            raise ChartFault(place, "include takes the name of a definition, and its data")
        return self._include(arguments[0], arguments[1], place)

    def _and_or(self, name: str, operands: Sequence[Any], place: Place, dot: Any, variables: Variables) -> Any:
        """The first argument that decides, or the last one. What comes after it isn't looked at."""
        if not operands:
            raise ChartFault(place, f"{name} takes arguments")
        value = None
        for operand in operands:
            value = self._operand(operand, place, dot, variables)
            if is_true(value) == (name == "or"):
                break
        return value

    def _operand(self, operand: Any, place: Place, dot: Any, variables: Variables) -> Any:
        if isinstance(operand, Literal):
            return operand.value
        if isinstance(operand, Call):
            return self._called(operand.name, [], place, dot, variables)
        if isinstance(operand.start, Pipeline):
            value = self._value(operand.start, dot, variables)
        elif operand.start == ".":
            value = dot
        elif operand.start in variables:
            value = variables[operand.start]
        else:
            raise ChartFault(place, f"the variable {operand.start} isn't there")
        for name in operand.fields:
            if not isinstance(value, dict) or (isinstance(value, Facts) and name not in value):
                raise ChartFault(place, f"there is no field {name} in {value!r}"[:200])
            value = value.get(name)
        return value


def _assign(pipeline: Pipeline, values: Sequence[Any], variables: Variables) -> None:
    for name, value in zip(pipeline.variables, values, strict=True):
        if pipeline.declares:
            variables[name] = value
            continue
        scope = next((scope for scope in variables.maps if name in scope), None)
        if scope is None:
            raise ChartFault(pipeline.place, f"the variable {name} isn't there")
        scope[name] = value


def _asked(place: Place, name: str, run: Callable[[], Any]) -> Any:
    try:
        return run()
    except ValueError as fault:
        raise ChartFault(place, f"{name}: {fault}") from None


def _outcome(branch: Branch, is_something: bool) -> str:
    return f"{branch.pipeline.place} {branch.word}: {'something' if is_something else 'nothing'}"


def _outcomes(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Branch):
            yield _outcome(node, True)
            if node.otherwise:
                yield _outcome(node, False)
            yield from _outcomes(node.body)
            yield from _outcomes(node.otherwise)
