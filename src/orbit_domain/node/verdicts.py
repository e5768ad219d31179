"""Why a node was chosen or not, for each of them, once somebody asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import overload

from orbit_domain.ids import PanelId
from orbit_domain.node.eligibility import Exclusion, why_out
from orbit_domain.node.fleet import Node, Place
from orbit_domain.node.ranking import Rank, Scale, score


@dataclass(frozen=True, slots=True)
class CandidateVerdict:
    """One candidate's verdict: its score (lower is better), or why it was out."""

    panel_id: PanelId
    node: str
    score: Fraction | None
    exclusion: Exclusion | None
    load_known: bool


def judged(
    nodes: Sequence[Node], region: str | None, taken: Mapping[Place, int], now: datetime
) -> list[CandidateVerdict]:
    """The verdict on each of *nodes*, best first, when a batch has *taken* so many places of them."""
    scale, ranked = Scale.of(nodes, now), list[tuple[bool, Rank, CandidateVerdict]]()
    loadless = replace(scale, parts=0)  # The load of a node that is out decides nothing.
    for index, node in enumerate(nodes):
        users = node.active_users + taken.get(node.place, 0)
        out = why_out(node, region, users)
        points = None if out else score(node, users)
        verdict = CandidateVerdict(node.panel_id, node.reading.name, points, out, scale.knows(node))
        rank = (loadless if out else scale).rank(node, users, index)
        ranked.append((out is not None, rank, verdict))
    return [verdict for _, _, verdict in sorted(ranked, key=lambda one: one[:2])]


class Verdicts(Sequence[CandidateVerdict]):
    """A tuple of verdicts that is made when it is looked at: of thousands of nodes that takes longer than a choice."""

    def __init__(self, make: Callable[[], Iterable[CandidateVerdict]]) -> None:
        self._make = make
        self._made: tuple[CandidateVerdict, ...] | None = None

    @overload
    def __getitem__(self, index: int) -> CandidateVerdict: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[CandidateVerdict, ...]: ...

    def __getitem__(self, index: int | slice) -> CandidateVerdict | tuple[CandidateVerdict, ...]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Verdicts) else other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> tuple[CandidateVerdict, ...]:
        if self._made is None:
            self._made = tuple(self._make())
        return self._made
