"""A transfer and its reference."""

from dataclasses import replace

from orbit_domain.money import TON
from orbit_domain.payment.transfer import Comment, CommentKind, Cursor, Transfer, TransferClass
from tests.unit.payment.samples import NOON

TRANSFER = Transfer(
    network="mainnet",
    account="0:AB",
    lt=17,
    tx_hash="aa",
    prev_lt=16,
    prev_hash="bb",
    asset=TON,
    amount_units=5,
    sender=None,
    comment=Comment(CommentKind.EMPTY),
    kind=TransferClass.DEPOSIT,
    occurred_at=NOON,
    raw="{}",
)


def test_a_transfer_is_known_by_network_account_and_lt() -> None:
    """Another network, account or logical time is another transfer, even under the same hash."""
    others = [replace(TRANSFER, network="testnet"), replace(TRANSFER, account="0:CD"), replace(TRANSFER, lt=18)]
    assert len({TRANSFER.reference, *(other.reference for other in others)}) == 4


def test_what_was_read_of_a_transfer_doesn_t_change_its_name() -> None:
    """The reference of a transfer doesn't depend on its hash, class or comment."""
    again = replace(TRANSFER, tx_hash="cc", kind=TransferClass.REVIEW, comment=Comment(CommentKind.BINARY), raw="")
    assert again.reference == TRANSFER.reference == "mainnet:0:AB:17"


def test_a_fresh_account_is_read_from_its_very_beginning() -> None:
    """The first cursor is before every transaction and has no watermark."""
    start = Cursor.start("ton:0:AB")
    assert (start.source, start.lt, start.tx_hash, start.watermark) == ("ton:0:AB", 0, "0" * 64, None)
