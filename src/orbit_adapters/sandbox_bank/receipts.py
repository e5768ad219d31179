"""A receipt as the bank shows it, in its list or with its invoice, and the record that it is to the domain."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError, name_of, text_of, whole
from orbit_domain.money import CURRENCIES, RUB, Currency, Money
from orbit_domain.payment.source import SourceAlarm
from orbit_domain.payment.source_record import NO_COMMENT, Comment, CommentKind, Meaning, SourceRecord

MAX_UNITS = 10**15
MAX_SECONDS = 2**32
_DIGITS = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
MAX_AHEAD = timedelta(seconds=60)
"""Clocks differ by seconds. A time of the bank that is further ahead of ours is a lie."""
_MAX_NOTE_CHARS = 1000
_MAX_NUMBER = 10**15


@dataclass(frozen=True, slots=True)
class ListPosition:
    """A place in the bank's list: right behind the receipt *number*, under the bank's own *cursor* for it."""

    number: int = 0
    cursor: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` made. Raises ValueError."""
        if not text:
            return cls()
        number, _, cursor = text.partition(":")
        return cls(int(number), cursor)

    def __str__(self) -> str:
        return f"{self.number}:{self.cursor}" if self.number else ""


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """One row, validated: its place in the list and its record."""

    position: ListPosition
    record: SourceRecord


def units_of(row: Mapping[str, Any], key: str) -> int:
    """A number of smallest units, written as decimal digits in a string."""
    text = text_of(row, key, 19)
    if _DIGITS.fullmatch(text) is None or int(text) >= MAX_UNITS:
        raise MalformedAnswerError(f"{key} is not a whole amount in range")
    return int(text)


def read_receipt(row: Mapping[str, Any], source: str) -> ShownReceipt:
    """*row* of the list or of an invoice; both give the same. Raises MalformedAnswerError."""
    position = ListPosition(whole(row, "number", _MAX_NUMBER), name_of(row, "cursor"))
    amount = Money(units_of(row, "amount"), _currency(row))
    note = text_of(row, "note", _MAX_NOTE_CHARS)
    record = SourceRecord(
        source=source,
        external_id=name_of(row, "id"),
        digest=_digest(row),
        position=str(position),
        amount=amount,
        kind="card",
        # Money in another currency stayed with us, but no quote of ours asked for it.
        meaning=Meaning.DEPOSIT if amount.currency == RUB else Meaning.REVIEW,
        sender=None,
        comment=Comment(CommentKind.TEXT, note) if note else NO_COMMENT,
        occurred_at=datetime.fromtimestamp(whole(row, "paid_at", MAX_SECONDS), UTC),
        raw=json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        invoice_id=None if row.get("invoice_id") is None else name_of(row, "invoice_id"),
    )
    return ShownReceipt(position, record)


@dataclass(frozen=True, slots=True)
class Proof:
    """The receipts that follow without a gap, in order, and what keeps the rest from following."""

    receipts: tuple[ShownReceipt, ...]
    alarm: SourceAlarm | None


def prove(at: ListPosition, shown: Iterable[ShownReceipt]) -> Proof:
    """What of *shown* follows *at*: rows may come twice or in any order, but none may be missing or contradict."""
    proved: list[ShownReceipt] = []
    for receipt in sorted(shown, key=lambda one: one.position.number):
        last = proved[-1] if proved else None
        if last is not None and receipt.position.number == last.position.number:
            if receipt != last:
                return Proof(tuple(proved[:-1]), SourceAlarm.HASH_CONFLICT)
        elif receipt.position.number > at.number:
            if receipt.position.number != at.number + len(proved) + 1:
                return Proof(tuple(proved), SourceAlarm.HOLE)
            proved.append(receipt)
    if len({one.record.external_id for one in proved}) != len(proved):
        return Proof((), SourceAlarm.HASH_CONFLICT)
    return Proof(tuple(proved), None)


def is_ahead(now: datetime, times: Sequence[datetime]) -> bool:
    """Whether any of *times* is more than a minute later than *now*."""
    return any(time > now + MAX_AHEAD for time in times)


def _currency(row: Mapping[str, Any]) -> Currency:
    code, decimals = name_of(row, "currency"), whole(row, "decimals", 9)
    known = CURRENCIES.get(code)
    return known if known is not None and known.decimals == decimals else Currency(code, decimals)


def _digest(row: Mapping[str, Any]) -> str:
    """Covers every fact that money depends on; a field that the bank adds later changes nothing."""
    facts = ("id", "number", "invoice_id", "amount", "currency", "decimals", "paid_at", "note")
    return hashlib.sha256(json.dumps([row.get(fact) for fact in facts]).encode()).hexdigest()
