"""Where a new key should live: pure, total, deterministic, and able to explain itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Node

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
    """What is asked of a place: a region, if the plan or the customer wants one."""

    region: str | None = None


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


@dataclass(frozen=True, slots=True)
class NoNode:
    """No node can take a key now, with the reason of each."""

    reasons: tuple[CandidateVerdict, ...]


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
