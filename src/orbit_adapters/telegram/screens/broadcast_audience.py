"""Whom a new broadcast is for: a segment, narrowed by buttons, with the number of people in it now."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from orbit_adapters.telegram.broadcast_callbacks import NarrowBroadcast, SeeBroadcasts
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row
from orbit_domain.broadcast.audience import SINCE_DAYS, Audience, Segment
from orbit_domain.broadcast.content import MAX_CAPTION, MAX_TEXT
from orbit_domain.ids import PlanCode
from orbit_domain.plan.plan import Plan
from orbit_domain.use_cases.show_broadcasts import AudienceView
from orbit_domain.user.user import LANGUAGES


def audience_screen(view: AudienceView) -> Screen:
    """How many there are, what narrows it, and the question for the message."""
    translate = Translator(view.admin.language)
    chosen = next((plan for plan in view.plans if plan.code == view.audience.plan_code), None)
    whom = audience_text(view.audience, chosen, translate)
    text = translate("broadcast-ask", whom=whom, count=view.count, limit=MAX_TEXT, caption=MAX_CAPTION)
    return Screen(text, keyboard(*_narrowing_rows(view, translate), back_row(translate, SeeBroadcasts())))


def audience_text(audience: Audience, plan: Plan | None, translate: Translator) -> str:
    """The segment and what narrows it, on one line. *plan* is that of the audience, if the shop has it still."""
    parts = [translate.label(f"segment-{audience.segment}")]
    if audience.language is not None:
        parts.append(translate.label(f"b-language-{audience.language}"))
    if audience.plan_code is not None:
        parts.append(translate.plan_title(plan.terms.titles if plan else {}, audience.plan_code))
    if audience.ended_days:
        parts.append(translate.label("broadcast-days", days=audience.ended_days))
    return " · ".join(parts)


def narrowed(audience: Audience, choice: NarrowBroadcast) -> Audience:
    """*audience* after the tap: the same choice once more takes it back; one that makes no sense changes nothing."""
    match choice.by:
        case "language" if choice.to in LANGUAGES:
            return replace(audience, language=None if audience.language == choice.to else str(choice.to))
        case "plan" if audience.segment.has_plans:
            return replace(audience, plan_code=None if audience.plan_code == choice.to else choice.to)
        case "days" if audience.segment is Segment.EXPIRED and choice.to in map(str, SINCE_DAYS):
            days = int(choice.to)
            return replace(audience, ended_days=0 if audience.ended_days == days else days)
    return audience


def audience_data(audience: Audience) -> dict[str, Any]:
    """*audience* for an open dialog."""
    return {
        "segment": str(audience.segment),
        "language": audience.language,
        "plan": audience.plan_code,
        "days": audience.ended_days,
    }


def audience_from(data: Mapping[str, Any]) -> Audience | None:
    """What `audience_data` made; None when the dialog is over."""
    if "segment" not in data:
        return None
    plan = data.get("plan")
    return Audience(
        Segment(data["segment"]), data.get("language"), PlanCode(plan) if plan else None, data.get("days", 0)
    )


def _narrowing_rows(view: AudienceView, translate: Translator) -> Iterator[Row]:
    audience = view.audience
    yield tuple(
        _button(translate.label(f"b-language-{one}"), "language", one, is_on=audience.language == one)
        for one in LANGUAGES
    )
    if audience.segment is Segment.EXPIRED:
        days = [
            _button(translate.label("b-broadcast-days", days=one), "days", str(one), is_on=audience.ended_days == one)
            for one in SINCE_DAYS
            if one
        ]
        yield from (tuple(days[at : at + 2]) for at in range(0, len(days), 2))
    for plan in view.plans:
        title = translate.plan_title(plan.terms.titles, plan.code)
        mark = _mark(is_on=audience.plan_code == plan.code)
        yield tap(f"{mark}{title}", NarrowBroadcast("plan", plan.code))


def _button(label: str, by: str, to: str, *, is_on: bool) -> TapButton:
    return TapButton(f"{_mark(is_on=is_on)}{label}", NarrowBroadcast(by, PlanCode(to)))


def _mark(*, is_on: bool) -> str:
    return "✅ " if is_on else ""
