"""In a batch each key counts before the next is placed; a key that must move moves as little as it can."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import PanelId
from orbit_domain.node.choice import Choice, NoNode, PlacementRequest, choose_node, choose_nodes
from orbit_domain.node.fleet import Node, Place
from tests.unit.node.samples import FLEETS, NOON, REGIONS, node

ANYWHERE = PlacementRequest()


@given(FLEETS, st.integers(0, 30))
def test_no_node_is_filled_beyond_its_room(fleet: list[Node], keys: int) -> None:
    """However many come at once: a node with room for n takes at most n, and whoever is left over gets none."""
    choices = choose_nodes(fleet, [ANYWHERE] * keys, NOON)
    assert len(choices) == keys
    placed = [choice.place for choice in choices if isinstance(choice, Choice)]
    for one in fleet:
        if one.capacity is not None:
            assert placed.count(one.place) <= max(0, one.capacity - one.active_users)


@given(FLEETS)
def test_the_first_of_many_is_chosen_as_if_it_were_alone(fleet: list[Node]) -> None:
    """Placing many is placing one after another."""
    assert choose_nodes(fleet, [ANYWHERE], NOON) == (choose_node(fleet, ANYWHERE, NOON),)


@given(FLEETS, st.lists(st.tuples(REGIONS, st.one_of(st.none(), st.integers(0, 4))), max_size=8))
def test_placing_many_is_placing_one_after_another(
    fleet: list[Node], wanted: list[tuple[str | None, int | None]]
) -> None:
    """Each choice of a batch, with its reasons, is that of a fleet in which the earlier keys are counted as users."""
    places = [one.place for one in fleet]
    requests = [
        PlacementRequest(region, places[old] if old is not None and old < len(places) else None)
        for region, old in wanted
    ]
    for request, choice in zip(requests, choose_nodes(fleet, requests, NOON), strict=True):
        assert choose_nodes(fleet, [request], NOON) == (choice,)
        if isinstance(choice, Choice):
            fleet = [replace(one, active_users=one.active_users + (one.place == choice.place)) for one in fleet]


def test_equal_nodes_share_a_batch() -> None:
    """Twenty keys over two idle nodes are ten each."""
    choices = choose_nodes([node("a"), node("b")], [ANYWHERE] * 20, NOON)
    names = [choice.node for choice in choices if isinstance(choice, Choice)]
    assert (names.count("a"), names.count("b")) == (10, 10)


@given(FLEETS)
def test_a_key_never_gets_the_place_that_it_can_t_stay_at(fleet: list[Node]) -> None:
    """Whatever the fleet is like, another place is chosen or none, and it's on the same panel when that has one."""
    for old in (one.place for one in fleet):
        (choice,) = choose_nodes(fleet, [PlacementRequest(instead_of=old)], NOON)
        others = [one for one in fleet if one.place != old]
        on_panel = choose_node([one for one in others if one.panel_id == old.panel_id], ANYWHERE, NOON)
        if isinstance(on_panel, Choice):
            assert isinstance(choice, Choice)
            assert (choice.panel_id, choice.place != old) == (old.panel_id, True)
        else:
            assert isinstance(choice, Choice) == isinstance(choose_node(others, ANYWHERE, NOON), Choice)


def test_a_key_stays_on_its_node_when_the_node_has_another_placement() -> None:
    """The node is the same machine: only what the account carries is another."""
    fleet = [node("a", groups=("new",), active_users=50), node("b")]
    (choice,) = choose_nodes(fleet, [PlacementRequest(instead_of=Place(PanelId("main"), "a", ("old",)))], NOON)
    assert isinstance(choice, Choice)
    assert (choice.node, choice.groups) == ("a", ("new",))


def test_no_place_is_a_reasoned_answer_for_each() -> None:
    """Without a node that can take keys, each request gets its own answer with the reasons."""
    choices = choose_nodes([node("a", draining=True)], [ANYWHERE] * 2, NOON)
    assert [type(choice) for choice in choices] == [NoNode, NoNode]
    assert all(choice.reasons for choice in choices)
