"""A key: what we want, what was confirmed, and the difference between the two."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.access.account import Account
from orbit_domain.ids import PanelId
from tests.unit.access.keys_made_up import CREDENTIAL, END, NOON, new_key, shown

LATER = NOON + timedelta(hours=1)


def test_a_new_key_is_wanted_and_not_confirmed() -> None:
    """A key exists for us before it exists anywhere: without place, link or confirmation."""
    key = new_key()
    assert not key.is_confirmed
    assert (key.desired_revision, key.applied_revision, key.panel_id, key.subscription_url, key.links) == (
        1,
        0,
        None,
        None,
        (),
    )


@given(st.integers(0, 10), st.integers(0, 10))
def test_a_key_is_confirmed_when_the_panel_has_all_we_want(desired_revision: int, applied_revision: int) -> None:
    """One change that isn't applied yet makes the key unconfirmed."""
    assert replace(new_key(), desired_revision=desired_revision, applied_revision=applied_revision).is_confirmed == (
        applied_revision >= desired_revision
    )


def test_wanting_more_raises_the_desired_state_and_is_due_at_once() -> None:
    """A renewal sets end and traffic, needs a new confirmation, and doesn't wait for an old back-off."""
    tired = replace(new_key().confirm(1, shown()).postpone("down", NOON), enabled=False)
    wanted = tired.request_change(END + timedelta(days=30), 5, LATER)
    assert (wanted.expires_at, wanted.traffic_bytes, wanted.enabled) == (END + timedelta(days=30), 5, True)
    assert (wanted.desired_revision, wanted.applied_revision, wanted.is_confirmed) == (2, 1, False)
    assert (wanted.attempts, wanted.next_attempt_at) == (0, LATER)


def test_wanting_more_keeps_identity_and_links() -> None:
    """A renewal changes neither name nor secret nor place, and the customer's links go on working."""
    key = new_key().place(PanelId("nl"), "ams-1", ("VLESS",)).confirm(1, shown())
    wanted = key.request_change(END, 0, LATER)
    kept = ["id", "username", "number", "credential", "panel_id", "node", "placement", "subscription_url", "links"]
    assert [getattr(wanted, name) for name in kept] == [getattr(key, name) for name in kept]


def test_placing_decides_panel_node_and_inbounds() -> None:
    """The place is on the key before any panel is called, and needs no new confirmation by itself."""
    key = new_key()
    placed = key.place(PanelId("nl"), "ams-1", ("VLESS", "SS"))
    assert (placed.panel_id, placed.node, placed.placement) == ("nl", "ams-1", ("VLESS", "SS"))
    assert replace(placed, panel_id=None, node=None, placement=()) == key


def test_the_account_is_asked_for_in_absolute_values() -> None:
    """What the panel is told holds the whole state, so that telling it twice is telling it once."""
    key = replace(new_key().place(PanelId("nl"), "ams-1", ("VLESS",)), traffic_bytes=7, enabled=False)
    assert key.account() == Account(
        key_id=key.id,
        username="orbit_42",
        credential=CREDENTIAL,
        placement=("VLESS",),
        expires_at=END,
        traffic_bytes=7,
        enabled=False,
    )


def test_a_confirmation_ends_the_attempts() -> None:
    """Links are there, errors are forgotten, and the next failure starts with the shortest wait."""
    done = new_key().postpone("down", NOON).postpone("still down", NOON).confirm(1, shown())
    assert done.is_confirmed
    assert (done.attempts, done.last_error) == (0, None)
    assert (done.subscription_url, done.links) == ("https://panel.example/sub/first", ("vless://first",))


def test_a_confirmation_of_an_older_wish_leaves_the_newer_one_open() -> None:
    """A renewal that came while the panel was being asked is still owed afterwards."""
    asked = new_key()
    renewed = asked.request_change(END + timedelta(days=30), 0, LATER)
    late = renewed.confirm(asked.desired_revision, shown())
    assert (late.applied_revision, late.desired_revision, late.is_confirmed) == (1, 2, False)
    assert late.confirm(2, shown()).is_confirmed


@given(st.lists(st.integers(1, 6), max_size=8))
def test_confirmations_in_any_order_keep_the_newest(levels: list[int]) -> None:
    """A late answer about an old wish never takes back a newer confirmation."""
    key = replace(new_key(), desired_revision=6)
    for level in levels:
        key = key.confirm(level, shown())
    assert key.applied_revision == max(levels, default=0)


def test_the_first_subscription_link_is_kept_for_ever() -> None:
    """The panel may show other links later; the one the customer has stays."""
    key = new_key().confirm(1, shown()).request_change(END, 0, LATER)
    again = key.confirm(2, shown("https://panel.example/sub/other", ("vless://other",)))
    assert again.subscription_url == "https://panel.example/sub/first"
    assert again.links == ("vless://other",)


def test_a_failure_is_tried_again_and_changes_nothing_else() -> None:
    """What we want stays wanted: only the count, the time of the next try and the reason change."""
    key = new_key()
    failed = key.postpone("timeout", LATER)
    assert (failed.attempts, failed.next_attempt_at, failed.last_error) == (1, LATER + timedelta(seconds=5), "timeout")
    assert replace(failed, attempts=0, next_attempt_at=None, last_error=None) == key


@pytest.mark.parametrize("length", [0, 1, 299, 300, 301, 100_000])
def test_a_reason_is_kept_short(length: int) -> None:
    """A panel that answers with a whole page doesn't fill our tables."""
    reason = "x" * length
    assert new_key().postpone(reason, NOON).last_error == reason[:300]
