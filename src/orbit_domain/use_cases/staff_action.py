"""What staff does to a customer, asked step by step: a draft that is filled by what is typed."""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID

from orbit_domain.errors import Refusal
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.payment.amount import NotAnAmount, parse_amount
from orbit_domain.user.permission import Permission

REASON_CHARS = 200
MOST_DAYS = 3_650
_DAYS = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_TYPED_CHARS = 40
# Marks of text direction and other invisible characters: a reason is read by people.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class StaffAction(StrEnum):
    """What is done. The words are in buttons."""

    CREDIT = "credit"
    DEBIT = "debit"
    DAYS = "days"
    REFUND = "refund"
    BAN = "ban"
    UNBAN = "unban"

    @property
    def permission(self) -> Permission:
        """What allows it."""
        return _PERMISSIONS[self]

    @property
    def is_of_money(self) -> bool:
        """Whether it moves money by hand."""
        return self in (StaffAction.CREDIT, StaffAction.DEBIT)


_PERMISSIONS = {
    StaffAction.CREDIT: Permission.ADJUST_BALANCE,
    StaffAction.DEBIT: Permission.ADJUST_BALANCE,
    StaffAction.DAYS: Permission.GRANT_DAYS,
    StaffAction.REFUND: Permission.REFUND_ORDERS,
    StaffAction.BAN: Permission.BAN_CUSTOMERS,
    StaffAction.UNBAN: Permission.BAN_CUSTOMERS,
}


class Question(StrEnum):
    """What the draft lacks."""

    AMOUNT = "amount"
    DAYS = "days"
    REASON = "reason"


@dataclass(eq=False)
class NotDays(Refusal):
    """What was typed isn't a whole number of days within the limit."""

    typed: str
    maximum: int


@dataclass(eq=False)
class NotAReason(Refusal):
    """Nothing readable was typed, or too much."""

    maximum: int


@dataclass(eq=False)
class DebitTooLarge(Refusal):
    """So much isn't on the balance, which never falls below zero."""

    balance: Money


@dataclass(eq=False)
class DraftOver(Refusal):
    """The question is answered, or another one was begun since."""


@dataclass(frozen=True, slots=True)
class Draft:
    """*number* is an amount in the base currency's smallest units, or days. `request` makes doing it twice harmless."""

    request: UUID
    action: StaffAction
    customer: TelegramId
    order: OrderId | None = None
    number: int | None = None
    reason: str | None = None

    @property
    def question(self) -> Question | None:
        """What is to be typed next; None: nothing, it can be done."""
        if self.number is None and (self.action.is_of_money or self.action is StaffAction.DAYS):
            return Question.AMOUNT if self.action.is_of_money else Question.DAYS
        return Question.REASON if self.reason is None else None

    @property
    def units(self) -> int:
        """How far the balance moves."""
        return -(self.number or 0) if self.action is StaffAction.DEBIT else self.number or 0

    def answered(self, typed: str, base: Currency) -> Self:
        """The draft with *typed* as the answer. Raises NotAnAmount, NotDays, NotAReason, DraftOver."""
        match self.question:
            case Question.AMOUNT:
                return replace(self, number=_amount(typed, base))
            case Question.DAYS:
                return replace(self, number=_days(typed))
            case Question.REASON:
                return replace(self, reason=_reason(typed))
            case _:
                raise DraftOver

    def document(self) -> dict[str, str | int]:
        """The draft as a dialog keeps it."""
        kept: dict[str, str | int] = {
            "request": self.request.hex, "staff_action": self.action.value, "customer": self.customer,
        }  # fmt: skip
        optional = {"order": self.order.hex if self.order else None, "number": self.number, "reason": self.reason}
        return kept | {name: value for name, value in optional.items() if value is not None}


def draft_of(kept: Mapping[str, object]) -> Draft:
    """The draft that a dialog has kept. Raises DraftOver for anything else."""
    request, action, customer = kept.get("request"), kept.get("staff_action"), kept.get("customer")
    order, number, reason = kept.get("order"), kept.get("number"), kept.get("reason")
    is_whole = isinstance(request, str) and isinstance(action, str) and isinstance(customer, int)
    with suppress(ValueError):
        if is_whole:
            return Draft(
                UUID(str(request)),
                StaffAction(str(action)),
                TelegramId(int(str(customer))),
                OrderId(UUID(order)) if isinstance(order, str) else None,
                number if isinstance(number, int) else None,
                reason if isinstance(reason, str) else None,
            )
    raise DraftOver


def _amount(typed: str, base: Currency) -> int:
    amount = parse_amount(typed, base)
    if amount.is_zero:
        raise NotAnAmount(typed[:_TYPED_CHARS])
    return amount.units


def _days(typed: str) -> int:
    text = typed[:_TYPED_CHARS].strip()
    if not _DAYS.fullmatch(text) or int(text) > MOST_DAYS:
        raise NotDays(text, MOST_DAYS)
    return int(text)


def _reason(typed: str) -> str:
    if len(typed) > REASON_CHARS:
        raise NotAReason(REASON_CHARS)
    shown = "".join(" " if one.isspace() else one for one in typed if one.isspace() or _is_visible(one))
    reason = " ".join(shown.split())
    if not reason:
        raise NotAReason(REASON_CHARS)
    return reason


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE
