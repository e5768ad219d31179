"""The entries of what a wallet does by itself, whole: what an owner reads in the ledger, line by line."""

from datetime import UTC, datetime

from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.ledger.wallet_entries import LEFTOVERS, NETWORK_FEE, WITHDRAWN, money_moved, wallet_opened
from orbit_domain.money import TON, Money

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASSET = "asset:ton:ton:native"


def test_what_a_wallet_held_is_on_record_from_the_first_day() -> None:
    """What the wallet held when its reading began is an adjustment of its own, named after the source."""
    lines = (Line(ASSET, -7, TON), Line("opening", 7, TON))
    assert wallet_opened("chain", "ton", Money(7, TON), NOON) == Entry(
        EntryKind.ADJUSTMENT, "opening:chain", lines, NOON, reason="held when reading began"
    )


def test_what_a_wallet_moves_is_one_entry() -> None:
    """What left and what the network took stand on their accounts, the wallet is short of both, and why is said."""
    entry = money_moved("chain|1", "ton", TON, {WITHDRAWN: -100, NETWORK_FEE: -3, LEFTOVERS: 0}, NOON, "to somebody")
    lines = (Line("withdrawn", -100, TON), Line("network_fee", -3, TON), Line(ASSET, 103, TON))
    assert entry == Entry(EntryKind.RECEIPT, "chain|1|moved", lines, NOON, reason="to somebody")


def test_what_cancels_out_is_no_entry() -> None:
    """A record that changed nothing in the end has nothing to book."""
    assert money_moved("chain|1", "ton", TON, {}, NOON, "") is None
    assert money_moved("chain|1", "ton", TON, {WITHDRAWN: 0, NETWORK_FEE: 0}, NOON, "") is None
