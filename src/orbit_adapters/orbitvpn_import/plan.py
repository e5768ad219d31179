"""What the import would write, and its warnings: decided purely from what was read."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.quote import Quote

OPENING = "opening"
"""The account that balances opening entries: what the old shop owed to its users."""


@dataclass(frozen=True, slots=True)
class ImportedUser:
    """A user to import. `balance_kopecks` becomes an opening entry, `ends_at` the end of an opening grant."""

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
        """The reference of the opening entry and of the opening grant."""
        return f"opening:{self.tg_id}"


@dataclass(frozen=True, slots=True)
class ImportedKey:
    """A key to import. Without a *link* the customer has paid time and no usable key: a new one is created."""

    id: UUID
    tg_id: int
    name: str
    number: int
    link: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ImportedPayment:
    """A payment to import, as history. `comment` is None when it isn't unique: it can't identify the payer."""

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
    """Lines for the owner, grouped by subject, in the order they were found."""

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
    """Everything to import. Rows in `warnings` are imported as described there; rows in `rejected` aren't."""

    users: list[ImportedUser] = field(default_factory=list)
    keys: list[ImportedKey] = field(default_factory=list)
    payments: list[ImportedPayment] = field(default_factory=list)
    warnings: Remarks = field(default_factory=Remarks)
    rejected: Remarks = field(default_factory=Remarks)
    rows_read: dict[str, int] = field(default_factory=dict)

    @property
    def balances_kopecks(self) -> int:
        """The total of all balances to import."""
        return sum(user.balance_kopecks for user in self.users)
