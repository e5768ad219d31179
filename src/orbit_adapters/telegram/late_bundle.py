"""The texts of one language, each parsed when it is first shown.

fluent's parser goes letter by letter: both languages at once take half a second of processor time, while a process
starts or somebody waits. Finding where each text begins takes a millisecond.
"""

import re
from collections.abc import Mapping

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.resolver import Message, Pattern

_BEGIN = re.compile(r"^(-?[a-zA-Z][a-zA-Z0-9_-]*) *=", re.MULTILINE)
_NAMED = re.compile(r"\{\s*(-?[a-zA-Z][a-zA-Z0-9_-]*)")


class LateBundle:
    """A FluentBundle over *source*, the text of a `.ftl` file, as far as texts are asked for."""

    def __init__(self, language: str, source: str) -> None:
        begins = list(_BEGIN.finditer(source))
        ends = [begin.start() for begin in begins[1:]] + [len(source)]
        self._sources = {begin[1]: source[begin.start() : end] for begin, end in zip(begins, ends, strict=True)}
        self._bundle = FluentBundle([language], use_isolating=False)
        self._parsed: set[str] = set()

    def has_message(self, key: str) -> bool:
        """Whether there is a text *key*."""
        return key in self._sources

    def source(self, key: str) -> str:
        """The text *key* as the file has it. Raises KeyError."""
        return self._sources[key]

    def get_message(self, key: str) -> Message:
        """The text *key*. Raises LookupError."""
        if key not in self._parsed:
            self._parse(key)
        return self._bundle.get_message(key)

    def format_pattern(self, pattern: Pattern, facts: Mapping[str, str | int]) -> tuple[object, list[Exception]]:
        """*pattern* with *facts* filled in, and what went wrong."""
        return self._bundle.format_pattern(pattern, dict(facts))

    def _parse(self, key: str) -> None:
        """Add the text *key*, and those that it names."""
        self._parsed.add(key)
        self._bundle.add_resource(FluentResource(self.source(key)))
        for named in _NAMED.findall(self.source(key)):
            if named in self._sources and named not in self._parsed:
                self._parse(named)
