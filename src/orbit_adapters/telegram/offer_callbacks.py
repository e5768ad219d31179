"""Callback data of the owner's buttons on plans and promo codes. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.ids import PlanCode, PromoCode


@dataclass(frozen=True, slots=True)
class SeeOffers(Callback):
    """Show every plan, hidden ones and the trial too."""

    word: ClassVar[str] = "offers"


@dataclass(frozen=True, slots=True)
class SeeOffer(Callback):
    """Show this plan."""

    plan: PlanCode
    word: ClassVar[str] = "offer"


@dataclass(frozen=True, slots=True)
class AskNewPlan(Callback):
    """Begin a new plan: its questions are answered by typing."""

    word: ClassVar[str] = "newplan"


@dataclass(frozen=True, slots=True)
class BeginPlanEdit(Callback):
    """Ask what this field of the plan is to be; a language stands for the title in it."""

    plan: PlanCode
    field: str
    word: ClassVar[str] = "planset"


@dataclass(frozen=True, slots=True)
class BeginPlanSwitch(Callback):
    """Ask whether the plan is to be hidden, or to be offered again."""

    plan: PlanCode
    word: ClassVar[str] = "planshow"


@dataclass(frozen=True, slots=True)
class ConfirmPlan(Callback):
    """Do what the open draft of that number says."""

    request: UUID
    word: ClassVar[str] = "planyes"


@dataclass(frozen=True, slots=True)
class SeePromos(Callback):
    """Show a page of the promo codes."""

    page: int
    word: ClassVar[str] = "codes"


@dataclass(frozen=True, slots=True)
class SeePromo(Callback):
    """Show this code."""

    code: PromoCode
    word: ClassVar[str] = "codeof"


@dataclass(frozen=True, slots=True)
class AskNewPromo(Callback):
    """Begin a new code: its questions are answered by typing and tapping."""

    word: ClassVar[str] = "newcode"


@dataclass(frozen=True, slots=True)
class AnswerPromo(Callback):
    """Answer the open question about the new code."""

    answer: str
    word: ClassVar[str] = "codeans"


@dataclass(frozen=True, slots=True)
class ChoosePromoPlan(Callback):
    """Let the new code hold for this plan, or not."""

    plan: PlanCode
    word: ClassVar[str] = "codeplan"


@dataclass(frozen=True, slots=True)
class ConfirmPromo(Callback):
    """Add the code of the open draft of that number."""

    request: UUID
    word: ClassVar[str] = "codeyes"


@dataclass(frozen=True, slots=True)
class BeginPromoStop(Callback):
    """Ask whether this code is to be stopped."""

    code: PromoCode
    word: ClassVar[str] = "codestop"


@dataclass(frozen=True, slots=True)
class ConfirmPromoStop(Callback):
    """Stop this code."""

    code: PromoCode
    word: ClassVar[str] = "codeend"
