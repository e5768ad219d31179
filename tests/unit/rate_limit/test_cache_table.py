"""What is cached, under which keys, and for how long."""

import pytest

from orbit_domain.cache.ports import CUSTOMER, NODE_METRICS, checked_ttl


def test_the_cache_times() -> None:
    """A customer is cached for one minute, as long as a balance may be; node metrics for two."""
    assert (CUSTOMER.ttl_s, NODE_METRICS.ttl_s) == (60, 120)


def test_keys_differ_by_kind_and_owner() -> None:
    """No two kinds share a key, and the key of the panel's metrics is unchanged."""
    assert NODE_METRICS.key("main") == "marzban:main:node_metrics"
    assert CUSTOMER.key(7) == "user:7:customer"


def test_the_shortest_time_is_a_second() -> None:
    """One second is valid, zero isn't."""
    assert checked_ttl(1) == 1
    with pytest.raises(ValueError, match="not for 0"):
        checked_ttl(0)
