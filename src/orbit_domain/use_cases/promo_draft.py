"""A promo code that is made step by step: a draft that is filled by what the owner types and taps."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from orbit_domain.ids import PlanCode, PromoCode
from orbit_domain.money import Currency
from orbit_domain.payment.amount import parse_amount
from orbit_domain.promo.new_promo import BadPromo, PromoFault
from orbit_domain.promo.promo import Promo, PromoKind, read_code
from orbit_domain.use_cases.staff_action import DraftOver

ENDLESS: Final = "none"
"""The button that answers a question by "no end", "no limit" or "all plans"."""
DONE: Final = "done"
"""The button that ends the choice of plans."""

_TYPED_CHARS = 200
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)

Answer = str | int | list[str] | None


class PromoQuestion(StrEnum):
    """What is asked, in this order."""

    CODE = "code"
    KIND = "kind"
    VALUE = "value"
    UNTIL = "until"
    USES = "uses"
    PLANS = "plans"


@dataclass(frozen=True, slots=True)
class PromoDraft:
    """*answers* by question; `until` is the last day that counts, in UTC, plans are codes, None is without a limit."""

    request: UUID
    answers: Mapping[str, Answer]
    chosen: tuple[PlanCode, ...] = ()

    @property
    def kind(self) -> PromoKind:
        """What it gives. Raises DraftOver while that isn't answered."""
        with suppress(ValueError):
            return PromoKind(str(self.answers.get(PromoQuestion.KIND)))
        raise DraftOver

    @property
    def question(self) -> PromoQuestion | None:
        """What is asked next; None: nothing, the code can be added. Money is for no plan."""
        for one in PromoQuestion:
            is_needless = one is PromoQuestion.PLANS and self.answers.get(PromoQuestion.KIND) == PromoKind.BALANCE
            if one not in self.answers and not is_needless:
                return one
        return None

    def answered(self, typed: str, base: Currency) -> Self:
        """The draft with *typed*, or the word of a button, as the answer. Raises BadPromo, NotAnAmount, DraftOver."""
        question, text = self.question, " ".join(typed[:_TYPED_CHARS].split())
        if question is None:
            raise DraftOver
        return replace(self, answers={**self.answers, question: self._read(question, text, base)})

    def toggled(self, plan: PlanCode) -> Self:
        """The draft with *plan* chosen, or not any more. Raises DraftOver when plans aren't asked."""
        if self.question is not PromoQuestion.PLANS:
            raise DraftOver
        chosen = tuple(one for one in self.chosen if one != plan)
        return replace(self, chosen=chosen if plan in self.chosen else (*chosen, plan))

    def promo(self, now: datetime) -> Promo:
        """The code as far as it is known."""
        asked = (PromoQuestion.VALUE, PromoQuestion.USES, PromoQuestion.UNTIL, PromoQuestion.PLANS)
        value, uses, until, plans = (self.answers.get(one) for one in asked)
        return Promo(
            code=PromoCode(str(self.answers.get(PromoQuestion.CODE, ""))),
            kind=self.kind,
            value=value if isinstance(value, int) else 1,
            created_at=now,
            valid_until=datetime.fromisoformat(until) if isinstance(until, str) else None,
            total_uses=uses if isinstance(uses, int) else None,
            plans=tuple(map(PlanCode, plans)) if isinstance(plans, list) else (),
        )

    def _read(self, question: PromoQuestion, text: str, base: Currency) -> Answer:
        match question:
            case PromoQuestion.CODE:
                return _code(text)
            case PromoQuestion.KIND:
                return _kind(text)
            case PromoQuestion.VALUE:
                is_money = self.kind in (PromoKind.AMOUNT, PromoKind.BALANCE)
                return parse_amount(text, base).units if is_money else _number(text, PromoFault.VALUE)
            case PromoQuestion.UNTIL:
                return None if text == ENDLESS else _end_of(text).isoformat()
            case PromoQuestion.USES:
                return None if text == ENDLESS else _number(text, PromoFault.USES)
            case _:
                return self._plans(text)

    def _plans(self, text: str) -> list[str]:
        if text == ENDLESS:
            return []
        if text != DONE or not self.chosen:
            raise BadPromo(PromoFault.PLANS)
        return [*self.chosen]

    def document(self) -> dict[str, object]:
        """The draft as a dialog keeps it."""
        return {
            "request": self.request.hex,
            "promo": {str(name): answer for name, answer in self.answers.items()},
            "chosen": [*self.chosen],
        }


def promo_draft_of(kept: Mapping[str, object]) -> PromoDraft:
    """The draft that a dialog has kept. Raises DraftOver for anything else."""
    request, answers, chosen = kept.get("request"), kept.get("promo"), kept.get("chosen")
    with suppress(ValueError):
        if isinstance(request, str) and isinstance(answers, dict) and isinstance(chosen, list):
            return PromoDraft(UUID(request), answers, tuple(map(PlanCode, chosen)))
    raise DraftOver


def _code(text: str) -> str:
    code = read_code(text)
    if code is None:
        raise BadPromo(PromoFault.CODE)
    return code


def _kind(text: str) -> str:
    with suppress(ValueError):
        return PromoKind(text).value
    raise BadPromo(PromoFault.VALUE)


def _number(text: str, fault: PromoFault) -> int:
    compact = text.replace(" ", "")
    if not _NUMBER.fullmatch(compact):
        raise BadPromo(fault)
    return int(compact)


def _end_of(text: str) -> datetime:
    """The end of the day that was typed: that day counts whole."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise BadPromo(PromoFault.DAY)
    day, month, year, year_first, month_then, day_last = found.groups()
    try:
        begin = datetime(int(year or year_first), int(month or month_then), int(day or day_last), tzinfo=UTC)
        return begin + timedelta(days=1)
    except (ValueError, OverflowError):
        raise BadPromo(PromoFault.DAY) from None
