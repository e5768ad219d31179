"""Properties of every rebalance, for any fleet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_domain.ids import PanelId
from orbit_domain.node.eligibility import Exclusion, why_out
from orbit_domain.node.fleet import Node
from orbit_domain.node.rebalance import TOLERANCE, NodeName, RebalancePlan, plan_rebalance
from tests.unit.node.samples import GIB, NOON, node

_SELDOM = st.integers(0, 9).map(lambda number: number == 9)


@st.composite
def _nodes(draw: st.DrawFn) -> Node:
    """A node that most often takes keys, of one of three panels; loads and capacities collide on purpose."""
    return node(
        draw(st.sampled_from("ab")),
        draw(st.sampled_from("pqr")),
        active_users=draw(st.integers(0, 12)),
        capacity=draw(st.sampled_from([None, None, None, 5, 10, 15])),
        usage_coefficient_milli=draw(st.sampled_from([500, 1_000, 1_000, 3_000])),
        traffic_bytes=draw(st.integers(0, 2_000)) * GIB,
        region=draw(st.sampled_from([None, None, None, "nl"])),
        draining=draw(_SELDOM),
        panel_healthy=not draw(_SELDOM),
    )


FLEETS = st.lists(_nodes(), min_size=2, max_size=6, unique_by=lambda one: (one.panel_id, one.reading.name))


def all_of(fleet: Sequence[Node]) -> dict[NodeName, int]:
    """Every key may move."""
    return {(one.panel_id, one.reading.name): one.active_users for one in fleet}


def plan(fleet: Sequence[Node], tolerance: Fraction = TOLERANCE, limit: int | None = None) -> RebalancePlan:
    return plan_rebalance(fleet, all_of(fleet), NOON, tolerance=tolerance, limit=limit)


def panels(counts: Sequence[int]) -> list[Node]:
    """Panels with one node each, alike but for how many keys they have."""
    return [node("n", f"p{number}", active_users=users) for number, users in enumerate(counts)]


def fewest(counts: Sequence[int], tolerance: Fraction) -> int | None:
    """How few moves bring any two of *counts* within *tolerance* of the larger one, found by trying; None: none do."""

    def moves(low: int, high: int) -> int | None:
        """To bring all of them between *low* and *high*."""
        if not low * len(counts) <= sum(counts) <= high * len(counts):
            return None
        return max(sum(max(one - high, 0) for one in counts), sum(max(low - one, 0) for one in counts))

    within = [
        found
        for high in range(max(counts) + 1)
        for low in range(high + 1)
        if high - low <= tolerance * high and (found := moves(low, high)) is not None
    ]
    return min(within, default=None)


@settings(max_examples=40)
@given(FLEETS, st.randoms(use_true_random=False))
def test_the_order_of_the_fleet_doesn_t_matter(fleet: list[Node], random: Random) -> None:
    """Every process makes the same plan, and makes it again."""
    assert plan(random.sample(fleet, len(fleet))) == plan(fleet) == plan(fleet)


@settings(max_examples=40)
@given(FLEETS)
def test_the_spread_never_gets_worse(fleet: list[Node]) -> None:
    """Not after any of the moves: it may be stopped at each; a plan that is cut is the beginning of the whole."""
    whole = plan(fleet)
    parts = [plan(fleet, limit=moves) for moves in range(len(whole.moves) + 1)]
    assert [part.moves for part in parts] == [whole.moves[:moves] for moves in range(len(parts))]
    assert {part.before for part in parts} == {whole.before}
    assert [part.after for part in parts] == sorted((part.after for part in parts), reverse=True)
    assert 0 <= whole.after <= whole.before <= 1


@settings(max_examples=40)
@given(FLEETS)
def test_keys_go_only_where_a_new_one_may(fleet: list[Node]) -> None:
    """To another panel of their region that is well, takes keys and has room; from no node more than it may give."""
    nodes, movable = {one.place: one for one in fleet}, {name: users // 2 for name, users in all_of(fleet).items()}
    moves = plan_rebalance(fleet, movable, NOON).moves
    for target, keys in Counter(move.target for move in moves).items():
        assert why_out(nodes[target], None, nodes[target].active_users + keys - 1) is None
    for source, keys in Counter((move.source.panel_id, move.source.node) for move in moves).items():
        assert keys <= movable[source]
    for move in moves:
        source, target = nodes[move.source], nodes[move.target]
        assert source.panel_id != target.panel_id
        assert source.reading.region == target.reading.region
        assert why_out(source, None, source.active_users) in (None, Exclusion.FULL)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=5), st.sampled_from([0, 1, 2, 5]))
def test_no_move_too_many(counts: list[int], tenths: int) -> None:
    """Panels that are alike: exactly as few moves as any plan needs that ends within the tolerance."""
    tolerance = Fraction(tenths, 10)
    needed, found = fewest(counts, tolerance), plan(panels(counts), tolerance)
    if needed is not None:
        assert (len(found.moves), found.after <= tolerance) == (needed, True)
    else:  # It can't be reached: no two differ by more than the one key that they can't share.
        after = Counter({f"p{number}": users for number, users in enumerate(counts)})
        for move in found.moves:
            after[move.source.panel_id] -= 1
            after[move.target.panel_id] += 1
        assert max(after.values()) - min(after.values()) <= 1


@settings(max_examples=40)
@given(FLEETS)
def test_a_second_plan_has_nothing_left_to_do(fleet: list[Node]) -> None:
    """Without traffic, which is only guessed at: after all its moves, while those rest that moved, none is planned."""
    idle = [replace(one, reading=replace(one.reading, traffic_bytes=0)) for one in fleet]
    moves = plan(idle).moves
    gave, got = Counter(move.source for move in moves), Counter(move.target for move in moves)
    after = [replace(one, active_users=one.active_users - gave[one.place] + got[one.place]) for one in idle]
    rested = {(one.panel_id, one.reading.name): one.active_users - gave[one.place] for one in idle}
    assert plan_rebalance(after, rested, NOON).moves == ()


def test_a_new_panel_gets_its_share_and_not_all() -> None:
    """Keys bring their traffic along: half of a loaded panel's keys go to an empty one like it."""
    full, empty = node("n", "old", active_users=100, traffic_bytes=10_000 * GIB), node("n", "new")
    found = plan([full, empty], Fraction(0))
    assert (len(found.moves), found.before, found.after) == (50, 1, 0)
    assert {move.target.panel_id for move in found.moves} == {PanelId("new")}


def test_a_larger_panel_gets_more() -> None:
    """Of nodes with a known capacity each is filled alike; what is full or drains gets nothing."""
    fleet = [
        node("n", "old", active_users=90, capacity=100),
        node("n", "twice", capacity=200),
        node("n", "full", active_users=10, capacity=10),
        node("n", "away", capacity=900, draining=True),
    ]
    got = Counter(move.target.panel_id for move in plan(fleet).moves)
    assert set(got) == {PanelId("twice")}
    assert 60 <= got[PanelId("twice")] <= 70


def test_heavy_and_light_are_not_exchanged() -> None:
    """A key that weighs more than what lies between two panels stays: without it the heavier one would be empty."""
    fleet = [node("n", "old", active_users=1, usage_coefficient_milli=3000), node("n", "new", active_users=1)]
    assert plan(fleet).moves == ()
