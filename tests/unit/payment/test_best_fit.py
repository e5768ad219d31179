"""Which of a customer's invoices an unmatched transfer was probably meant for."""

from dataclasses import replace

import pytest

from orbit_domain.money import RUB, TON, Money
from orbit_domain.payment.claim import ClaimDecided, ClaimState
from orbit_domain.steps.claim_alert import best_fit
from orbit_testing import samples

DUE = samples.payment().quote.due.units
LEAST = samples.payment().minimum_due
SPARE = DUE - LEAST


@pytest.mark.parametrize(
    ("units", "fits"),
    [(LEAST - 1, False), (LEAST, True), (DUE, True), (DUE + SPARE, True), (DUE + SPARE + 1, False)],
)
def test_an_invoice_fits_what_pays_it_in_full_with_nothing_to_spare(units: int, fits: bool) -> None:
    """The tolerance of a payment holds upwards as downwards."""
    record = samples.source_record(5, amount=Money(units, TON))
    assert best_fit(record, [samples.payment(1)]) == (samples.payment(1) if fits else None)


def test_the_newest_invoice_of_before_the_transfer_fits_best() -> None:
    """Of several that fit, the last that was asked before the money left; of none, none."""
    record = samples.source_record(3, amount=Money(DUE, TON))
    older, newer, later = (samples.payment(number) for number in (1, 2, 4))
    same_time = replace(samples.payment(3), expires_at=record.occurred_at)
    assert best_fit(record, [older, newer, later]) == newer
    assert best_fit(record, [newer, older]) == newer
    assert best_fit(record, [same_time, older]) == same_time
    assert best_fit(record, [later]) is None


def test_an_invoice_in_another_asset_does_not_fit() -> None:
    """As many kopecks as nanotons were asked are another thing."""
    assert best_fit(samples.source_record(5, amount=Money(DUE, RUB)), [samples.payment(1)]) is None


@pytest.mark.parametrize("state", [ClaimState.APPROVED, ClaimState.REJECTED])
def test_a_decided_claim_says_what_was_decided(state: ClaimState) -> None:
    """Whoever decides second learns which claim it was and how it ended."""
    decided = samples.receipt_claim().decide(state)
    with pytest.raises(ClaimDecided) as refused:
        decided.decide(ClaimState.APPROVED)
    assert (refused.value.claim_id, refused.value.state) == (decided.id, state)
