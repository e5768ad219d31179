"""Promo codes as their owner sees them: what each gives, how often it was used, and how a new one is made."""

from datetime import datetime, timedelta

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.offer_callbacks import (
    AnswerPromo,
    AskNewPromo,
    BeginPromoStop,
    ChoosePromoPlan,
    ConfirmPromo,
    ConfirmPromoStop,
    SeePromo,
    SeePromos,
)
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, copy, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row, page_row
from orbit_domain.money import Currency, Money
from orbit_domain.promo.promo import Promo, PromoKind
from orbit_domain.use_cases.list_promos import ListedPromo
from orbit_domain.use_cases.prepare_promo import PromoPreview
from orbit_domain.use_cases.promo_draft import DONE, ENDLESS, PromoQuestion
from orbit_domain.use_cases.run_promos import PromoPage, PromoView

_DAY = timedelta(days=1)
_LIMITLESS = (PromoQuestion.UNTIL, PromoQuestion.USES)


def promos_screen(page: PromoPage) -> Screen:
    """A page of the codes, the newest first."""
    translate, base = Translator(page.user.language), page.user.balance.currency
    texts = [_line(one, base, translate) for one in page.promos]
    rows = [tap(_button(one, translate), SeePromo(one.promo.code)) for one in page.promos]
    return Screen(
        paragraphs(translate("promos" if texts else "promos-none"), lines(*texts)),
        keyboard(
            *rows,
            page_row(translate, page.page, SeePromos, has_more=page.has_more),
            tap(translate.label("b-new-promo"), AskNewPromo()),
            admin_row(translate),
        ),
    )


def promo_code_screen(view: PromoView, bot_username: str) -> Screen:
    """One code with its link; one that works can be stopped."""
    translate, promo = Translator(view.user.language), view.listed.promo
    titles = [translate.plan_title(titles, "") for titles in view.plans]
    stop = tap(translate.label("b-stop-promo"), BeginPromoStop(promo.code)) if promo.stopped_at is None else ()
    link = copy(translate.label("b-copy-link"), f"https://t.me/{bot_username}?start=promo_{promo.code}")
    return Screen(
        paragraphs(
            translate("promo-code", code=code(promo.code), state=_state(view.listed, translate)),
            _facts(promo, titles, view.user.balance.currency, translate),
        ),
        keyboard(link, stop, back_row(translate, SeePromos(0))),
    )


def promo_offered_screen(view: PromoView, bot_username: str) -> Screen:
    """A code that was just added, which a toast confirms."""
    return promo_code_screen(view, bot_username).with_toast(Translator(view.user.language).label("promo-added"))


def promo_ended_screen(view: PromoView, bot_username: str) -> Screen:
    """A code that was just stopped, which a toast confirms."""
    return promo_code_screen(view, bot_username).with_toast(Translator(view.user.language).label("promo-ended"))


def ask_promo_stop_screen(view: PromoView) -> Screen:
    """What stopping means, before it is done."""
    translate, promo = Translator(view.user.language), view.listed.promo
    return Screen(
        translate("promo-stop-ask", code=code(promo.code), uses=promo.uses),
        keyboard(
            tap(translate.label("b-stop-promo-now"), ConfirmPromoStop(promo.code)),
            back_row(translate, SeePromo(promo.code)),
        ),
    )


def promo_draft_screen(preview: PromoPreview) -> Screen:
    """The next question, or what the code will give and the button that adds it."""
    translate, draft = Translator(preview.user.language), preview.draft
    known = _known(preview, translate)
    back = back_row(translate, SeePromos(0))
    if draft.question is not None:
        return Screen(
            paragraphs(translate("promo-new"), known, _question(preview, draft.question, translate)),
            keyboard(*_answers(preview, draft.question, translate), back),
        )
    yes = tap(translate.label("b-add-promo"), ConfirmPromo(draft.request))
    return Screen(paragraphs(translate("promo-new"), known, translate("promo-new-effect")), keyboard(yes, back))


