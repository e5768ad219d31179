"""An invoice as Crypto Pay shows it, and the record that a paid one is to the domain."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from orbit_adapters.cryptopay.amounts import COINS, asset_id, canonical, crypto_money, fiat_money
from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, is_storable, text_of, time_of, whole
from orbit_domain.money import Currency, Money
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.source_record import NO_COMMENT, Comment, CommentKind, Meaning, SourceRecord

MAX_ID = 2**53
PAID = "paid"
ACTIVE = "active"
FIAT = "fiat"
CRYPTO = "crypto"
_MAX_PAYLOAD_CHARS = 4096
_MAX_COMMENT_CHARS = 1000
_OURS = re.compile(r"orbit:([0-9a-f]{32}):(\S{1,40})", re.ASCII)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order in which invoices were paid: behind *invoice_id*, paid at *paid_at*, the *rank*-th of all.

    `mark` is a short form of that invoice's facts, by which it is known again. Without a mark the place is a moment,
    before which *rank* invoices were paid.
    """

    paid_at: datetime = _BEGINNING
    invoice_id: int = 0
    rank: int = 0
    mark: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` made. Raises ValueError."""
        if not text:
            return cls()
        paid_at, invoice_id, rank, mark = text.split("/")
        return cls(datetime.fromisoformat(paid_at), int(invoice_id), int(rank), mark)

    def __str__(self) -> str:
        return (
            f"{self.paid_at.isoformat()}/{self.invoice_id}/{self.rank}/{self.mark}" if self.key != Place().key else ""
        )

    @property
    def key(self) -> tuple[datetime, int]:
        """What places are ordered by."""
        return self.paid_at, self.invoice_id

    @property
    def is_moment(self) -> bool:
        """Whether no invoice stands there."""
        return not self.mark


@dataclass(frozen=True, slots=True)
class ShownInvoice:
    """One invoice, validated. `payment` and `memo` are what our payload says; None in one of other software.

    `url` is the page as it was given, believed in nothing yet.
    """

    id: int
    status: str
    is_fiat: bool
    amount: Money
    payload: str
    payment: str | None
    memo: str | None
    url: str
    created_at: datetime
    paid_at: datetime
    digest: str
    raw: str

    @property
    def key(self) -> tuple[datetime, int]:
        """What paid invoices are ordered by."""
        return self.paid_at, self.id

    @property
    def mark(self) -> str:
        """A short form of all its facts."""
        return self.digest[:16]

    def place(self, rank: int) -> Place:
        """The place behind it when it is the *rank*-th that was paid."""
        return Place(self.paid_at, self.id, rank, self.mark)

    def record(self, source: str, base: Currency, rank: int) -> SourceRecord:
        """What the paid invoice is to a shop with the currency *base*: what it was asked for in, whatever paid it."""
        priced = (base,) if self.is_fiat else COINS.values()
        is_ours = self.payment is not None and self.amount.currency in priced
        return SourceRecord(
            source=source,
            external_id=str(self.id),
            digest=self.digest,
            position=str(self.place(rank)),
            amount=self.amount,
            kind="invoice",
            # An invoice that we didn't make, or not like this: the money is there, and a person has to look at it.
            meaning=Meaning.DEPOSIT if is_ours else Meaning.REVIEW,
            sender=None,
            comment=_comment(self.payload if self.memo is None else self.memo),
            occurred_at=self.paid_at,
            raw=self.raw,
            invoice_id=self.payment,
        )


def name_of(payment: Payment) -> str:
    """The name by which the provider's invoices for *payment* are known."""
    return payment.id.hex


def payload_of(payment: Payment) -> str:
    """What is written into an invoice, which only we and the provider see. It says whose money it is by itself."""
    return f"orbit:{name_of(payment)}:{payment.comment}"


def read_invoice(row: Mapping[str, Any]) -> ShownInvoice:
    """Validate *row*. Raises MalformedAnswerError."""
    invoice_id, status = whole(row, "invoice_id", MAX_ID), code_of(row, "status")
    currency_type = code_of(row, "currency_type")
    if currency_type not in (FIAT, CRYPTO):
        raise MalformedAnswerError("currency_type is neither fiat nor crypto")
    is_fiat = currency_type == FIAT
    code = code_of(row, "fiat" if is_fiat else "asset")
    payload = _payload(row)
    paid_at = time_of(row, "paid_at") if status == PAID else _BEGINNING
    ours = _OURS.fullmatch(payload)
    return ShownInvoice(
        id=invoice_id,
        status=status,
        is_fiat=is_fiat,
        amount=fiat_money(row, code) if is_fiat else crypto_money(row, code),
        payload=payload,
        payment=ours[1] if ours else None,
        memo=ours[2] if ours else None,
        url=text_of(row, "bot_invoice_url", 500) if row.get("bot_invoice_url") is not None else "",
        created_at=time_of(row, "created_at"),
        paid_at=paid_at,
        digest=_digest(row, paid_at),
        # ASCII, so that whatever a payer has typed can be stored.
        raw=json.dumps(row, sort_keys=True, separators=(",", ":")),
    )


def _payload(row: Mapping[str, Any]) -> str:
    payload = row.get("payload")
    if payload is None:
        return ""
    if type(payload) is not str or len(payload) > _MAX_PAYLOAD_CHARS:
        raise MalformedAnswerError(f"payload is not a string of at most {_MAX_PAYLOAD_CHARS} characters")
    return payload


def _comment(text: str) -> Comment:
    if not text:
        return NO_COMMENT
    if not is_storable(text):
        return Comment(CommentKind.MALFORMED)
    return Comment(CommentKind.TEXT, text) if len(text) <= _MAX_COMMENT_CHARS else Comment(CommentKind.TOO_LONG)


def _digest(row: Mapping[str, Any], paid_at: datetime) -> str:
    """Covers every fact that money depends on.

    The coin's name, a swap that the provider does afterwards, and the rates and fees of both change nothing.
    """
    facts = [
        *(row.get(fact) for fact in ("invoice_id", "currency_type", "fiat", "payload")), asset_id(row.get("asset")),
        canonical(row.get("amount")), canonical(row.get("paid_amount")), paid_at.isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def code_of(row: Mapping[str, Any], key: str) -> str:
    """The provider's word for something: letters, digits and underscores, up to twenty."""
    text = text_of(row, key, 20)
    if re.fullmatch(r"[A-Za-z0-9_]+", text, re.ASCII) is None:
        raise MalformedAnswerError(f"{key} is not a word")
    return text
