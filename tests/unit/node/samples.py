"""Sample nodes and fleets for the tests of the choice."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Node, NodeReading

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
GIB = 1024**3
REGIONS = st.sampled_from([None, "nl", "de"])


def node(name: str, panel: str = "main", **facts: Any) -> Node:
    """A healthy, idle node read a minute ago, except for *facts* about its reading or about itself."""
    reading_facts = {"connected": True, "groups": (f"VLESS {name}",), "traffic_bytes": 0}
    for fact in ("connected", "groups", "traffic_bytes", "usage_coefficient_milli", "region"):
        if fact in facts:
            reading_facts[fact] = facts.pop(fact)
    own = {"panel_priority": 100, "active_users": 0, "reading_at": NOON - timedelta(minutes=1), **facts}
    return Node(panel_id=PanelId(panel), reading=NodeReading(name=name, **reading_facts), **own)


_AGES = st.one_of(st.none(), st.integers(-60, 2_000), st.sampled_from([600, 601]))
_OFTEN = st.sampled_from([True, True, True, False])
_SELDOM = _OFTEN.map(lambda often: not often)


@st.composite
def nodes(draw: st.DrawFn) -> Node:
    """Any node: healthy or not, full or not, known or not; names and loads collide on purpose."""
    age_s = draw(_AGES)
    return node(
        draw(st.sampled_from("abc")),
        draw(st.sampled_from(["p", "q"])),
        connected=draw(_OFTEN),
        groups=(draw(st.sampled_from("xy")),),
        traffic_bytes=draw(st.one_of(st.none(), st.integers(0, 5).map(lambda n: n * GIB), st.integers(0, 2**50))),
        usage_coefficient_milli=draw(st.sampled_from([0, 500, 1_000, 3_000])),
        region=draw(REGIONS),
        panel_priority=draw(st.sampled_from([1, 100])),
        active_users=draw(st.integers(0, 12)),
        capacity=draw(st.one_of(st.none(), st.integers(0, 12))),
        panel_active=draw(_OFTEN),
        panel_healthy=draw(_OFTEN),
        excluded=draw(_SELDOM),
        draining=draw(_SELDOM),
        reading_at=None if age_s is None else NOON - timedelta(seconds=age_s),
    )


# Panel, name and placement identify a node, so they are unique in a fleet.
FLEETS = st.lists(nodes(), max_size=5, unique_by=lambda one: (one.panel_id, one.reading.name, one.reading.groups))
