"""What the staff is asked before something is done: an amount, days, a reason, and at last a yes."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_change
from orbit_adapters.telegram.people import full_name
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import paragraphs
from orbit_adapters.telegram.screens.customer_card import back_to_card_row
from orbit_adapters.telegram.staff_callbacks import DoDeed
from orbit_domain.use_cases.prepare_deed import DeedPreview
from orbit_domain.use_cases.staff_deed import Deed, Question


def deed_screen(preview: DeedPreview) -> Screen:
    """The next question, or what will happen and the button that does it."""
    translate, draft = Translator(preview.user.language), preview.draft
    customer = preview.customer.user
    back = back_to_card_row(customer, translate)
    head = translate(f"deed-{draft.deed}", who=full_name(customer.tg_id, customer.username))
    if draft.question is not None:
        return Screen(paragraphs(head, _question(draft.question, preview, translate)), keyboard(back))
    reason = translate("deed-reason", reason=draft.reason or "")
    yes = tap(translate.label(f"b-do-{'ask' if preview.waits else draft.deed}"), DoDeed(draft.request))
    return Screen(paragraphs(head, _consequence(preview, translate), reason), keyboard(yes, back))


def _question(question: Question, preview: DeedPreview, translate: Translator) -> Html:
    if question is Question.REASON:
        return paragraphs(_consequence(preview, translate), translate("deed-ask-reason"))
    return translate(f"deed-ask-{question}", balance=preview.customer.user.balance)


def _consequence(preview: DeedPreview, translate: Translator) -> Html:
    match preview.draft.deed:
        case Deed.CREDIT | Deed.DEBIT:
            return _money(preview, translate)
        case Deed.DAYS:
            return translate("deed-effect-days", days=preview.draft.number or 0)
        case Deed.REFUND:
            return _refund(preview, translate)
        case Deed.BAN:
            return translate("deed-effect-ban", keys=preview.keys, balance=preview.customer.user.balance)
        case Deed.UNBAN:
            return translate("deed-effect-unban")


def _money(preview: DeedPreview, translate: Translator) -> Html:
    balance = preview.customer.user.balance
    change = format_change(preview.draft.units, balance.currency, translate.language)
    effect = translate("deed-effect-money", change=change, balance=balance)
    return paragraphs(effect, translate("deed-effect-waits") if preview.waits else "")


def _refund(preview: DeedPreview, translate: Translator) -> Html:
    order = preview.order
    if order is None:
        return Html("")
    title = translate.plan_title(order.terms.titles, order.terms.code)
    return translate("deed-effect-refund", title=title, price=order.price)
