"""A payment or a refund as YooKassa shows it, and the record that it is to the domain."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, flag, name_of, part, text_of, time_of
from orbit_adapters.yookassa.amounts import money_of
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_domain.money import RUB, Money
from orbit_domain.payment.source_record import (
    NO_COMMENT,
    REFUND,
    Comment,
    CommentKind,
    Meaning,
    ReceiptKey,
    SourceRecord,
)

PAYMENT_ID = "orbit_payment_id"
COMMENT = "orbit_comment"
"""Our names in the metadata of a payment: which request it was made for, and the comment that says whose it is."""
MAX_AHEAD = timedelta(seconds=60)
"""Clocks differ by seconds. A time of YooKassa that is further ahead of ours is a lie."""
SUCCEEDED = "succeeded"
REFUNDS_SUFFIX = ":refunds"
"""What the name of the source of refunds has more than that of the source of payments."""
_MAX_VALUE_CHARS = 512

Json = Mapping[str, Any]
Key = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list, validated. It stands in the list by its time, and among equal times by its id.

    `payment_id` is our own name of the request that a payment was made for, `reverses` YooKassa's name of the payment
    that a refund gives back. `digest` covers every fact that money
    depends on; what YooKassa adds later, or changes as refunds do, is not in it.
    """

    id: str
    at: datetime
    amount: Money
    kind: str
    meaning: Meaning
    comment: Comment
    invoice_id: str | None
    payment_id: str | None
    reverses: str | None
    digest: str
    raw: str

    @property
    def key(self) -> Key:
        """Its place among the others."""
        return (self.at, self.id)

    def record(self, source: str, position: str) -> SourceRecord:
        """What the row is to the domain, at its place in the list."""
        return SourceRecord(
            source=source,
            external_id=self.id,
            digest=self.digest,
            position=position,
            amount=self.amount,
            kind=self.kind,
            meaning=self.meaning,
            sender=None,
            comment=self.comment,
            occurred_at=self.at,
            raw=self.raw,
            invoice_id=self.invoice_id,
            reverses=ReceiptKey(source.removesuffix(REFUNDS_SUFFIX), self.reverses) if self.reverses else None,
        )


@dataclass(frozen=True, slots=True)
class RowList:
    """One of YooKassa's lists: where it is, by which time it is read, and how a row of it is read.

    A row may join the list up to `overlap` after its time and is still found.
    """

    path: str
    time_name: str
    overlap: timedelta
    read: Callable[[Json, YooKassaSettings], Row]


def read_payment(row: Json, settings: YooKassaSettings) -> Row:
    """A payment that has succeeded; the list and the payment itself give the same. Raises MalformedAnswerError."""
    check_shop(row, settings)
    if text_of(row, "status", 40) != SUCCEEDED or not flag(row, "paid"):
        raise MalformedAnswerError("a payment that was not paid among those that were")
    name, at, amount, is_test = (
        name_of(row, "id"),
        time_of(row, "captured_at"),
        money_of(row, "amount"),
        flag(row, "test"),
    )
    payment_id, comment = _metadata(row, PAYMENT_ID), _metadata(row, COMMENT)
    return Row(
        id=name,
        at=at,
        amount=amount,
        kind="test" if is_test else "payment",
        meaning=_meaning(amount, is_test=is_test, expects_test=settings.is_test),
        comment=Comment(CommentKind.TEXT, comment) if comment else NO_COMMENT,
        # The comment is shared by all attempts at one request; YooKassa's own name is only the first one's.
        invoice_id=None if comment else name,
        payment_id=payment_id or None,
        reverses=None,
        digest=_digest([name, _stamp(at), amount.units, amount.currency.code, is_test, payment_id, comment]),
        raw=_raw(row),
    )


def read_refund(row: Json, _: YooKassaSettings) -> Row:
    """A refund that has succeeded. No money came in by it. Raises MalformedAnswerError."""
    if text_of(row, "status", 40) != SUCCEEDED:
        raise MalformedAnswerError("a refund that was not made among those that were")
    name, at, amount, paid_by = (
        name_of(row, "id"),
        time_of(row, "created_at"),
        money_of(row, "amount"),
        name_of(row, "payment_id"),
    )
    return Row(
        id=name,
        at=at,
        amount=amount,
        kind=REFUND,
        meaning=Meaning.NOTHING,
        comment=NO_COMMENT,
        invoice_id=paid_by,
        payment_id=None,
        reverses=paid_by,
        digest=_digest([name, _stamp(at), amount.units, amount.currency.code, paid_by]),
        raw=_raw(row),
    )


PAYMENTS = RowList("/payments", "captured_at", timedelta(hours=1), read_payment)
REFUNDS = RowList("/refunds", "created_at", timedelta(days=30), read_refund)
"""Read by the time when a refund was asked for, which may be days before it succeeds."""


def check_shop(row: Json, settings: YooKassaSettings) -> None:
    """A key of another shop shows another list: nothing of it is ours. Raises MalformedAnswerError."""
    if name_of(part(row, "recipient"), "account_id") != settings.shop_id:
        raise MalformedAnswerError("the account of another shop")


def is_ahead(now: datetime, times: Sequence[datetime]) -> bool:
    """Whether any of *times* is more than a minute later than *now*."""
    return any(time > now + MAX_AHEAD for time in times)


def _meaning(amount: Money, *, is_test: bool, expects_test: bool) -> Meaning:
    if is_test and not expects_test:
        return Meaning.NOTHING
    # Real money in a test shop, or in another currency: it stayed with us, but no quote of ours asked for it.
    return Meaning.DEPOSIT if amount.currency == RUB and is_test == expects_test else Meaning.REVIEW


def _metadata(row: Json, key: str) -> str:
    """Our own word in the metadata. Empty: somebody else's payment, or metadata that can't be stored."""
    metadata = row.get("metadata")
    if not isinstance(metadata, dict) or key not in metadata:
        return ""
    return text_of(metadata, key, _MAX_VALUE_CHARS)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _digest(facts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _raw(row: Json) -> str:
    return json.dumps(row, sort_keys=True, separators=(",", ":"))
