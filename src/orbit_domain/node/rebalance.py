"""Which keys would move so that panels bear alike again: pure, deterministic, and never for the worse."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from orbit_domain.ids import PanelId
from orbit_domain.node.choice import Choice, PlacementRequest, choose_node
from orbit_domain.node.eligibility import Exclusion, why_out
from orbit_domain.node.fleet import Node, Place
from orbit_domain.node.ranking import score

TOLERANCE = Fraction(1, 10)
NodeName = tuple[PanelId, str]


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """One key of a node gets a home on another panel."""

    source: Place
    target: Place


@dataclass(frozen=True, slots=True)
class RebalancePlan:
    """The moves in their order, and how uneven the panels are before and after them (`spread`)."""

    moves: tuple[PlannedMove, ...]
    before: Fraction
    after: Fraction


def plan_rebalance(
    fleet: Iterable[Node],
    movable: Mapping[NodeName, int],
    now: datetime,
    *,
    tolerance: Fraction = TOLERANCE,
    limit: int | None = None,
) -> RebalancePlan:
    """The fewest moves after which no two panels of a region differ by more than *tolerance* of the heavier one.

    Each takes a key from the heaviest panel to the lightest one, on the node that a new key would get there. A key
    brings its share of its node's traffic along. Where that would only exchange heavy and light, or *movable* keys or
    room run out, it ends earlier. Keys stay within their region, and never move within a panel: there an account can't
    be in two places meanwhile. What takes no new keys, but for want of room, has no part in it.
    """
    regions = _regions(fleet, movable, now)
    before = max((region.spread() for region in regions), default=Fraction(0))
    moves: list[PlannedMove] = []
    for region in regions:
        while (limit is None or len(moves) < limit) and (move := region.next_move(tolerance)):
            moves.append(move)
    after = max((region.spread() for region in regions), default=Fraction(0))
    return RebalancePlan(tuple(moves), before, after)


def _regions(fleet: Iterable[Node], movable: Mapping[NodeName, int], now: datetime) -> list["_Region"]:
    def name_of(node: Node) -> str:
        return node.reading.region or ""

    left = Counter(movable)
    fit = [node for node in fleet if why_out(node, None, node.active_users) in (None, Exclusion.FULL)]
    by_region = groupby(sorted(fit, key=lambda node: (name_of(node), node.place)), key=name_of)
    return [_Region(list(nodes), left, now) for _, nodes in by_region]


class _Region:
    """The panels of one region, with their nodes as they are after the moves so far. *left*: keys that may move."""

    def __init__(self, nodes: list[Node], left: Counter[NodeName], now: datetime) -> None:
        self._nodes: dict[PanelId, dict[Place, Node]] = {}
        for node in nodes:
            self._nodes.setdefault(node.panel_id, {})[node.place] = node
        self._left, self._now = left, now
        self._loads = {panel_id: _load(nodes) for panel_id, nodes in self._nodes.items()}

    def spread(self) -> Fraction:
        """How much less the lightest panel bears than the heaviest, as a part of that: 0 is even, 1 is an empty one."""
        heaviest, lightest = max(self._loads.values()), min(self._loads.values())
        return (heaviest - lightest) / heaviest if heaviest else Fraction(0)

    def next_move(self, tolerance: Fraction) -> PlannedMove | None:
        """The move between the two panels that differ most, if they differ too much and it makes them more alike."""
        rising = sorted(self._loads, key=lambda panel_id: (self._loads[panel_id], panel_id))
        for heavy in reversed(rising):
            for light in rising:
                if self._loads[heavy] - self._loads[light] <= tolerance * self._loads[heavy]:
                    break
                move = self._move(heavy, light)
                if move is not None:
                    return move
        return None

    def _move(self, heavy: PanelId, light: PanelId) -> PlannedMove | None:
        giving = [node for node in self._nodes[heavy].values() if self._may_give(node)]
        choice = choose_node(self._nodes[light].values(), PlacementRequest(), self._now)
        if not giving or not isinstance(choice, Choice):
            return None
        giver = max(giving, key=lambda node: (score(node), node.place))
        share = (giver.reading.traffic_bytes or 0) // giver.active_users
        fewer = self._nodes[heavy] | {giver.place: _with(giver, -1, -share)}
        more = self._nodes[light] | {choice.place: _with(self._nodes[light][choice.place], 1, share)}
        heavy_after, light_after = _load(fewer), _load(more)
        if not (min(self._loads.values()) <= heavy_after < self._loads[heavy] and light_after < self._loads[heavy]):
            return None
        self._nodes[heavy], self._nodes[light] = fewer, more
        self._loads[heavy], self._loads[light] = heavy_after, light_after
        self._left[heavy, giver.reading.name] -= 1
        return PlannedMove(giver.place, choice.place)

    def _may_give(self, node: Node) -> bool:
        return node.active_users > 0 and self._left[node.panel_id, node.reading.name] > 0


def _load(nodes: Mapping[Place, Node]) -> Fraction:
    """What a panel bears: the mean of its nodes' scores, by which new keys are placed, too."""
    return sum((score(node) for node in nodes.values()), Fraction(0)) / len(nodes)


def _with(node: Node, users: int, traffic_bytes: int) -> Node:
    known = node.reading.traffic_bytes
    reading = node.reading if known is None else replace(node.reading, traffic_bytes=known + traffic_bytes)
    return replace(node, active_users=node.active_users + users, reading=reading)
