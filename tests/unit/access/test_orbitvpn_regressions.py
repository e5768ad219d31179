"""Faults of OrbitVPN with panels: it deleted and recreated an account with a taken name, and dropped failures."""

from dataclasses import replace
from datetime import timedelta

from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Place
from tests.unit.access.samples import CREDENTIAL, END, NOON, account_state, new_key

LATER = NOON + timedelta(minutes=1)
NL, DE = Place(PanelId("nl"), "ams-1", ("VLESS",)), Place(PanelId("de"), "fra-1", ("VLESS",))


def test_a_taken_name_is_answered_by_the_next_name() -> None:
    """A foreign account stays unchanged: our key takes the next suffix at once and keeps its credential."""
    key = new_key().place(NL, NOON)
    renamed = key.rename(2, LATER)
    assert (renamed.number, renamed.username, renamed.home.next_attempt_at) == (2, "orbit_42_2", LATER)
    assert renamed.account() == replace(key.account(), username="orbit_42_2")
    assert not renamed.is_confirmed


def test_a_lost_account_is_made_again_under_the_same_secret() -> None:
    """A key keeps its first credential through every change."""
    key = new_key().place(NL, NOON).confirm(0, 1, account_state(), NOON)
    key = (
        key.request_change(END + timedelta(days=30), 0, LATER).postpone(0, "account not found", LATER).rename(2, LATER)
    )
    key = key.place(DE, LATER).confirm(1, 3, account_state("https://other.example/sub/x"), LATER)
    assert key.is_confirmed
    assert {key.account(number).credential for number in (0, 1)} == {CREDENTIAL}


def test_a_paid_key_stays_desired_while_the_panel_fails() -> None:
    """After a thousand failures the key still has its desired state and a time to retry."""
    key = new_key()
    for _ in range(1_000):
        key = key.postpone(0, "502", LATER)
    assert not key.is_confirmed
    assert key.home.next_attempt_at == LATER + timedelta(minutes=10)
    assert key.account() == new_key().account()


def test_a_limited_or_disabled_key_is_revived_by_a_renewal() -> None:
    """Buying again asks the panel for an enabled account with the new traffic, even if the key was switched off."""
    off = replace(new_key(), enabled=False, traffic_bytes=1)
    assert off.request_change(END, 0, LATER).account() == new_key().account()
