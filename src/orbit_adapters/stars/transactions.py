"""A row of getStarTransactions, and the record that it is to the domain."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from orbit_adapters.stars.api import MAX_PAYLOAD_BYTES
from orbit_domain.money import STARS, Money
from orbit_domain.payment.source_record import (
    NO_COMMENT,
    REFUND,
    Comment,
    CommentKind,
    Meaning,
    ReceiptKey,
    SourceRecord,
)

_MAX_STARS = 10**12
_MAX_SECONDS = 2**32
_MAX_ID_CHARS = 200
_NANOSTARS = 10**9
_NO_CUSTOMERS = frozenset({"fragment", "telegram_ads", "telegram_api", "affiliate_program"})
"""Partners through whom the bot's own Stars come back, or a commission comes in: no customer has paid anything."""
_PAYMENT = "invoice_payment"


class MalformedRowError(ValueError):
    """A row doesn't have the documented shape. The message names the field and quotes nothing of the row."""


@dataclass(frozen=True, slots=True)
class ListPosition:
    """A place in the list: behind its first *count* rows, the last of which has *mark*, empty where none was read.

    The shop began behind the first *start* rows: what is before them isn't its own.
    """

    count: int = 0
    mark: str = ""
    start: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` made. Raises ValueError."""
        if not text:
            return cls()
        count, mark, start = text.split(":")
        return cls(int(count), mark, int(start))

    def __str__(self) -> str:
        return f"{self.count}:{self.mark}:{self.start}" if self.count else ""

    def after(self, row: "StarTransaction") -> Self:
        """The place behind *row*, the next one."""
        return replace(self, count=self.count + 1, mark=row.mark)

    def rewound(self) -> Self:
        """Where the shop began."""
        return replace(self, count=self.start, mark="")


@dataclass(frozen=True, slots=True)
class StarTransaction:
    """One row, validated.

    *payer* and *payload* are those of an invoice of this bot; *is_whole* says that all that was paid is in *stars*.
    """

    id: str
    stars: int
    at: datetime
    is_incoming: bool
    kind: str
    payer: int | None
    payload: str | None
    is_whole: bool
    digest: str
    raw: str

    @property
    def is_payment(self) -> bool:
        """Whether a customer has paid an invoice of this bot."""
        return self.is_incoming and self.kind == _PAYMENT

    @property
    def is_refund(self) -> bool:
        """Whether Stars of a customer's payment have gone back, whoever did it."""
        return not self.is_incoming and self.kind == _PAYMENT

    @property
    def external_id(self) -> str:
        """A refund has the id of its payment: the direction keeps them apart."""
        return self.id if self.is_incoming else f"{self.id}:out"

    @property
    def mark(self) -> str:
        """A short form of all its facts, by which it is known again at its place."""
        return self.digest[:16]

    def record(self, source: str, position: ListPosition) -> SourceRecord:
        """What the row is to the domain, at its place in the list."""
        return SourceRecord(
            source=source,
            external_id=self.external_id,
            digest=self.digest,
            position=str(position),
            amount=Money(self.stars, STARS),
            kind=REFUND if self.is_refund else self.kind,
            meaning=self._meaning(),
            sender=None if self.payer is None else str(self.payer),
            comment=_comment(self.payload),
            occurred_at=self.at,
            raw=self.raw,
            invoice_id=self.payload or None,
            reverses=ReceiptKey(source, self.id) if self.is_refund else None,
        )

    def _meaning(self) -> Meaning:
        if not self.is_incoming or self.kind in _NO_CUSTOMERS:
            return Meaning.NOTHING
        # What came in by another way than an invoice, or in part through an affiliate, needs a person.
        return Meaning.DEPOSIT if self.is_payment and self.is_whole else Meaning.REVIEW


def read_row(row: Mapping[str, Any]) -> StarTransaction:
    """Validate *row*. Raises MalformedRowError."""
    incoming, outgoing = row.get("source"), row.get("receiver")
    partner = outgoing if incoming is None else incoming
    if (incoming is None) == (outgoing is None) or not isinstance(partner, dict):
        raise MalformedRowError("neither an incoming nor an outgoing row")
    kind = _text(partner, "type", 40)
    if kind == "user":
        kind = _text(partner, "transaction_type", 40)
    nanostars = _whole(row, "nanostar_amount", _NANOSTARS) if row.get("nanostar_amount") is not None else 0
    return StarTransaction(
        id=_text(row, "id", _MAX_ID_CHARS),
        stars=_whole(row, "amount", _MAX_STARS),
        at=datetime.fromtimestamp(_whole(row, "date", _MAX_SECONDS), UTC),
        is_incoming=incoming is not None,
        kind=kind,
        payer=_payer(partner) if kind == _PAYMENT else None,
        payload=_payload(partner) if kind == _PAYMENT else None,
        is_whole=nanostars == 0 and partner.get("affiliate") is None,
        digest=_digest(row, partner, is_incoming=incoming is not None),
        raw=json.dumps(row, sort_keys=True, separators=(",", ":")),
    )


def _payer(partner: Mapping[str, Any]) -> int:
    user = partner.get("user")
    if not isinstance(user, dict):
        raise MalformedRowError("user is not an object")
    return _whole(user, "id", 2**63)


def _payload(partner: Mapping[str, Any]) -> str:
    """What the invoice was named when it was made; empty when it has no name that can be stored."""
    payload = partner.get("invoice_payload")
    is_name = isinstance(payload, str) and len(payload) <= MAX_PAYLOAD_BYTES and _is_storable(payload)
    return payload if is_name and isinstance(payload, str) else ""


def _comment(payload: str | None) -> Comment:
    if payload is None:
        return NO_COMMENT
    return Comment(CommentKind.TEXT, payload) if payload else Comment(CommentKind.MALFORMED)


def _digest(row: Mapping[str, Any], partner: Mapping[str, Any], *, is_incoming: bool) -> str:
    """Covers every fact that money depends on. A person's name may change, and Telegram may add fields."""
    user = partner.get("user")
    facts = [
        is_incoming, *(row.get(fact) for fact in ("id", "amount", "nanostar_amount", "date")),
        *(partner.get(fact) for fact in ("type", "transaction_type", "invoice_payload")),
        user.get("id") if isinstance(user, dict) else None,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _text(row: Mapping[str, Any], key: str, max_chars: int) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= max_chars or not _is_storable(value):
        raise MalformedRowError(f"{key} is not a string of at most {max_chars} characters")
    return value


def _whole(row: Mapping[str, Any], key: str, below: int) -> int:
    """A whole number from 0 up to, not including, *below*."""
    value = row.get(key)
    if type(value) is not int or not 0 <= value < below:
        raise MalformedRowError(f"{key} is not a whole number in range")
    return value


def _is_storable(text: str) -> bool:
    """Databases take neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
