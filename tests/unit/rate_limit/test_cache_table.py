"""What is remembered, under which names, and for how long."""

import pytest

from orbit_domain.cache.ports import CUSTOMER, NODE_METRICS, checked_ttl


def test_the_times_are_those_of_the_house() -> None:
    """A customer is believed for as long as a balance may be, which is the shortest-lived part; a reading for two."""
    assert (CUSTOMER.ttl_s, NODE_METRICS.ttl_s) == (60, 120)


def test_the_names_tell_kinds_and_owners_apart() -> None:
    """No two kinds share a key, and the panel's metrics stand where they always stood."""
    assert NODE_METRICS.key("main") == "marzban:main:node_metrics"
    assert CUSTOMER.key(7) == "user:7:customer"


def test_the_shortest_time_is_a_second() -> None:
    """A second is a time, nothing is not."""
    assert checked_ttl(1) == 1
    with pytest.raises(ValueError, match="not for 0"):
        checked_ttl(0)
