"""Adjustments by hand: the entries an auditor reads, whole, and the decisions that don't fit their request."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.adjustments import (
    Adjustment,
    SecondAdminNeeded,
    adjustment_of,
    confirmed,
    is_request_or_decision,
    made,
    rejected,
    requested,
    wrong_decisions,
)
from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.money import RUB

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ID = UUID(int=7)
WISH = Adjustment(ID, TelegramId(42), 500, RUB, "cli:anna", "the outage", NOON)
MOVED = (Line("adjustments", -500, RUB), Line("user:42", 500, RUB))
ASKED = (Line("requested", -500, RUB), Line("requested:42", 500, RUB))
DECIDED = (Line("requested", 500, RUB), Line("requested:42", -500, RUB))


def test_a_request_and_its_ends_are_whole_entries() -> None:
    """Each says who, when and why; a decision names the request that it decides about."""
    request, decision, corrects = f"request:{ID}", f"decided:{ID}", f"adjustment/request:{ID}"
    kind = EntryKind.ADJUSTMENT
    assert made(WISH) == Entry(kind, f"made:{ID}", MOVED, NOON, "cli:anna", "the outage")
    assert requested(WISH) == Entry(kind, request, ASKED, NOON, "cli:anna", "the outage")
    assert confirmed(WISH, "cli:ben", LATER) == Entry(
        kind, decision, (*DECIDED, *MOVED), LATER, "cli:ben", "the outage", corrects
    )
    assert rejected(WISH, "cli:ben", LATER, "a slip") == Entry(
        kind, decision, DECIDED, LATER, "cli:ben", "a slip", corrects
    )


def test_an_adjustment_is_read_back_as_it_was_asked_for() -> None:
    """From the entry that made it, and from the one that asks for it, with who, when and why."""
    assert adjustment_of(made(WISH)) == adjustment_of(requested(WISH)) == WISH


def test_nobody_confirms_their_own_request() -> None:
    """The refusal names the request and whoever tried."""
    with pytest.raises(SecondAdminNeeded) as refused:
        confirmed(WISH, "cli:anna", LATER)
    assert (refused.value.request_id, refused.value.actor) == (ID, "cli:anna")


def test_decisions_that_fit_are_not_wrong() -> None:
    """Another admin confirms, another one rejects, and whoever asked takes it back."""
    for decision in (
        confirmed(WISH, "cli:ben", LATER),
        rejected(WISH, "cli:ben", LATER, "a slip"),
        rejected(WISH, "cli:anna", LATER, "a slip"),
    ):
        assert wrong_decisions([requested(WISH), decision]) == ()


def test_a_decision_that_does_not_fit_is_named() -> None:
    """Without its request, for another sum, by whoever asked, or about a request that somebody wrote by hand."""
    decision = confirmed(WISH, "cli:ben", LATER)
    by_hand = replace(requested(WISH), lines=(MOVED[0], Line("revenue", 500, RUB)))
    for entries in (
        [decision],
        [requested(replace(WISH, units=501)), decision],
        [requested(WISH), replace(decision, actor="cli:anna")],
        [by_hand, decision],
        [replace(by_hand, ref="request:nobody"), replace(decision, ref="decided:nobody")],
    ):
        assert wrong_decisions(entries) == (entries[-1].ref,)


@pytest.mark.parametrize(
    ("kind", "name", "waits"),
    [
        (EntryKind.ADJUSTMENT, f"request:{ID}", True),
        (EntryKind.ADJUSTMENT, f"decided:{ID}", True),
        (EntryKind.ADJUSTMENT, f"made:{ID}", False),
        (EntryKind.ADJUSTMENT, "opening:chain", False),
        (EntryKind.REFUND, f"request:{ID}", False),
    ],
)
def test_requests_and_decisions_are_told_from_all_else(kind: EntryKind, name: str, waits: bool) -> None:
    """Both the kind and the beginning of the name have to be theirs."""
    assert is_request_or_decision(kind, name) is waits
