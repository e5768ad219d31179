"""What a scanner reads from a chain, before it is matched."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orbit_domain.money import Currency


class TransferClass(StrEnum):
    """What a transaction on our account means. DEPOSIT is money that came in, stayed and may be matched."""

    DEPOSIT = "deposit"
    OWN_SEND = "own_send"
    REFUND_BOUNCED = "refund_bounced"
    INTERNAL = "internal"
    REJECTED = "rejected"
    FAKE_JETTON = "fake_jetton"
    EXCESSES = "excesses"
    NOISE = "noise"
    UNSUPPORTED_ASSET = "unsupported_asset"
    REVIEW = "review"

    @property
    def keeps_value(self) -> bool:
        """Whether the coins of the transaction stayed with us, so that they have to be booked."""
        return self in (TransferClass.DEPOSIT, TransferClass.REVIEW, TransferClass.UNSUPPORTED_ASSET)


class CommentKind(StrEnum):
    """What stood in the comment's place."""

    EMPTY = "empty"
    TEXT = "text"
    BINARY = "binary"
    ENCRYPTED = "encrypted"
    OPCODE = "opcode"
    TOO_LONG = "too_long"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Comment:
    """A decoded comment. `text` is what the payer wrote when `kind` is TEXT, otherwise empty."""

    kind: CommentKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transaction on one account of ours; identity is (network, account, lt), and the hash must agree.

    `amount_units` are whole smallest units of `asset` and belong to us only if `kind.keeps_value`.
    Hashes are lower-case hex of 32 bytes; addresses are raw (`0:` and 64 upper-case hex digits).
    `raw` is the provider's own JSON text of the row, kept for audit.
    """

    network: str
    account: str
    lt: int
    tx_hash: str
    prev_lt: int
    prev_hash: str
    asset: Currency
    amount_units: int
    sender: str | None
    comment: Comment
    kind: TransferClass
    occurred_at: datetime
    raw: str

    @property
    def reference(self) -> str:
        """The external id of the receipt this transfer may become: unique within its source."""
        return f"{self.network}:{self.account}:{self.lt}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a source has been read without a gap: the last known transaction and the time covered by it.

    A fresh account starts at lt 0 with a hash of zeros. `watermark` is provider time up to which
    nothing can be missing; None until history was once read to its end.
    """

    source: str
    lt: int
    tx_hash: str
    watermark: datetime | None = None

    @classmethod
    def start(cls, source: str) -> "Cursor":
        """Where an account that has never sent or received anything begins."""
        return cls(source, 0, "0" * 64)


class ScanAlarm(StrEnum):
    """Why history could not be proved complete this time."""

    HOLE = "hole"
    ANCHOR_MISSING = "anchor_missing"
    TAIL_MISMATCH = "tail_mismatch"
    HASH_CONFLICT = "hash_conflict"
    TIME_AHEAD = "time_ahead"


@dataclass(frozen=True, slots=True)
class Scan:
    """What one scan of the chain proved: the next transfers in order, without a gap, and the cursor after them.

    `complete` is false while more rows are waiting to be read.
    """

    transfers: tuple[Transfer, ...]
    cursor: Cursor
    complete: bool
    alarm: ScanAlarm | None = None
