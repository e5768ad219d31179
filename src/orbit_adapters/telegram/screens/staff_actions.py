"""What the staff is asked before something is done: an amount, days, a reason, and at last a yes."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_change
from orbit_adapters.telegram.people import full_name
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import paragraphs
from orbit_adapters.telegram.screens.customer_card import back_to_card_row
from orbit_adapters.telegram.staff_callbacks import ConfirmStaffAction
from orbit_domain.use_cases.prepare_staff_action import StaffActionPreview
from orbit_domain.use_cases.staff_action import Question, StaffAction


def staff_action_screen(preview: StaffActionPreview) -> Screen:
    """The next question, or what will happen and the button that does it."""
    translate, draft = Translator(preview.user.language), preview.draft
    customer = preview.customer.user
    back = back_to_card_row(customer, translate)
    head = translate(f"staff-action-{draft.action}", who=full_name(customer.tg_id, customer.username))
    if draft.question is not None:
        return Screen(paragraphs(head, _question(draft.question, preview, translate)), keyboard(back))
    reason = translate("staff-action-reason", reason=draft.reason or "")
    yes = tap(translate.label(f"b-do-{'ask' if preview.waits else draft.action}"), ConfirmStaffAction(draft.request))
    return Screen(paragraphs(head, _consequence(preview, translate), reason), keyboard(yes, back))


def _question(question: Question, preview: StaffActionPreview, translate: Translator) -> Html:
    if question is Question.REASON:
        return paragraphs(_consequence(preview, translate), translate("staff-action-ask-reason"))
    return translate(f"staff-action-ask-{question}", balance=preview.customer.user.balance)


def _consequence(preview: StaffActionPreview, translate: Translator) -> Html:
    match preview.draft.action:
        case StaffAction.CREDIT | StaffAction.DEBIT:
            return _money(preview, translate)
        case StaffAction.DAYS:
            return translate("staff-action-effect-days", days=preview.draft.number or 0)
        case StaffAction.REFUND:
            return _refund(preview, translate)
        case StaffAction.BAN:
            return translate("staff-action-effect-ban", keys=preview.keys, balance=preview.customer.user.balance)
        case StaffAction.UNBAN:
            return translate("staff-action-effect-unban")


def _money(preview: StaffActionPreview, translate: Translator) -> Html:
    balance = preview.customer.user.balance
    change = format_change(preview.draft.units, balance.currency, translate.language)
    effect = translate("staff-action-effect-money", change=change, balance=balance)
    return paragraphs(effect, translate("staff-action-effect-waits") if preview.waits else "")


def _refund(preview: StaffActionPreview, translate: Translator) -> Html:
    order = preview.order
    if order is None:
        return Html("")
    title = translate.plan_title(order.terms.titles, order.terms.code)
    return translate("staff-action-effect-refund", title=title, price=order.price)