def _known(preview: PromoPreview, translate: Translator) -> Html:
    """What was answered so far."""
    promo, answers = preview.promo, preview.draft.answers
    name = answers.get(PromoQuestion.CODE)
    head = translate("promo-new-code", code=code(name)) if isinstance(name, str) else ""
    if promo is None or PromoQuestion.VALUE not in answers:
        return lines(head)
    base = preview.user.balance.currency
    if preview.draft.question is None:
        titles = [translate.plan_title(one.terms.titles, one.code) for one in preview.plans if one.code in promo.plans]
        return lines(head, _facts(promo, titles, base, translate))
    return lines(head, translate("promo-gives", gift=_gift(promo, base, translate)))


def _question(preview: PromoPreview, question: PromoQuestion, translate: Translator) -> Html:
    if question is PromoQuestion.VALUE:
        return translate(f"promo-ask-{preview.draft.kind}")
    return translate(f"promo-ask-{question}")


def _answers(preview: PromoPreview, question: PromoQuestion, translate: Translator) -> tuple[Row, ...]:
    """The buttons that answer."""
    if question is PromoQuestion.KIND:
        return tuple(tap(translate.label(f"b-promo-{kind}"), AnswerPromo(kind.value)) for kind in PromoKind)
    if question in _LIMITLESS:
        return (tap(translate.label(f"b-promo-endless-{question}"), AnswerPromo(ENDLESS)),)
    if question is PromoQuestion.PLANS:
        return _plan_rows(preview, translate)
    return ()


def _plan_rows(preview: PromoPreview, translate: Translator) -> tuple[Row, ...]:
    chosen = preview.draft.chosen
    rows: list[Row] = []
    for plan in preview.plans:
        title = translate.plan_title(plan.terms.titles, plan.code)
        text = translate.label("b-chosen", name=title) if plan.code in chosen else title
        rows.append(tap(text, ChoosePromoPlan(plan.code)))
    if chosen:
        return (*rows, tap(translate.label("b-promo-plans-done"), AnswerPromo(DONE)))
    return (*rows, tap(translate.label("b-promo-all-plans"), AnswerPromo(ENDLESS)))


def _facts(promo: Promo, titles: list[str], base: Currency, translate: Translator) -> Html:
    used = translate("promo-uses", uses=promo.uses, of=promo.total_uses or 0)
    begin = translate("promo-from", day=promo.valid_from) if promo.valid_from is not None else ""
    until = translate("promo-until", day=_last_day(promo.valid_until)) if promo.valid_until is not None else ""
    return lines(
        translate("promo-gives", gift=_gift(promo, base, translate)),
        used,
        begin,
        until or translate("promo-endless"),
        _plans(promo, titles, translate),
    )


def _plans(promo: Promo, titles: list[str], translate: Translator) -> Html | str:
    if promo.kind is PromoKind.BALANCE:
        return ""
    return translate("promo-for-plans", plans=", ".join(titles)) if titles else translate("promo-for-all")


def _last_day(end: datetime) -> datetime:
    """The day that still counts whole: a code ends at midnight, except when the command line said otherwise."""
    return end - _DAY if end.hour == end.minute == end.second == 0 else end


def _gift(promo: Promo, base: Currency, translate: Translator) -> str:
    match promo.kind:
        case PromoKind.PERCENT:
            return translate.label("promo-gift-percent", percent=promo.value)
        case PromoKind.DAYS:
            return translate.label("promo-gift-days", count=promo.value)
        case _:
            return translate.label(f"promo-gift-{promo.kind}", amount=Money(promo.value, base))


def _line(listed: ListedPromo, base: Currency, translate: Translator) -> Html:
    promo = listed.promo
    return translate(
        "promo-line",
        code=code(promo.code),
        gift=_gift(promo, base, translate),
        uses=promo.uses,
        of=promo.total_uses or 0,
        state=_state(listed, translate),
    )


def _button(listed: ListedPromo, translate: Translator) -> str:
    key = "b-see-promo" if listed.problem is None else "b-see-ended-promo"
    return translate.label(key, code=listed.promo.code)


def _state(listed: ListedPromo, translate: Translator) -> str:
    return translate.label(f"promo-state-{(listed.problem or 'works').replace('_', '-')}")
