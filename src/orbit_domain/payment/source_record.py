"""What a source says has happened, before it is matched."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orbit_domain.money import Money
from orbit_domain.payment.effect import Effect


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


NO_COMMENT = Comment(CommentKind.EMPTY)

REFUND = "refund"
"""The kind of a record that says: money that came in has gone back to whoever paid it."""

FORGED = "fake_jetton"
"""The kind of a record that says: someone wants us to believe that tokens came in."""

UNEXPLAINED = "unexplained"
"""The kind of a record that says: what we hold was changed, and neither by a payment nor by our own order."""


class Meaning(StrEnum):
    """What a record means to the ledger.

    DEPOSIT is money that came in, stayed and may be matched. REVIEW stayed too, but a person has to look at it.
    NOTHING moved no money to us.
    """

    DEPOSIT = "deposit"
    REVIEW = "review"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """The name of one arrival: its source, and the source's own name for it."""

    source: str
    external_id: str

    @property
    def ref(self) -> str:
        """The name by which the ledger knows the receipt."""
        return f"{self.source}|{self.external_id}"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One row of a source's history. (source, external id) is its identity, and the digest must agree.

    `position` is the cursor's position right behind it. `kind` is the source's own word for it, or REFUND.
    `invoice_id` is the provider's name of the request that was paid, where it knows one; otherwise the comment says
    whose money it is. `raw` is the provider's own text, kept for audit, and empty once it is old. `reverses` names the
    arrival of which this record has taken `amount` back, whoever did it; None for every other record.

    `effects` say what else it did to what we hold. They are booked when the record is new; of a recorded one only
    their sum is kept, for the audit, so they take no part in comparisons.
    """

    source: str
    external_id: str
    digest: str
    position: str
    amount: Money
    kind: str
    meaning: Meaning
    sender: str | None
    comment: Comment
    occurred_at: datetime
    raw: str
    invoice_id: str | None = None
    reverses: ReceiptKey | None = None
    effects: tuple[Effect, ...] = field(default=(), compare=False)

    @property
    def moved(self) -> int:
        """By how many units the effects changed what we hold, the amount apart."""
        return sum(effect.units for effect in self.effects)

    @property
    def ref(self) -> str:
        """The name by which the ledger knows the receipt that this record may become."""
        return f"{self.source}|{self.external_id}"
