"""Plans as their owner sees them: what is sold, what each field says, and how a change will read."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.offer_callbacks import (
    AskNewPlan,
    BeginPlanEdit,
    BeginPlanSwitch,
    ConfirmPlan,
    SeeOffer,
    SeeOffers,
)
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, copy, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, in_twos, lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.screens.plans import offer_text
from orbit_domain.plan.plan import Plan, saving_percent
from orbit_domain.plan.plan_edit import GIGABYTE, TITLE_CHARS
from orbit_domain.use_cases.list_plans import Offer
from orbit_domain.use_cases.plan_draft import ACTIVE, CODE, DAYS, KEYS, POSITION, PRICE, TRAFFIC
from orbit_domain.use_cases.prepare_plan import PlanPreview
from orbit_domain.use_cases.show_plans import PlansView
from orbit_domain.user.user import LANGUAGES

_SHOWN = 40


def offers_screen(view: PlansView) -> Screen:
    """Every plan in the order of the customers' list; a tap shows one."""
    translate = Translator(view.user.language)
    shown = view.plans[:_SHOWN]
    rows = [tap(_button(plan, translate), SeeOffer(plan.code)) for plan in shown]
    return Screen(
        paragraphs(translate("offers"), lines(*(_line(plan, translate) for plan in shown))),
        keyboard(*rows, tap(translate.label("b-new-plan"), AskNewPlan()), admin_row(translate)),
    )


def offer_screen(view: PlansView, plan: Plan, bot_username: str) -> Screen:
    """One plan: how customers read it, what else there is to know, and a button for each thing that can change."""
    translate = Translator(view.user.language)
    names = (DAYS, TRAFFIC, KEYS) if plan.terms.is_trial else (PRICE, DAYS, TRAFFIC, KEYS, POSITION)
    facts = [_fact(name, plan, translate) for name in (*LANGUAGES, *names)]
    link = copy(translate.label("b-copy-link"), f"https://t.me/{bot_username}?start=plan_{plan.code}")
    is_sold = plan.active and not plan.terms.is_trial
    return Screen(
        paragraphs(
            translate("offer", title=_title(plan, translate), code=code(plan.code), state=_state(plan, translate)),
            _reading(view, plan, translate),
            lines(*facts),
        ),
        keyboard(*_field_rows(plan, translate), link if is_sold else (), back_row(translate, SeeOffers())),
    )


def offer_saved_screen(view: PlansView, plan: Plan, bot_username: str) -> Screen:
    """The plan after a change, which a toast confirms."""
    return offer_screen(view, plan, bot_username).with_toast(Translator(view.user.language).label("offer-saved"))


def plan_draft_screen(preview: PlanPreview) -> Screen:
    """The next question, or how the plan will read and the button that saves it."""
    translate, draft = Translator(preview.view.user.language), preview.draft
    back = back_row(translate, SeeOffers() if draft.is_new else SeeOffer(draft.code))
    if draft.question is not None:
        asked = paragraphs(_head(preview, translate), _known(preview, translate), _question(preview, translate))
        return Screen(asked, keyboard(back))
    yes = tap(translate.label(_yes(preview)), ConfirmPlan(draft.request))
    return Screen(
        paragraphs(
            _head(preview, translate),
            _changes(preview, translate),
            _reading(preview.view, preview.after, translate),
            _consequence(preview, translate),
        ),
        keyboard(yes, back),
    )


def _head(preview: PlanPreview, translate: Translator) -> Html:
    if preview.before is None:
        return translate("plan-new")
    return translate("plan-change", title=_title(preview.before, translate))


def _known(preview: PlanPreview, translate: Translator) -> Html:
    """What was answered so far about a new plan."""
    answered = [one for one in preview.draft.wanted if one in preview.draft.answers and one != CODE]
    return lines(*(_fact(name, preview.after, translate) for name in answered))


def _question(preview: PlanPreview, translate: Translator) -> Html:
    asked = preview.draft.question or ""
    before = _value(asked, preview.before, translate) if preview.before is not None else ""
    now = translate("plan-now", value=before) if before else ""
    if asked in LANGUAGES:
        return paragraphs(translate("plan-ask-title", language=translate.label(f"b-language-{asked}")), now)
    return paragraphs(translate(f"plan-ask-{asked}"), now)


def _yes(preview: PlanPreview) -> str:
    """The text of the button that saves it."""
    if preview.before is None:
        return "b-plan-add"
    if ACTIVE not in preview.draft.answers:
        return "b-plan-save"
    return _switch_key(preview.before)


