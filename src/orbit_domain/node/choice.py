"""Where a new key should live: pure, total, deterministic, and able to explain itself."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Node, Place
from orbit_domain.node.ranking import BestFirst
from orbit_domain.node.verdicts import CandidateVerdict, Verdicts, judged


@dataclass(frozen=True, slots=True)
class PlacementRequest:
    """What is asked of a place: a region, if the plan or the customer wants one, and the place it must not be.

    `instead_of` is a place that the key can't stay at: the nearest other one is chosen, on its node, else its panel.
    """

    region: str | None = None
    instead_of: Place | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The place, and every candidate with its reason, best first."""

    panel_id: PanelId
    node: str
    groups: tuple[str, ...]
    reasons: Sequence[CandidateVerdict]

    @property
    def place(self) -> Place:
        """The chosen place."""
        return Place(self.panel_id, self.node, self.groups)


@dataclass(frozen=True, slots=True)
class NoNode:
    """No node can take a key now, with the reason of each."""

    reasons: Sequence[CandidateVerdict]


def choose_nodes(
    fleet: Iterable[Node], requests: Sequence[PlacementRequest], now: datetime
) -> tuple[Choice | NoNode, ...]:
    """A place for each of *requests*, in their order; each takes its room before the next one is placed.

    A place is in *fleet* once; the order of *fleet* doesn't matter.
    """
    batch = _Batch(tuple(fleet), now, keys=len(requests))
    return tuple(batch.choose(request) for request in requests)


def choose_node(fleet: Iterable[Node], request: PlacementRequest, now: datetime) -> Choice | NoNode:
    """The best place for one new key.

    Nodes whose load is known rank before those whose reading is older than ten minutes; then the
    lower score, the panel's priority, and the names decide.
    """
    (choice,) = choose_nodes(fleet, [request], now)
    return choice


@dataclass(frozen=True, slots=True)
class _Pool:
    """Where a key is looked for: a node, a panel, or everywhere."""

    panel_id: PanelId | None = None
    node: str | None = None


class _Batch:
    """Keys that are placed one after the other. What they have in common is looked up and ranked once."""

    def __init__(self, fleet: Sequence[Node], now: datetime, *, keys: int) -> None:
        self._fleet, self._now, self._keys = fleet, now, keys
        self._placed: list[Place] = []
        self._taken = Counter[Place]()
        self._ranked: dict[tuple[_Pool, str | None], BestFirst] = {}

    def choose(self, request: PlacementRequest) -> Choice | NoNode:
        """The place for one more."""
        old = request.instead_of
        near = () if old is None else (_Pool(old.panel_id, old.node), _Pool(old.panel_id))
        for pool in (*near, _Pool()):
            node = self._best(pool, request)
            if node is not None:
                reasons = self._reasons(pool, request)
                self._placed.append(node.place)
                self._taken[node.place] += 1
                return Choice(*node.place, reasons)
        return NoNode(self._reasons(_Pool(), request))

    def _best(self, pool: _Pool, request: PlacementRequest) -> Node | None:
        key = pool, request.region
        if key not in self._ranked:
            nodes = self._nodes_of(pool)
            self._ranked[key] = BestFirst(nodes, request.region, self._taken, self._now, keys=self._keys)
        return self._ranked[key].best(besides=request.instead_of)

    def _nodes_of(self, pool: _Pool) -> Sequence[Node]:
        if pool.panel_id is None:
            return self._fleet
        of_panel = self._by_panel[pool.panel_id]
        return of_panel if pool.node is None else [node for node in of_panel if node.reading.name == pool.node]

    @cached_property
    def _by_panel(self) -> Mapping[PanelId, Sequence[Node]]:
        """The nodes of each panel; nobody asks for them unless a key has to leave its place."""
        nodes: defaultdict[PanelId, list[Node]] = defaultdict(list)
        for node in self._fleet:
            nodes[node.panel_id].append(node)
        return nodes

    def _reasons(self, pool: _Pool, request: PlacementRequest) -> Verdicts:
        """The verdicts on the nodes as they are now: the next key of the batch changes them."""
        earlier = len(self._placed)

        def judge() -> list[CandidateVerdict]:
            taken = Counter(self._placed[:earlier])
            nodes = [node for node in self._nodes_of(pool) if node.place != request.instead_of]
            return judged(nodes, request.region, taken, self._now)

        return Verdicts(judge)
