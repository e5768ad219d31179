"""A key: the desired state, the confirmed state, and the difference."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.access.account import Account, TrafficQuota
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Place
from tests.unit.access.samples import CREDENTIAL, END, NOON, account_state, home_key, new_key, with_home

LATER = NOON + timedelta(hours=1)


def test_a_new_key_is_desired_and_not_confirmed() -> None:
    """A new key has no panel, no link and no confirmation."""
    key = new_key()
    assert not key.is_confirmed
    assert (key.home.desired_revision, key.home.applied_revision, key.panel_id) == (1, 0, None)
    assert (key.subscription_url, key.links) == (None, ())


@given(st.integers(0, 10), st.integers(0, 10))
def test_a_key_is_confirmed_when_the_panel_has_all_we_want(desired_revision: int, applied_revision: int) -> None:
    """One change that isn't applied yet makes the key unconfirmed."""
    key = home_key(desired_revision=desired_revision, applied_revision=applied_revision)
    assert key.is_confirmed == (applied_revision >= desired_revision)


def test_a_change_raises_the_desired_revision_and_is_due_at_once() -> None:
    """A renewal sets end and traffic, needs a new confirmation, and doesn't wait for an old back-off."""
    tired = replace(new_key().confirm(0, 1, account_state(), NOON).postpone(0, "down", NOON), enabled=False)
    wanted = tired.request_change(END + timedelta(days=30), 5, LATER)
    assert (wanted.expires_at, wanted.traffic_bytes, wanted.enabled) == (END + timedelta(days=30), 5, True)
    assert (wanted.home.desired_revision, wanted.home.applied_revision, wanted.is_confirmed) == (2, 1, False)
    assert (wanted.home.attempts, wanted.home.next_attempt_at) == (0, LATER)


def test_a_state_that_an_older_call_may_have_undone_is_due_once_more() -> None:
    """One revision more is wanted at once, and nothing else changes."""
    key = new_key().confirm(0, 1, account_state(), NOON)
    assert key.reapply(0, LATER) == with_home(key, desired_revision=2, next_attempt_at=LATER)


def test_a_change_keeps_identity_and_links() -> None:
    """A renewal changes neither name nor secret nor place, and the customer's links go on working."""
    key = new_key().place(Place(PanelId("nl"), "ams-1", ("VLESS",)), NOON).confirm(0, 1, account_state(), NOON)
    wanted = key.request_change(END, 0, LATER)
    kept = ["id", "username", "number", "credential", "panel_id", "subscription_url", "links"]
    assert [getattr(wanted, name) for name in kept] == [getattr(key, name) for name in kept]
    assert wanted.home.place == key.home.place


def test_placing_decides_panel_node_and_inbounds() -> None:
    """The placement is on the key before any panel is called, and needs no new confirmation by itself."""
    key = new_key()
    placed = key.place(Place(PanelId("nl"), "ams-1", ("VLESS", "SS")), NOON)
    assert placed.home.place == ("nl", "ams-1", ("VLESS", "SS"))
    assert with_home(placed, panel_id=None, node=None, groups=(), next_attempt_at=None) == key


def test_the_account_has_absolute_values() -> None:
    """The panel gets the whole state, so that sending it twice equals sending it once."""
    key = replace(new_key().place(Place(PanelId("nl"), "ams-1", ("VLESS",)), NOON), traffic_bytes=7, enabled=False)
    assert key.account() == Account(
        key_id=key.id,
        username="orbit_42",
        credential=CREDENTIAL,
        groups=("VLESS",),
        expires_at=END,
        traffic=TrafficQuota(7),
        enabled=False,
    )


def test_a_confirmation_ends_the_attempts() -> None:
    """A confirmation stores the links and clears the errors; the next failure starts with the shortest wait."""
    done = new_key().postpone(0, "down", NOON).postpone(0, "still down", NOON).confirm(0, 1, account_state(), NOON)
    assert done.is_confirmed
    assert (done.home.attempts, done.home.last_error) == (0, None)
    assert (done.subscription_url, done.links) == ("https://panel.example/sub/first", ("vless://first",))


def test_a_confirmation_of_an_older_revision_leaves_the_newer_one_open() -> None:
    """A renewal during a call to the panel still needs its own confirmation."""
    before = new_key()
    renewed = before.request_change(END + timedelta(days=30), 0, LATER)
    late = renewed.confirm(0, before.home.desired_revision, account_state(), NOON)
    assert (late.home.applied_revision, late.home.desired_revision, late.is_confirmed) == (1, 2, False)
    assert late.confirm(0, 2, account_state(), NOON).is_confirmed


@given(st.lists(st.integers(1, 6), max_size=8))
def test_confirmations_in_any_order_keep_the_newest(levels: list[int]) -> None:
    """A late answer for an older revision never undoes a newer confirmation."""
    key = home_key(desired_revision=6)
    for level in levels:
        key = key.confirm(0, level, account_state(), NOON)
    assert key.home.applied_revision == max(levels, default=0)


def test_the_first_subscription_link_is_kept_for_ever() -> None:
    """The panel may return other links later; the customer's subscription link stays."""
    key = new_key().confirm(0, 1, account_state(), NOON).request_change(END, 0, LATER)
    again = key.confirm(0, 2, account_state("https://panel.example/sub/other", ("vless://other",)), NOON)
    assert again.subscription_url == "https://panel.example/sub/first"
    assert again.links == ("vless://other",)


def test_a_failure_is_tried_again_and_changes_nothing_else() -> None:
    """The desired state stays: only the count, the time of the next attempt and the reason change."""
    key = new_key()
    failed = key.postpone(0, "timeout", LATER)
    assert (failed.home.attempts, failed.home.last_error) == (1, "timeout")
    assert failed.home.next_attempt_at == LATER + timedelta(seconds=5)
    assert with_home(failed, attempts=0, next_attempt_at=None, last_error=None) == key


@pytest.mark.parametrize("length", [0, 1, 299, 300, 301, 100_000])
def test_a_reason_is_kept_short(length: int) -> None:
    """A panel that answers with a whole page doesn't fill our tables."""
    reason = "x" * length
    assert new_key().postpone(0, reason, NOON).home.last_error == reason[:300]
