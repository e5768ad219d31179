"""The choice in its plainest form: every node is judged by fractions and sorted, for each key anew.

It is what the choice was before thousands of nodes had to be chosen from in milliseconds, and says what it has to be.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from orbit_domain.node.choice import Choice, NoNode, PlacementRequest
from orbit_domain.node.eligibility import Exclusion
from orbit_domain.node.fleet import Node
from orbit_domain.node.ranking import STALE_AFTER
from orbit_domain.node.verdicts import CandidateVerdict
from tests.unit.node.samples import GIB

Rank = tuple[bool, bool, Fraction, int, str, str, tuple[str, ...]]


def plainly_chosen(
    fleet: Sequence[Node], requests: Sequence[PlacementRequest], now: datetime
) -> tuple[Choice | NoNode, ...]:
    """What `choose_nodes` has to answer: one key after the other, each in a fleet where the earlier ones are users."""
    nodes, choices = list(fleet), []
    for request in requests:
        choice = _near(nodes, request, now)
        choices.append(choice)
        if isinstance(choice, Choice):
            nodes = [replace(one, active_users=one.active_users + (one.place == choice.place)) for one in nodes]
    return tuple(choices)


def _near(nodes: Sequence[Node], request: PlacementRequest, now: datetime) -> Choice | NoNode:
    old = request.instead_of
    others = [one for one in nodes if one.place != old]
    on_panel = [one for one in others if old is not None and one.panel_id == old.panel_id]
    on_node = [one for one in on_panel if old is not None and one.reading.name == old.node]
    near = (_best(pool, request, now) for pool in (on_node, on_panel))
    return next((choice for choice in near if isinstance(choice, Choice)), _best(others, request, now))


def _best(nodes: Sequence[Node], request: PlacementRequest, now: datetime) -> Choice | NoNode:
    judged = sorted(((_judged(one, request, now), one) for one in nodes), key=_rank)
    reasons = tuple(verdict for verdict, _ in judged)
    for verdict, one in judged:
        if verdict.exclusion is None:
            return Choice(*one.place, reasons)
    return NoNode(reasons)


def _judged(one: Node, request: PlacementRequest, now: datetime) -> CandidateVerdict:
    fresh = one.reading_at is not None and now - one.reading_at <= STALE_AFTER
    known = fresh and one.reading.traffic_bytes is not None
    out = _why_out(one, request)
    return CandidateVerdict(one.panel_id, one.reading.name, None if out else _score(one), out, known)


def _why_out(one: Node, request: PlacementRequest) -> Exclusion | None:
    checks = (
        (not one.panel_active, Exclusion.PANEL_OFF),
        (not one.panel_healthy, Exclusion.PANEL_UNHEALTHY),
        (not one.reading.connected, Exclusion.NOT_CONNECTED),
        (one.excluded, Exclusion.EXCLUDED),
        (one.draining, Exclusion.DRAINING),
        (one.capacity is not None and one.active_users >= one.capacity, Exclusion.FULL),
        (request.region is not None and one.reading.region != request.region, Exclusion.OTHER_REGION),
    )
    return next((out for applies, out in checks if applies), None)


def _score(one: Node) -> Fraction:
    users = Fraction(one.active_users * 100 * one.reading.usage_coefficient_milli, 1000)
    load = users + Fraction(one.reading.traffic_bytes or 0, GIB)
    return load / one.capacity if one.capacity else load


def _rank(judged: tuple[CandidateVerdict, Node]) -> Rank:
    verdict, one = judged
    return (
        verdict.exclusion is not None,
        not verdict.load_known,
        Fraction(0) if verdict.score is None else verdict.score,
        one.panel_priority,
        one.panel_id,
        one.reading.name,
        one.reading.groups,
    )
