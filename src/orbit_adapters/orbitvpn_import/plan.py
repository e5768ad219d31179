"""What would come over, and what is odd: decided purely from what was read."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.quote import Quote

OPENING = "opening"
"""The account that opening balances come from: what the old shop owed to its users."""


@dataclass(frozen=True, slots=True)
class OldUser:
    """A user to bring. `balance_kopecks` becomes an opening entry, `ends_at` the end of an opening grant."""

    tg_id: int
    username: str | None
    language: str
    notify: bool
    balance_kopecks: int
    ends_at: datetime | None
    trial_used_at: datetime | None
    referrer_id: int | None
    created_at: datetime

    @property
    def opening(self) -> str:
        """What the opening entry and the opening grant are called."""
        return f"opening:{self.tg_id}"


@dataclass(frozen=True, slots=True)
class OldKey:
    """A key to bring. Without a *link* the customer has paid time and no usable key: one is to be made."""

    id: UUID
    tg_id: int
    name: str
    number: int
    link: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OldPayment:
    """A payment to bring, as history. `comment` is None when others have the same: it can't tell whose money comes."""

    id: UUID
    number: int
    tg_id: int
    method: str
    kopecks: int
    status: PaymentStatus
    comment: str | None
    tx_hash: str | None
    external_id: str | None
    quote: Quote
    confirmed_at: datetime | None


@dataclass(slots=True)
class Remarks:
    """Lines for the owner, by what they have in common, in the order they were found."""

    lines: dict[str, list[str]] = field(default_factory=dict)

    def add(self, about: str, line: str) -> None:
        """One more of the kind *about*."""
        self.lines.setdefault(about, []).append(line)

    @property
    def count(self) -> int:
        """How many lines there are."""
        return sum(len(lines) for lines in self.lines.values())


@dataclass(slots=True)
class ImportPlan:
    """Everything to bring. `odd` is brought all the same, as said there; `refused` stays behind, each by name."""

    users: list[OldUser] = field(default_factory=list)
    keys: list[OldKey] = field(default_factory=list)
    payments: list[OldPayment] = field(default_factory=list)
    odd: Remarks = field(default_factory=Remarks)
    refused: Remarks = field(default_factory=Remarks)
    rows_read: dict[str, int] = field(default_factory=dict)

    @property
    def balances_kopecks(self) -> int:
        """The sum of all balances to bring."""
        return sum(user.balance_kopecks for user in self.users)
