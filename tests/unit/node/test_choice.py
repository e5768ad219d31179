"""Which node gets a new key: exclusions with their reasons, and the ranking."""

from datetime import timedelta
from typing import Any

import pytest

from orbit_domain.node.choice import Choice, NoNode, PlacementRequest, choose_node
from orbit_domain.node.eligibility import Exclusion
from orbit_domain.node.fleet import Node
from tests.unit.node.samples import GIB, NOON, node

ANYWHERE = PlacementRequest()
EXCLUSIONS: list[tuple[dict[str, Any], Exclusion]] = [
    ({"panel_active": False}, Exclusion.PANEL_OFF),
    ({"panel_healthy": False}, Exclusion.PANEL_UNHEALTHY),
    ({"connected": False}, Exclusion.NOT_CONNECTED),
    ({"excluded": True}, Exclusion.EXCLUDED),
    ({"draining": True}, Exclusion.DRAINING),
    ({"capacity": 5, "active_users": 5}, Exclusion.FULL),
    ({"capacity": 5, "active_users": 6}, Exclusion.FULL),
    ({"capacity": 0}, Exclusion.FULL),
]


def chosen(*fleet: Node, region: str | None = None) -> str | None:
    """The name of the chosen node, None when no node is eligible."""
    choice = choose_node(fleet, PlacementRequest(region), NOON)
    return choice.node if isinstance(choice, Choice) else None


def test_the_least_loaded_node_is_chosen() -> None:
    """With everything else equal, fewer users win."""
    assert chosen(node("busy", active_users=9), node("calm", active_users=3), node("full", active_users=5)) == "calm"


def test_the_choice_says_panel_node_and_inbounds() -> None:
    """The choice holds the inbounds for the account."""
    choice = choose_node([node("ams-1", "nl", groups=("VLESS", "SS"))], ANYWHERE, NOON)
    assert isinstance(choice, Choice)
    assert (choice.panel_id, choice.node, choice.groups) == ("nl", "ams-1", ("VLESS", "SS"))


@pytest.mark.parametrize(("facts", "exclusion"), EXCLUSIONS)
def test_an_ineligible_node_is_excluded_with_the_reason(facts: dict[str, Any], exclusion: Exclusion) -> None:
    """An excluded node gets no new key, even when it is idle, and the verdict names the reason."""
    excluded = node("excluded", **facts)
    alone = choose_node([excluded], ANYWHERE, NOON)
    assert isinstance(alone, NoNode)
    assert [(reason.node, reason.exclusion, reason.score) for reason in alone.reasons] == [
        ("excluded", exclusion, None)
    ]
    assert chosen(excluded, node("healthy", active_users=1_000_000)) == "healthy"


def test_one_place_left_is_a_place() -> None:
    """Below its capacity a node takes keys, up to the last one."""
    assert chosen(node("nearly full", capacity=5, active_users=4)) == "nearly full"


@pytest.mark.parametrize(("region", "name"), [("nl", "ams"), ("de", "fra"), (None, "fra"), ("us", None)])
def test_a_requested_region_is_kept(region: str | None, name: str | None) -> None:
    """A requested region has no substitute, even when its nodes are busy; without one every region is eligible."""
    fleet = (node("ams", region="nl", active_users=9), node("fra", region="de"), node("somewhere", active_users=1))
    assert chosen(*fleet, region=region) == name


@pytest.mark.parametrize(("age", "name"), [(600, "stale"), (601, "fresh")])
def test_a_load_older_than_ten_minutes_is_unknown(age: int, name: str) -> None:
    """At ten minutes a reading still counts; a second later its node ranks after every node that is known."""
    stale = node("stale", reading_at=NOON - timedelta(seconds=age))
    assert chosen(stale, node("fresh", active_users=500)) == name


def test_a_load_that_the_panel_does_not_say_is_unknown() -> None:
    """A panel that counts no traffic doesn't look idle: its nodes come after every node whose load is known."""
    assert chosen(node("says nothing", traffic_bytes=None), node("busy", traffic_bytes=900 * GIB)) == "busy"
    assert chosen(node("says nothing", traffic_bytes=None)) == "says nothing"


def test_an_unknown_load_is_better_than_nothing() -> None:
    """When no load is known, a node without a reading still takes keys."""
    assert chosen(node("silent", reading_at=None), node("off", panel_active=False)) == "silent"


def test_unknown_nodes_are_ranked_among_themselves() -> None:
    """Our own count of users helps even when the panel's reading is old."""
    old = NOON - timedelta(hours=5)
    assert chosen(node("more", reading_at=old, active_users=2), node("less", reading_at=old, active_users=1)) == "less"


def test_ties_go_to_the_panel_s_priority_then_to_names() -> None:
    """The lower number is the higher priority; names break the remaining ties, so that all processes choose alike."""
    second = node("a", "alpha", panel_priority=2)
    first = node("z", "zulu", panel_priority=1)
    assert chosen(second, first) == "z"
    assert chosen(node("b", "alpha"), node("a", "beta"), node("c", "alpha")) == "b"


def test_priority_never_beats_load() -> None:
    """A panel with priority isn't filled while another one is idle."""
    assert chosen(node("favourite", panel_priority=1, active_users=1), node("idle", panel_priority=99)) == "idle"


def test_a_large_node_with_many_users_may_be_the_emptier_one() -> None:
    """With capacities known it is the share that counts: 50 of 1000 is less than 10 of 20."""
    small, large = node("small", capacity=20, active_users=10), node("large", capacity=1_000, active_users=50)
    assert chosen(small, large) == "large"


def test_traffic_counts_too() -> None:
    """A hundred GiB more weigh as much as one user."""
    assert chosen(node("heavy", traffic_bytes=101 * GIB), node("light", active_users=1)) == "light"
    assert chosen(node("heavy", traffic_bytes=99 * GIB), node("light", active_users=1)) == "heavy"


def test_without_any_node_there_is_no_choice_and_no_crash() -> None:
    """An empty fleet is an answer, not an error."""
    assert choose_node([], ANYWHERE, NOON) == NoNode(())


def test_reasons_list_the_best_first_and_the_excluded_last() -> None:
    """The reasons are in the order of the ranking: chosen, known, unknown, excluded."""
    fleet = [
        node("out", excluded=True),
        node("unknown", reading_at=None),
        node("second", active_users=2),
        node("first", active_users=1),
    ]
    choice = choose_node(fleet, ANYWHERE, NOON)
    assert [reason.node for reason in choice.reasons] == ["first", "second", "unknown", "out"]
    assert [reason.load_known for reason in choice.reasons] == [True, True, False, True]
