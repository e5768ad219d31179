"""What becomes of a key's link when its account is made anew, and when it is to work no more."""

from dataclasses import replace
from datetime import timedelta

from tests.unit.access.samples import END, NOON, account_state, new_key, with_home

FIRST, SECOND = "https://panel.example/sub/first", "https://panel.example/sub/second"


def test_a_link_lives_as_long_as_its_account() -> None:
    """While the account lives the customer's link is kept; when it had to be made anew, the new link is shown."""
    key = new_key().confirm(0, 1, account_state(FIRST), NOON)
    changed = account_state(SECOND)
    assert key.confirm(0, 2, changed, NOON).subscription_url == FIRST
    assert key.confirm(0, 2, replace(changed, is_new=True), NOON).subscription_url == SECOND


def test_a_revoked_key_is_switched_off_at_once() -> None:
    """It is due at that moment, whatever has failed before, and nothing else of it changes."""
    key = new_key().confirm(0, 1, account_state(FIRST), NOON).postpone(0, "down", NOON)
    later = NOON + timedelta(hours=1)
    assert key.revoke(END, later) == replace(
        with_home(key, desired_revision=2, attempts=0, next_attempt_at=later), enabled=False
    )


def test_links_that_the_panel_hides_are_kept() -> None:
    """A panel that shows no links of an account while it is off doesn't take away the customer's."""
    key = new_key().confirm(0, 1, account_state(FIRST), NOON)
    assert key.confirm(0, 2, account_state(FIRST, ()), NOON).links == key.links
