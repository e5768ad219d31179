"""Templates parsed: the documented subset of Go's text/template that the chart uses. What isn't in it is refused.

In it: if, else if, else, range, with, define, template, end; variables; pipelines with parentheses; fields.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.chart.words import Action, ChartFault, Place, Text, Word, literal, pieces

_CONSTANTS = {"true": True, "false": False, "nil": None}
_KEYWORDS = {"if", "else", "range", "with", "define", "template", "end", "block", "break", "continue"}


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, true, false or nil."""

    value: Any


@dataclass(frozen=True, slots=True)
class Path:
    """Fields of dot, of a variable or of what a pipeline in parentheses gives: `.a.b`, `$x.a`, `(f).a`."""

    start: "str | Pipeline"
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands, each of which gives its result to the next one, and the variables that take the last result."""

    place: Place
    commands: tuple[tuple[Literal | Path | Call, ...], ...]
    variables: tuple[str, ...] = ()
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """An action that writes its result, or gives it to a variable."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Branch:
    """if, with or range: what is rendered when there is something, and otherwise."""

    word: str
    pipeline: Pipeline
    body: "Sequence[Node]"
    otherwise: "Sequence[Node]"


@dataclass(frozen=True, slots=True)
class Template:
    """Another template, rendered in place."""

    name: str
    pipeline: Pipeline


Node = Text | Output | Branch | Template


@dataclass
class Source:
    """A file of templates: what it renders itself, and what it defines."""

    body: Sequence[Node] = ()
    defined: dict[str, Sequence[Node]] = field(default_factory=dict)


def parsed(source: str, file: str, functions: Collection[str]) -> Source:
    """The templates of a file. A function that isn't among *functions* is refused here, reached or not."""
    reading = _Reading(file, functions, pieces(source, file))
    body, _ = reading.nodes(ends=())
    return Source(body, reading.defined)


def joined(sources: Mapping[str, Source]) -> dict[str, Sequence[Node]]:
    """The definitions of all files."""
    found: dict[str, Sequence[Node]] = {}
    for file, source in sources.items():
        if twice := sorted(found.keys() & source.defined.keys()):
            raise ChartFault(file, f"{twice[0]} is defined twice")
        found |= source.defined
    return found


@dataclass
class _Reading:
    file: str
    functions: Collection[str]
    rest: Iterator[Text | Action]
    defined: dict[str, Sequence[Node]] = field(default_factory=dict)
    depth: int = 0

    def nodes(self, ends: Collection[str]) -> tuple[list[Node], "_Words"]:
        """What stands up to `end` or `else`, if one of them is expected, and that word with what follows it."""
        found: list[Node] = []
        for piece in self.rest:
            if isinstance(piece, Text):
                found += [piece] if piece.text else []
                continue
            words = _Words(piece, self.functions)
            word = words.keyword()
            if word in ends:
                return found, words
            if word == "define":
                self._define(words)
            elif word in ("if", "with", "range"):
                found.append(self._branch(word, words))
            elif word == "template":
                found.append(Template(words.name(), words.pipeline()))
            elif word:
                raise ChartFault(piece.place, f"{word} isn't expected here")
            else:
                found.append(Output(words.pipeline()))
        if ends:
            raise ChartFault(self.file, "an end is missing")
        return found, _Words(Action(Place(self.file, 0), ()), ())

    def _define(self, words: "_Words") -> None:
        name = words.name()
        words.finish()
        if self.depth or name in self.defined:
            raise ChartFault(words.place, f"{name} is defined twice, or within something")
        self.defined[name] = self._within(("end",))[0]

    def _within(self, ends: Collection[str]) -> tuple[list[Node], "_Words"]:
        self.depth += 1
        found, words = self.nodes(ends)
        self.depth -= 1
        if words.last == "end":
            words.finish()
        return found, words

    def _branch(self, word: str, words: "_Words") -> Branch:
        pipeline = words.pipeline(variables=2 if word == "range" else 1)
        body, closing = self._within(("else", "end"))
        otherwise: list[Node] = []
        if closing.last == "else":
            follows = closing.keyword()
            if follows == "if" and word == "if":
                # `else if` shares the end with the if before it.
                otherwise = [self._branch("if", closing)]
            elif follows:
                raise ChartFault(closing.place, f"else {follows} isn't expected here")
            else:
                closing.finish()
                otherwise = self._within(("end",))[0]
        return Branch(word, pipeline, body, otherwise)


