"""Guessing links is stopped where it comes from, and nobody else is."""

from orbit_entry.web.link_limits import LinkLimits
from tests.support.clock import FakeClock


def test_a_network_is_one_place_and_a_known_link_goes_on() -> None:
    """Thirty misses from one IPv6 network refuse its further guesses, no link that was served, and no other network."""
    clock = FakeClock()
    limits = LinkLimits(clock)
    assert limits.served("known")
    for number in range(31):
        limits.missed(f"2001:db8::{number:x}")
    assert not limits.admits("2001:db8::ffff", "guess")
    assert limits.admits("2001:db8::ffff", "known")
    assert limits.admits("2001:db8:1::1", "guess")
    assert limits.admits("", "guess")
    clock.advance(seconds=61)
    assert limits.admits("2001:db8::1", "guess")


def test_memory_for_limits_has_an_end() -> None:
    """However many addresses guess, only the latest ten thousand are remembered."""
    limits = LinkLimits(FakeClock())
    for number in range(10_050):
        limits.missed(f"host-{number}")
    assert len(limits._places) == 10_000