def _switch_key(plan: Plan) -> str:
    kind = "trial" if plan.terms.is_trial else "plan"
    return f"b-{kind}-{'hide' if plan.active else 'offer'}"


def _changes(preview: PlanPreview, translate: Translator) -> Html:
    """Old and new of what differs; of a new plan everything."""
    before, after = preview.before, preview.after
    names = (*LANGUAGES, PRICE, DAYS, TRAFFIC, KEYS, POSITION)
    if before is None:
        return lines(*(_fact(name, after, translate) for name in names))
    pairs = ((name, _value(name, before, translate), _value(name, after, translate)) for name in names)
    return lines(
        *(
            translate("plan-fact-changed", name=_name(name, translate), old=old, new=new)
            for name, old, new in pairs
            if old != new
        )
    )


def _consequence(preview: PlanPreview, translate: Translator) -> Html | str:
    before, after = preview.before, preview.after
    if before is None:
        return ""
    if before.active != after.active:
        kind = "trial" if after.terms.is_trial else "plan"
        return translate(f"{kind}-{'offered' if after.active else 'hidden'}-effect")
    if before.price.units != after.price.units:
        key = "plan-raise-effect" if after.price.units > before.price.units else "plan-cut-effect"
        return translate(key, old=before.price)
    return translate("trial-effect" if after.terms.is_trial else "plan-effect")


def _reading(view: PlansView, plan: Plan, translate: Translator) -> Html:
    """The customers' own words for it, with the saving that they would see."""
    if plan.terms.is_trial:
        return translate("trial-reading", days=plan.terms.days) if plan.active else translate("trial-off")
    if not plan.active:
        return translate("offer-hidden")
    reference = plan if view.reference is not None and view.reference.code == plan.code else view.reference
    offer = Offer(plan, saving_percent(plan, reference) if reference else None, is_current=False)
    return paragraphs(translate("offer-reading"), offer_text(offer, translate))


def _field_rows(plan: Plan, translate: Translator) -> list[Row]:
    names = (TRAFFIC, KEYS, DAYS) if plan.terms.is_trial else (PRICE, DAYS, TRAFFIC, KEYS, POSITION)
    titles = ((_field_button(one, plan, translate),) for one in LANGUAGES)
    fields = in_twos([_field_button(one, plan, translate) for one in names])
    return [*titles, *fields, tap(translate.label(_switch_key(plan)), BeginPlanSwitch(plan.code))]


def _field_button(name: str, plan: Plan, translate: Translator) -> TapButton:
    return TapButton(f"✏️ {_name(name, translate)}", BeginPlanEdit(plan.code, name))


def _fact(name: str, plan: Plan, translate: Translator) -> Html:
    return translate("plan-fact", name=_name(name, translate), value=_value(name, plan, translate))


def _name(name: str, translate: Translator) -> str:
    """What a field is called."""
    if name in LANGUAGES:
        return translate.label("plan-field-title", language=translate.label(f"b-language-{name}"))
    return translate.label(f"plan-field-{name}")


def _value(name: str, plan: Plan, translate: Translator) -> str:
    """What a field says."""
    if name in LANGUAGES:
        return code(plan.terms.titles.get(name) or "—", TITLE_CHARS)
    match name:
        case "price":
            return translate.amount(plan.price)
        case "days":
            return translate.label("plan-days", count=plan.terms.days)
        case "traffic":
            return translate.label("plan-gigabytes", count=plan.terms.traffic_bytes // GIGABYTE)
        case "keys":
            return str(plan.terms.keys)
        case "position":
            return str(plan.position)
        case _:
            return ""


def _line(plan: Plan, translate: Translator) -> Html:
    return translate(
        "offer-line-trial" if plan.terms.is_trial else "offer-line",
        title=_title(plan, translate),
        price=plan.price,
        days=translate.label("plan-days", count=plan.terms.days),
        state=_state(plan, translate),
    )


def _button(plan: Plan, translate: Translator) -> str:
    key = "b-see-offer" if plan.active else "b-see-hidden-offer"
    return translate.label(key, title=_title(plan, translate))


def _title(plan: Plan, translate: Translator) -> str:
    return translate.plan_title(plan.terms.titles, plan.code)


def _state(plan: Plan, translate: Translator) -> str:
    kind = "trial" if plan.terms.is_trial else "offer"
    return translate.label(f"{kind}-state-{'on' if plan.active else 'off'}")
