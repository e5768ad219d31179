"""Properties of every choice, for any fleet."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.node.choice import Choice, NoNode, PlacementRequest, choose_node
from orbit_domain.node.fleet import Node
from orbit_domain.node.ranking import STALE_AFTER, score
from orbit_domain.node.verdicts import CandidateVerdict
from tests.unit.node.samples import FLEETS, NOON, REGIONS, node

REQUESTS = st.builds(PlacementRequest, REGIONS)


def may_take_a_key(one: Node, request: PlacementRequest) -> bool:
    """The rule of eligibility, written a second time in another form."""
    panel = one.panel_active and one.panel_healthy
    blocked = one.excluded or one.draining or not one.reading.connected
    room = one.capacity is None or one.capacity > one.active_users
    there = request.region in (None, one.reading.region)
    return panel and not blocked and room and there


def is_known(one: Node) -> bool:
    """Whether the node's reading is at most ten minutes old."""
    fresh = one.reading_at is not None and NOON - one.reading_at <= STALE_AFTER
    return fresh and one.reading.traffic_bytes is not None


def named(fleet: list[Node], choice: Choice | CandidateVerdict) -> list[Node]:
    """The nodes that *choice* may be about."""
    return [one for one in fleet if (one.panel_id, one.reading.name) == (choice.panel_id, choice.node)]


@given(FLEETS, REQUESTS, st.randoms(use_true_random=False))
def test_the_order_of_the_fleet_doesn_t_matter(fleet: list[Node], request, random: Random) -> None:
    """Every process makes the same choice, with the same reasons in the same order."""
    shuffled = random.sample(fleet, len(fleet))
    assert choose_node(iter(shuffled), request, NOON) == choose_node(fleet, request, NOON)


@given(FLEETS, REQUESTS)
def test_there_is_a_choice_whenever_a_node_is_eligible(fleet: list[Node], request) -> None:
    """The choice is total: a Choice when a node is eligible, otherwise NoNode, never an error."""
    choice = choose_node(fleet, request, NOON)
    assert isinstance(choice, Choice if any(may_take_a_key(one, request) for one in fleet) else NoNode)


@given(FLEETS, REQUESTS)
def test_an_ineligible_node_is_never_chosen(fleet: list[Node], request) -> None:
    """The chosen node is eligible, and the choice holds its own inbounds."""
    choice = choose_node(fleet, request, NOON)
    if isinstance(choice, Choice):
        candidates = [one for one in named(fleet, choice) if one.reading.groups == choice.groups]
        assert [may_take_a_key(one, request) for one in candidates] == [True]


@given(FLEETS, REQUESTS)
def test_no_better_node_was_passed_over(fleet: list[Node], request) -> None:
    """No eligible node that is known beats an unknown choice, and none has a lower score among its equals."""
    choice = choose_node(fleet, request, NOON)
    if isinstance(choice, Choice):
        (winner,) = [one for one in named(fleet, choice) if one.reading.groups == choice.groups]
        ranks = [(not is_known(one), score(one), one.panel_priority) for one in fleet if may_take_a_key(one, request)]
        assert (not is_known(winner), score(winner), winner.panel_priority) == min(ranks)


@given(FLEETS, REQUESTS)
def test_every_candidate_is_explained(fleet: list[Node], request) -> None:
    """Each node has one verdict: a score if it may take the key, a reason if it may not, never both."""
    reasons = choose_node(fleet, request, NOON).reasons
    assert sorted((reason.panel_id, reason.node) for reason in reasons) == sorted(
        (one.panel_id, one.reading.name) for one in fleet
    )
    assert all((reason.score is None) == (reason.exclusion is not None) for reason in reasons)
    assert sum(reason.exclusion is None for reason in reasons) == sum(may_take_a_key(one, request) for one in fleet)


@given(FLEETS, REQUESTS)
def test_explanations_begin_with_the_chosen_one_and_get_worse(fleet: list[Node], request) -> None:
    """Eligible before out, known before unknown, lower scores before higher: the list is the ranking."""
    choice = choose_node(fleet, request, NOON)
    ranks = [(reason.exclusion is not None, not reason.load_known, reason.score or 0) for reason in choice.reasons]
    assert ranks == sorted(ranks)
    if isinstance(choice, Choice):
        assert (choice.reasons[0].panel_id, choice.reasons[0].node) == (choice.panel_id, choice.node)


@given(FLEETS, REQUESTS)
def test_an_excluded_node_changes_nothing_for_the_others(fleet: list[Node], request) -> None:
    """An added node that can't take the key doesn't change the choice."""
    before = choose_node(fleet, request, NOON)
    after = choose_node([*fleet, node("out", "elsewhere", draining=True)], request, NOON)
    assert type(before) is type(after)
    if isinstance(before, Choice) and isinstance(after, Choice):
        assert (before.panel_id, before.node, before.groups) == (after.panel_id, after.node, after.groups)


@given(FLEETS, REQUESTS)
def test_without_the_chosen_node_the_second_in_the_list_is_chosen(fleet: list[Node], request) -> None:
    """Without the first node of the reasons, the second one is chosen."""
    choice = choose_node(fleet, request, NOON)
    if isinstance(choice, Choice):
        rest = [one for one in fleet if one not in named(fleet, choice) or one.reading.groups != choice.groups]
        then = choose_node(rest, request, NOON)
        assert then.reasons == choice.reasons[1:]


@given(FLEETS, REQUESTS, st.integers(0, 10**6))
def test_time_alone_makes_no_node_eligible_or_ineligible(fleet: list[Node], request, later_s: int) -> None:
    """Readings age, which changes ranks but never exclusions."""
    now = choose_node(fleet, request, NOON)
    later = choose_node(fleet, request, NOON + timedelta(seconds=later_s))
    assert {(reason.panel_id, reason.node, reason.exclusion) for reason in now.reasons} == {
        (reason.panel_id, reason.node, reason.exclusion) for reason in later.reasons
    }
