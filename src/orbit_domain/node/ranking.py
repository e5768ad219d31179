"""Which node comes before which: exactly, and in whole numbers, so that ten thousand are ranked in milliseconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from heapq import heappop, heappush, nsmallest
from typing import Self

from orbit_domain.node.eligibility import why_out
from orbit_domain.node.fleet import Node, Place

STALE_AFTER = timedelta(minutes=10)
_WEIGHT_OF_USER = 100
_GIB = 1024**3
_WHOLE = 1000 * _GIB

Rank = tuple[bool, int, int, str, str, tuple[str, ...], int, int]
"""Load unknown, parts of load, the panel's priority, panel, node, what the account carries, users, index."""


def score(node: Node, users: int | None = None) -> Fraction:
    """OrbitVPN's weights: users × 100 × coefficient + GiB of 30 days; relative to capacity when it is known.

    *users* None: those that the node has.
    """
    load = _load(node, node.active_users if users is None else users)
    return Fraction(load, _WHOLE * node.capacity if node.capacity else _WHOLE)


@dataclass(frozen=True, slots=True)
class Scale:
    """Scores as whole numbers, in the same order.

    Two fractions that differ do so by at least one part of the product of their denominators. So, times the square
    of the largest capacity and rounded down, they are equal or in order exactly as before.
    """

    parts: int
    fresh_since: datetime

    @classmethod
    def of(cls, nodes: Sequence[Node], now: datetime) -> Self:
        """The scale on which all of *nodes* can be compared."""
        return cls(max((node.capacity or 1 for node in nodes), default=1) ** 2, now - STALE_AFTER)

    def knows(self, node: Node) -> bool:
        """Whether the node's load was read within the last ten minutes, and its panel says it."""
        return _is_known(node, self.fresh_since)

    def rank(self, node: Node, users: int, index: int = 0) -> Rank:
        """The place of *node* with that many users: the lowest comes first."""
        capacity, reading = node.capacity, node.reading
        points = _load(node, users) * self.parts
        return (
            not _is_known(node, self.fresh_since),
            points // capacity if capacity else points,
            node.panel_priority,
            node.panel_id,
            reading.name,
            reading.groups,
            users,
            index,
        )


class BestFirst:
    """The nodes of a pool that can take a key in a region, best first, while a batch takes their room.

    Of all nodes only the best are kept in order, one more than the batch has *keys*: before the last key is placed the
    others have spoiled the rank of one node each, and another one may be the place that it must leave.

    *taken* is how many keys of the batch each place has got. It is the caller's and grows: a rank that it has made
    too low is made anew when it comes first.
    """

    def __init__(
        self, pool: Sequence[Node], region: str | None, taken: Mapping[Place, int], now: datetime, *, keys: int
    ) -> None:
        able = [node for node in pool if why_out(node, region, node.active_users) is None]
        self._nodes = _foremost(able, now - STALE_AFTER, keys + 1)
        self._region, self._taken, self._scale = region, taken, Scale.of(self._nodes, now)
        ranks = (self._scale.rank(node, node.active_users, index) for index, node in enumerate(self._nodes))
        self._ranks = nsmallest(keys + 1, ranks)  # In order, so it is a heap.

    def best(self, *, besides: Place | None) -> Node | None:
        """The best node now, any but *besides*. None: no node can take a key."""
        passed_over = []
        found: Node | None = None
        while self._ranks and found is None:
            first = heappop(self._ranks)
            index, node = first[-1], self._nodes[first[-1]]
            users = node.active_users + self._taken.get(node.place, 0)
            if users != first[-2]:
                if why_out(node, self._region, users) is None:
                    heappush(self._ranks, self._scale.rank(node, users, index))
                continue
            passed_over.append(first)
            if node.place != besides:
                found = node
        for one in passed_over:
            heappush(self._ranks, one)
        return found


def _foremost(nodes: Sequence[Node], fresh_since: datetime, count: int) -> list[Node]:
    """Those of *nodes* among which the best *count* are: few, unless many are loaded alike."""
    known = [node for node in nodes if _is_known(node, fresh_since)]
    if len(known) >= count:
        return _least_loaded(known, count)
    unknown = [node for node in nodes if not _is_known(node, fresh_since)]
    return known + _least_loaded(unknown, count - len(known))


def _is_known(node: Node, fresh_since: datetime) -> bool:
    read_at = node.reading_at
    return read_at is not None and read_at >= fresh_since and node.reading.traffic_bytes is not None


def _least_loaded(nodes: Sequence[Node], count: int) -> list[Node]:
    """Those of *nodes* with the *count* lowest scores, rounded down, which puts none before a better one."""
    scores = [_load(node, node.active_users) // (node.capacity or 1) for node in nodes]
    highest = max(nsmallest(count, scores), default=0)
    return [node for node, points in zip(nodes, scores, strict=True) if points <= highest]


def _load(node: Node, users: int) -> int:
    """The load in parts of `_WHOLE`: a user's thousandths of a coefficient, and the traffic's bytes."""
    reading = node.reading
    return users * reading.usage_coefficient_milli * (_WEIGHT_OF_USER * _GIB) + (reading.traffic_bytes or 0) * 1000
