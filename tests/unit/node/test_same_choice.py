"""The fast choice is the plain one: same places, same verdicts, in the same order."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_domain.node.choice import Choice, PlacementRequest, choose_nodes
from orbit_domain.node.fleet import Node
from tests.unit.node.plain_choice import plainly_chosen
from tests.unit.node.samples import GIB, NOON, node

SEEDS = st.integers(0, 2**32)


def fleet(random: Random, size: int) -> list[Node]:
    """Many nodes of three panels; loads collide, and differ by less than a byte's worth, on purpose."""
    ages = random.choice(((0, 0, 600, 601, None), (601, None), (0,)))
    return [_node(random, number, random.choice(ages)) for number in range(size)]


def _node(random: Random, number: int, age_s: int | None) -> Node:
    return node(
        f"n{number // 2}",
        random.choice("pqr"),
        groups=(f"g{number}",),
        connected=random.random() < 0.9,
        traffic_bytes=random.choice((None, 0, 0, 1, 2, GIB)),
        usage_coefficient_milli=random.choice((0, 1_000, 1_001)),
        region=random.choice((None, "nl", "de")),
        panel_priority=random.choice((1, 100)),
        active_users=random.randrange(4),
        capacity=random.choice((None, 2, 3, 1_000, 1_001)),
        draining=random.random() < 0.1,
        reading_at=None if age_s is None else NOON - timedelta(seconds=age_s),
    )


@given(SEEDS, st.integers(0, 40), st.integers(1, 12))
@settings(max_examples=150)
def test_a_batch_is_placed_as_by_the_plain_choice(seed: int, size: int, keys: int) -> None:
    """Whatever is fresh, full, tied or to be left: the same places with the same verdicts, key by key."""
    random = Random(seed)
    nodes = fleet(random, size)
    places = [None, None, *(one.place for one in nodes)]
    requests = [PlacementRequest(random.choice((None, None, "nl")), random.choice(places)) for _ in range(keys)]
    chosen = choose_nodes(nodes, requests, NOON)
    assert chosen == plainly_chosen(nodes, requests, NOON)


@pytest.mark.parametrize(("count", "keys"), [(1, 7), (7, 3), (7, 23), (40, 97)])
def test_equal_nodes_share_a_batch_evenly(count: int, keys: int) -> None:
    """The spread of a batch over equal nodes differs by at most one."""
    choices = choose_nodes([node(f"n{number}") for number in range(count)], [PlacementRequest()] * keys, NOON)
    names = [choice.node for choice in choices if isinstance(choice, Choice)]
    shares = [names.count(f"n{number}") for number in range(count)]
    assert (sum(shares), max(shares) - min(shares) <= 1) == (keys, True)
