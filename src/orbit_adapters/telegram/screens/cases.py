"""What customers ask: the list for the staff, one case, and the customer's own."""

from datetime import timedelta

from orbit_adapters.telegram.callbacks import SeeHelp
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.people import full_name, short_name
from orbit_adapters.telegram.sanitize import Html, escape_html
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row, customer_row, page_row
from orbit_adapters.telegram.screens.payment_facts import facts_text
from orbit_adapters.telegram.support_callbacks import AnswerCustomer, CloseCase, CloseOwnCase, SeeCase, SeeCases
from orbit_domain.support.case import CaseMessage, CaseState, CaseSubject
from orbit_domain.use_cases.show_cases import CasePage, CaseView, ListedCase, OwnCase
from orbit_domain.user.user import User

_MESSAGE_CHARS = 350
_MARKS = {CaseState.OPEN: "🟠", CaseState.ANSWERED: "✅", CaseState.CLOSED: "⚪️"}
_HOUR, _DAY, _MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def cases_screen(page: CasePage) -> Screen:
    """Cases that aren't closed, a button each; who waits longest is first."""
    translate = Translator(page.admin.language)
    text = translate("cases", waiting=page.waiting) if page.cases else translate("cases-none")
    rows = [_case_row(one, page, translate) for one in page.cases]
    return Screen(
        text, keyboard(*rows, page_row(translate, page.page, SeeCases, has_more=page.has_more), admin_row(translate))
    )


def _case_row(one: ListedCase, page: CasePage, translate: Translator) -> Row:
    case = one.case
    name = short_name(case.tg_id, one.customer.username if one.customer else None)
    mark = "🆘" if case.subject is CaseSubject.PAYMENT else ""
    waits = _waited(page.now - case.waiting_since, translate) if case.waiting_since else ""
    label = " · ".join(part for part in (f"{_MARKS[case.state]}{mark} {name}", waits) if part)
    return tap(label, SeeCase(case.id))


def _waited(waited: timedelta, translate: Translator) -> str:
    """How long somebody waits, in one unit: whole ones that have passed."""
    for unit, length in (("days", _DAY), ("hours", _HOUR)):
        if waited >= length:
            return translate.label(f"case-waits-{unit}", count=waited // length)
    return translate.label("case-waits-minutes", count=max(0, waited // _MINUTE))


def case_screen(view: CaseView) -> Screen:
    """One case: who asks, what was written, what is known, and what to do."""
    translate, case, customer = Translator(view.admin.language), view.case, view.customer
    head = translate("case", who=full_name(customer.tg_id, customer.username), moment=translate.moment(case.opened_at))
    waits = _waited(view.now - case.waiting_since, translate) if case.waiting_since else ""
    is_payment = case.subject is CaseSubject.PAYMENT
    close = tap(translate.label("b-case-close"), CloseCase(case.id)) if case.is_live else ()
    return Screen(
        paragraphs(
            lines(head, translate(f"case-{case.state}", waits=waits)),
            paragraphs(*(_message(one, translate) for one in view.messages)),
            facts_text(view.facts, translate) if is_payment else "",
        ),
        keyboard(
            (TapButton(translate.label("b-answer"), AnswerCustomer(customer.tg_id)), *close),
            customer_row(customer.tg_id, translate),
            tap(translate.label("b-cases"), SeeCases(0)),
            admin_row(translate),
        ),
    )


def closed_screen(view: CaseView) -> Screen:
    """The case after it was closed, which a toast confirms."""
    return case_screen(view).with_toast(Translator(view.admin.language).label("case-closed-toast"))


def _message(one: CaseMessage, translate: Translator) -> Html:
    key = "case-of-customer" if one.staff_id is None else "case-of-shop"
    text = escape_html(one.text, _MESSAGE_CHARS) if one.text else translate("case-missed-money")
    return translate(key, moment=translate.moment(one.at), text=text)


def own_case_screen(own: OwnCase) -> Screen:
    """For the customer: ask what to pass on; what was written before stands above."""
    translate = Translator(own.user.language)
    if own.case is None:
        return Screen(translate("question-ask"), keyboard(back_row(translate, SeeHelp())))
    messages = [_own_message(one, translate) for one in own.messages]
    state = translate("own-case-answered" if own.case.state is CaseState.ANSWERED else "own-case-open")
    return Screen(
        paragraphs(state, *messages, translate("own-case-write")),
        keyboard(tap(translate.label("b-solved"), CloseOwnCase(own.case.id)), back_row(translate, SeeHelp())),
    )


def _own_message(one: CaseMessage, translate: Translator) -> Html:
    text = escape_html(one.text, _MESSAGE_CHARS) if one.text else translate("case-missed-money")
    return translate("own-case-mine" if one.staff_id is None else "own-case-shops", text=text)


def solved_screen(user: User) -> Screen:
    """For the customer: the question is settled."""
    translate = Translator(user.language)
    return Screen(translate("case-solved"), keyboard(home_row(translate)))


def missed_money_told_screen(user: User) -> Screen:
    """For the customer: the shop knows that the money is missed; words may follow."""
    translate = Translator(user.language)
    return Screen(translate("missed-money-told"), keyboard(back_row(translate, SeeHelp())))
