"""How long each piece of work took, and each statement and request in it, for those who collect that.

Without a collector nothing is measured.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from orbit_adapters.tracing.request_id import bound_request_id, new_request_id, request_id


class SpanKind(StrEnum):
    """What took its time."""

    UPDATE = "update"
    WEB = "web"
    JOB = "job"
    SQL = "sql"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A statement or a request that is over. It holds no values, no address beyond the host, and no error's text."""

    kind: SpanKind
    name: str
    started_ns: int
    ended_ns: int
    attributes: Mapping[str, str | int]
    error: str = ""


class Collector(Protocol):
    """Takes spans and sends them somewhere. It never fails and never waits."""

    def work(self, kind: SpanKind, name: str, attributes: Mapping[str, str]) -> AbstractContextManager[None]:
        """The block is a piece of work; what is recorded within it is a part of it."""

    def record(self, leaf: Leaf) -> None:
        """*leaf* is a part of the piece of work in hand."""


_collectors: tuple[Collector, ...] = ()
_NOTHING = nullcontext()


@contextmanager
def collected_by(*collectors: Collector) -> Iterator[None]:
    """Within the block *collectors* get every span of this process."""
    global _collectors
    before = _collectors
    _collectors = (*before, *collectors)
    try:
        yield
    finally:
        _collectors = before


def is_collecting() -> bool:
    """Whether somebody collects spans."""
    return bool(_collectors)


def piece_of_work(kind: SpanKind, name: str) -> AbstractContextManager[None]:
    """The block is a piece of work. It has an id of its own, unless it is a part of one that has."""
    if not _collectors:
        return _own_id()
    return _collected(kind, name)


def _own_id() -> AbstractContextManager[None]:
    return _NOTHING if request_id() is not None else bound_request_id(new_request_id())


@contextmanager
def _collected(kind: SpanKind, name: str) -> Iterator[None]:
    with _own_id(), span_of_work(kind, name):
        yield


def span_of_work(kind: SpanKind, name: str) -> AbstractContextManager[object]:
    """The span of a piece of work, whose id is bound already."""
    if not _collectors:
        return _NOTHING
    stack = ExitStack()
    for collector in _collectors:
        stack.enter_context(collector.work(kind, name, {"orbit.request_id": request_id() or ""}))
    return stack


def record(kind: SpanKind, name: str, started_ns: int, attributes: Mapping[str, str | int], error: str = "") -> None:
    """Something that began at *started_ns* (`time.time_ns`) is over now. *error* is the class of what went wrong."""
    leaf = Leaf(kind, name, started_ns, time.time_ns(), attributes, error)
    for collector in _collectors:
        collector.record(leaf)
