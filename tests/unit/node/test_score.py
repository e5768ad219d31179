"""The score of a node: OrbitVPN's weights, exact, relative to capacity where it is known."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.node.ranking import score
from tests.unit.node.samples import GIB, node, nodes

USERS = st.integers(0, 100_000)
TRAFFIC = st.integers(0, 2**60)


@pytest.mark.parametrize(
    ("users", "coefficient_milli", "traffic_gib", "capacity", "points"),
    [
        (0, 1_000, 0, None, Fraction(0)),
        (3, 1_000, 0, None, Fraction(300)),
        (3, 1_500, 0, None, Fraction(450)),
        (3, 0, 7, None, Fraction(7)),
        (3, 1_000, 7, None, Fraction(307)),
        (3, 1_000, 7, 10, Fraction(307, 10)),
        (1, 333, 0, None, Fraction(333, 10)),
    ],
)
def test_weights_are_those_of_orbitvpn(users, coefficient_milli, traffic_gib, capacity, points) -> None:
    """A user weighs a hundred times the node's coefficient, a GiB of the last 30 days weighs one."""
    facts = {"usage_coefficient_milli": coefficient_milli, "traffic_bytes": traffic_gib * GIB, "capacity": capacity}
    assert score(node("n", active_users=users, **facts)) == points


@given(USERS, TRAFFIC, st.integers(1, 1_000))
def test_one_more_user_is_never_a_better_score(users: int, traffic: int, capacity: int) -> None:
    """More users, or a byte more, never make a node look emptier; more capacity never makes it look fuller."""
    here = score(node("n", active_users=users, traffic_bytes=traffic, capacity=capacity))
    assert score(node("n", active_users=users + 1, traffic_bytes=traffic, capacity=capacity)) > here
    assert score(node("n", active_users=users, traffic_bytes=traffic + 1, capacity=capacity)) > here
    assert score(node("n", active_users=users, traffic_bytes=traffic, capacity=capacity + 1)) <= here


@given(nodes())
def test_scores_are_exact(any_node) -> None:
    """A score is a fraction: two machines never disagree about it by a rounding."""
    points = score(any_node)
    assert isinstance(points, Fraction)
    assert points >= 0


@given(USERS, TRAFFIC, st.integers(1, 100_000))
def test_with_a_capacity_the_load_is_relative_to_it(users: int, traffic: int, capacity: int) -> None:
    """The same load on a node with capacity is that load divided by the capacity."""
    absolute = score(node("n", active_users=users, traffic_bytes=traffic))
    assert score(node("n", active_users=users, traffic_bytes=traffic, capacity=capacity)) * capacity == absolute
