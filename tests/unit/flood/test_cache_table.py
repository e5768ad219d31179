"""What is remembered, under which names, and for how long."""

import pytest

from orbit_domain.cache import (
    BALANCE,
    KEYS,
    LANGUAGE,
    NODE_METRICS,
    NOTIFICATION_SETTINGS,
    SUBSCRIPTION_END,
    checked_ttl,
)


def test_the_times_are_those_of_the_house() -> None:
    """What changes often is believed for a minute, what hardly ever does for a day."""
    kinds = (BALANCE, KEYS, SUBSCRIPTION_END, LANGUAGE, NOTIFICATION_SETTINGS, NODE_METRICS)
    assert [kind.ttl_s for kind in kinds] == [60, 600, 3600, 86_400, 3600, 120]


def test_the_names_tell_kinds_and_owners_apart() -> None:
    """No two kinds share a key, and the panel's metrics stand where they always stood."""
    assert NODE_METRICS.key("main") == "marzban:main:node_metrics"
    assert [kind.key(7) for kind in (BALANCE, KEYS, SUBSCRIPTION_END, LANGUAGE, NOTIFICATION_SETTINGS)] == [
        "user:7:balance", "user:7:keys", "user:7:sub_end", "user:7:language", "user:7:notifications",
    ]  # fmt: skip


def test_the_shortest_time_is_a_second() -> None:
    """A second is a time, nothing is not."""
    assert checked_ttl(1) == 1
    with pytest.raises(ValueError, match="not for 0"):
        checked_ttl(0)
