"""A plan that is added or changed step by step: a draft that is filled by what the owner types."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Self
from uuid import UUID

from orbit_domain.ids import PlanCode
from orbit_domain.money import Currency, Money
from orbit_domain.payment.amount import parse_amount
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.plan.plan_edit import GIGABYTE, BadPlan, PlanEdit, PlanFault
from orbit_domain.use_cases.staff_action import DraftOver
from orbit_domain.user.user import LANGUAGES

CODE: Final = "code"
PRICE: Final = "price"
DAYS: Final = "days"
TRAFFIC: Final = "traffic"
KEYS: Final = "keys"
POSITION: Final = "position"
ACTIVE: Final = "active"
_NUMBERS = {
    DAYS: PlanFault.DAYS, TRAFFIC: PlanFault.TRAFFIC, KEYS: PlanFault.KEYS, POSITION: PlanFault.POSITION,
}  # fmt: skip
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
_TYPED_CHARS = 200

EDITED: Final = (*LANGUAGES, PRICE, DAYS, TRAFFIC, KEYS, POSITION)
"""What a button of a plan asks for; a language stands for the title in it."""
ASKED_OF_NEW: Final = (CODE, *LANGUAGES, PRICE, DAYS, TRAFFIC, KEYS)

Answer = str | int


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """*wanted* are asked one after another. `shown` is the stamp of the plan that is changed; empty: a new one."""

    request: UUID
    wanted: tuple[str, ...]
    answers: Mapping[str, Answer]
    code: PlanCode
    shown: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the plan is to be added."""
        return not self.shown

    @property
    def question(self) -> str | None:
        """What is to be typed next; None: nothing, it can be saved."""
        return next((one for one in self.wanted if one not in self.answers), None)

    def answered(self, typed: str, base: Currency) -> Self:
        """The draft with *typed* as the answer. Raises BadPlan, NotAnAmount, DraftOver."""
        question = self.question
        if question is None:
            raise DraftOver
        answer = _read(question, typed[:_TYPED_CHARS], base)
        code = PlanCode(str(answer)) if question == CODE else self.code
        return replace(self, answers={**self.answers, question: answer}, code=code)

    def edit(self, base: Currency) -> PlanEdit:
        """What the answers change."""
        price, traffic, active = self._number(PRICE), self._number(TRAFFIC), self._number(ACTIVE)
        return PlanEdit(
            titles={one: str(self.answers[one]) for one in LANGUAGES if one in self.answers},
            price=None if price is None else Money(price, base),
            days=self._number(DAYS),
            traffic_bytes=None if traffic is None else traffic * GIGABYTE,
            keys=self._number(KEYS),
            position=self._number(POSITION),
            active=None if active is None else bool(active),
        )

    def _number(self, name: str) -> int | None:
        answer = self.answers.get(name)
        return answer if isinstance(answer, int) else None

    def document(self) -> dict[str, object]:
        """The draft as a dialog keeps it."""
        return {
            "request": self.request.hex,
            "wanted": list(self.wanted),
            "answers": dict(self.answers),
            "plan": self.code,
            "shown": self.shown,
        }


def plan_draft_of(kept: Mapping[str, object]) -> PlanDraft:
    """The draft that a dialog has kept. Raises DraftOver for anything else."""
    request, wanted, answers = kept.get("request"), kept.get("wanted"), kept.get("answers")
    code, shown = kept.get("plan"), kept.get("shown")
    is_whole = isinstance(request, str) and isinstance(code, str) and isinstance(shown, str)
    with suppress(ValueError):
        if is_whole and isinstance(wanted, list) and isinstance(answers, dict):
            return PlanDraft(UUID(str(request)), tuple(wanted), answers, PlanCode(str(code)), str(shown))
    raise DraftOver


def new_plan(code: PlanCode, base: Currency, position: int) -> Plan:
    """A plan before anything is known of it: it can't be sold like this."""
    return Plan(PlanTerms(code, {}, 0), Money(0, base), position)


def _read(question: str, typed: str, base: Currency) -> Answer:
    text = " ".join(typed.split())
    if question == PRICE:
        return parse_amount(text, base).units
    if question in _NUMBERS:
        compact = text.replace(" ", "")
        if not _NUMBER.fullmatch(compact):
            raise BadPlan(_NUMBERS[question])
        return int(compact)
    return text
