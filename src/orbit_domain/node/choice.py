"""Where a new key should live: pure, total, deterministic, and able to explain itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Node, Place

STALE_AFTER = timedelta(minutes=10)
_WEIGHT_OF_USER = 100
_GIB = 1024**3


class Exclusion(StrEnum):
    """Why a node can't take a new key."""

    PANEL_OFF = "panel_off"
    PANEL_UNHEALTHY = "panel_unhealthy"
    NOT_CONNECTED = "not_connected"
    EXCLUDED = "excluded"
    DRAINING = "draining"
    FULL = "full"
    OTHER_REGION = "other_region"


@dataclass(frozen=True, slots=True)
class PlacementRequest:
    """What is asked of a place: a region, if the plan or the customer wants one, and the place it must not be.

    `instead_of` is a place that the key can't stay at: the nearest other one is chosen, on its node, else its panel.
    """

    region: str | None = None
    instead_of: Place | None = None


@dataclass(frozen=True, slots=True)
class CandidateVerdict:
    """One candidate's verdict: its score (lower is better), or why it was out."""

    panel_id: PanelId
    node: str
    score: Fraction | None
    exclusion: Exclusion | None
    load_known: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The place, and every candidate with its reason, best first."""

    panel_id: PanelId
    node: str
    placement: tuple[str, ...]
    reasons: tuple[CandidateVerdict, ...]

    @property
    def place(self) -> Place:
        """The chosen place."""
        return Place(self.panel_id, self.node, self.placement)


@dataclass(frozen=True, slots=True)
class NoNode:
    """No node can take a key now, with the reason of each."""

    reasons: tuple[CandidateVerdict, ...]


def choose_nodes(
    fleet: Iterable[Node], requests: Sequence[PlacementRequest], now: datetime
) -> tuple[Choice | NoNode, ...]:
    """A place for each of *requests*, in their order; each takes its room before the next one is placed."""
    nodes, choices = list(fleet), []
    for request in requests:
        choice = _choose_near(nodes, request, now)
        choices.append(choice)
        if isinstance(choice, Choice):
            nodes = [_with_one_more(node) if node.place == choice.place else node for node in nodes]
    return tuple(choices)


def choose_node(fleet: Iterable[Node], request: PlacementRequest, now: datetime) -> Choice | NoNode:
    """The best place for one new key; the order of *fleet* doesn't matter.

    Nodes whose load is known rank before those whose reading is older than ten minutes; then the
    lower score, the panel's priority, and the names decide.
    """
    judged = sorted(((_judge(node, request, now), node) for node in fleet), key=_rank)
    reasons = tuple(reason for reason, _ in judged)
    for reason, node in judged:
        if reason.exclusion is None:
            return Choice(node.panel_id, node.reading.name, node.reading.placement, reasons)
    return NoNode(reasons)


def score(node: Node) -> Fraction:
    """OrbitVPN's weights: users × 100 × coefficient + GiB of 30 days; relative to capacity when it is known."""
    users = Fraction(node.active_users * _WEIGHT_OF_USER * node.reading.usage_coefficient_milli, 1000)
    load = users + Fraction(node.reading.traffic_bytes, _GIB)
    return load / node.capacity if node.capacity else load


def _choose_near(fleet: Sequence[Node], request: PlacementRequest, now: datetime) -> Choice | NoNode:
    old = request.instead_of
    if old is None:
        return choose_node(fleet, request, now)
    others = [node for node in fleet if node.place != old]
    on_panel = [node for node in others if node.panel_id == old.panel_id]
    on_node = [node for node in on_panel if node.reading.name == old.node]
    near = (choose_node(nodes, request, now) for nodes in (on_node, on_panel))
    return next((choice for choice in near if isinstance(choice, Choice)), choose_node(others, request, now))


def _with_one_more(node: Node) -> Node:
    return replace(node, active_users=node.active_users + 1)


def _judge(node: Node, request: PlacementRequest, now: datetime) -> CandidateVerdict:
    known = node.reading_at is not None and now - node.reading_at <= STALE_AFTER
    out = _why_out(node, request)
    return CandidateVerdict(node.panel_id, node.reading.name, None if out else score(node), out, known)


def _why_out(node: Node, request: PlacementRequest) -> Exclusion | None:
    checks = (
        (not node.panel_active, Exclusion.PANEL_OFF),
        (not node.panel_healthy, Exclusion.PANEL_UNHEALTHY),
        (not node.reading.connected, Exclusion.NOT_CONNECTED),
        (node.excluded, Exclusion.EXCLUDED),
        (node.draining, Exclusion.DRAINING),
        (node.capacity is not None and node.active_users >= node.capacity, Exclusion.FULL),
        (request.region is not None and node.reading.region != request.region, Exclusion.OTHER_REGION),
    )
    return next((out for applies, out in checks if applies), None)


def _rank(judged: tuple[CandidateVerdict, Node]) -> tuple[bool, bool, Fraction, int, str, str, tuple[str, ...]]:
    reason, node = judged
    points = reason.score if reason.score is not None else Fraction(0)
    return (
        reason.exclusion is not None,
        not reason.load_known,
        points,
        node.panel_priority,
        node.panel_id,
        node.reading.name,
        node.reading.placement,
    )