class _Words:
    """The words of one action, read from the left."""

    def __init__(self, action: Action, functions: Collection[str]) -> None:
        self.place = action.place
        self.last = ""
        self._rest = list(action.words)
        self._functions = functions

    def keyword(self) -> str:
        """The keyword that comes next; empty when none does."""
        self.last = self._take("name").text if self._next("name") in _KEYWORDS else ""
        return self.last

    def name(self) -> str:
        return str(literal(self._take("text"), self.place))

    def finish(self) -> None:
        if self._rest:
            raise ChartFault(self.place, f"{self._rest[0].text!r} is too much")

    def pipeline(self, *, variables: int = 1) -> Pipeline:
        """The rest of the action."""
        names: tuple[str, ...] = ()
        declares = False
        ahead = next((i for i, word in enumerate(self._rest[:4]) if word.text in (":=", "=")), 0)
        if ahead:
            names = tuple(word.text for word in self._rest[:ahead:2])
            commas = [word.text for word in self._rest[1:ahead:2]]
            declares = self._rest[ahead].text == ":="
            if (
                len(names) > variables
                or "$" in names
                or not all(n.startswith("$") for n in names)
                or set(commas) - {","}
            ):
                raise ChartFault(self.place, "only variables are assigned")
            del self._rest[: ahead + 1]
        found = Pipeline(self.place, self._commands(), names, declares)
        self.finish()
        return found

    def _next(self, kind: str) -> str:
        return self._rest[0].text if self._rest and self._rest[0].kind == kind else ""

    def _take(self, kind: str) -> Word:
        if not self._next(kind):
            raise ChartFault(
                self.place, f"a {kind} is expected" + (f", not {self._rest[0].text!r}" if self._rest else "")
            )
        return self._rest.pop(0)

    def _commands(self) -> tuple[tuple[Literal | Path | Call, ...], ...]:
        commands = [self._command()]
        while self._next("sign") == "|":
            self._take("sign")
            commands.append(self._command())
        for number, (first, *others) in enumerate(commands):
            if not isinstance(first, Call) and (others or number):
                raise ChartFault(self.place, "only a function takes arguments")
            if any(isinstance(other, Call) for other in others):
                raise ChartFault(self.place, "a function among arguments needs parentheses")
        return tuple(commands)

    def _command(self) -> tuple[Literal | Path | Call, ...]:
        found = [self._operand()]
        while self._rest and self._next("sign") not in ("|", ")"):
            if not self._rest[0].apart:
                raise ChartFault(self.place, f"a space is missing before {self._rest[0].text!r}")
            found.append(self._operand())
        return tuple(found)

    def _operand(self) -> Literal | Path | Call:
        if not self._rest:
            raise ChartFault(self.place, "a value is missing")
        word = self._rest.pop(0)
        if word.kind in ("text", "number"):
            return Literal(literal(word, self.place))
        if word.kind == "dot":
            return Path(".", ())
        if word.kind == "fields":
            return Path(".", _fields(word))
        if word.kind == "variable":
            return Path(word.text, self._fields_behind())
        if word.kind == "name":
            if word.text in _CONSTANTS:
                return Literal(_CONSTANTS[word.text])
            if word.text not in self._functions:
                raise ChartFault(self.place, f"the function {word.text} isn't known")
            return Call(word.text)
        if word.text != "(":
            raise ChartFault(self.place, f"{word.text!r} isn't expected here")
        inner = Pipeline(self.place, self._commands())
        if self._next("sign") != ")":
            raise ChartFault(self.place, "a parenthesis isn't closed")
        self._take("sign")
        return Path(inner, self._fields_behind())

    def _fields_behind(self) -> tuple[str, ...]:
        if self._next("fields") and not self._rest[0].apart:
            return _fields(self._take("fields"))
        return ()


def _fields(word: Word) -> tuple[str, ...]:
    return tuple(word.text[1:].split("."))
