"""What waits for a person: money without an owner, orders without their keys, and adjustments."""

from orbit_adapters.telegram.callbacks import AssignSuggested
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_change
from orbit_adapters.telegram.people import full_name, short_name
from orbit_adapters.telegram.recorded_errors import recorded_error
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import paragraphs
from orbit_adapters.telegram.screens.paging import actor_name, admin_row, page_row
from orbit_adapters.telegram.staff_callbacks import (
    AskWhose,
    ConfirmAdjustment,
    RejectAdjustment,
    RetryDelivery,
    SeeCustomer,
    SeeNameless,
    SeeWaiting,
)
from orbit_domain.payment.receipt import receipt_code
from orbit_domain.use_cases.decide_by_staff import WaitingAdjustment, WaitingAdjustments
from orbit_domain.use_cases.list_waiting import NamelessMoney, NamelessPage, WaitingDelivery, WaitingPage

_COMMENT_CHARS = 60


def nameless_screen(page: NamelessPage) -> Screen:
    """Money without an owner: to whom it probably belongs, and a button to say whose it is."""
    translate = Translator(page.user.language)
    texts = [_money(one, number, translate) for number, one in enumerate(page.money, 1)]
    rows = [row for number, one in enumerate(page.money, 1) for row in _money_rows(one, number, translate)]
    return Screen(
        paragraphs(translate("nameless", count=page.total), *texts),
        keyboard(*rows, page_row(translate, page.page, SeeNameless, has_more=page.has_more), admin_row(translate)),
    )


def _money(one: NamelessMoney, number: int, translate: Translator) -> Html:
    receipt = one.receipt
    comment = code(receipt.comment, _COMMENT_CHARS) if receipt.comment.strip() else translate("no-comment")
    text = translate(
        "nameless-line",
        number=number,
        amount=receipt.amount,
        moment=translate.moment(receipt.occurred_at),
        comment=comment,
    )
    if one.payment is None or one.customer is None:
        return text
    who = full_name(one.customer.tg_id, one.customer.username)
    return Html(f"{text}\n{translate('nameless-meant', comment=code(one.payment.comment), who=who)}")


def _money_rows(one: NamelessMoney, number: int, translate: Translator) -> tuple[Row, ...]:
    receipt = receipt_code(one.receipt.ref)
    ask = tap(translate.label("b-whose", number=number), AskWhose(receipt))
    if one.payment is None or one.customer is None:
        return (ask,)
    name = short_name(one.customer.tg_id, one.customer.username)
    give = tap(translate.label("b-give-number", number=number, name=name), AssignSuggested(one.payment.id, receipt))
    return give, ask


def waiting_screen(page: WaitingPage) -> Screen:
    """Paid orders without their keys: since when, why, and a button to try again."""
    translate = Translator(page.user.language)
    texts = [_delivery(one, translate) for one in page.deliveries]
    rows = [_delivery_row(one, translate) for one in page.deliveries]
    return Screen(
        paragraphs(translate("waiting", count=page.total), *texts),
        keyboard(*rows, page_row(translate, page.page, SeeWaiting, has_more=page.has_more), admin_row(translate)),
    )


def _delivery(one: WaitingDelivery, translate: Translator) -> Html:
    order = one.order
    return translate(
        "waiting-line",
        who=escape_html(_name(one)),
        title=translate.plan_title(order.terms.titles, order.terms.code),
        moment=translate.moment(order.paid_at or order.created_at),
        why=recorded_error(one.error, translate),
    )


def _delivery_row(one: WaitingDelivery, translate: Translator) -> Row:
    tg_id = one.order.holder
    retry = TapButton(translate.label("b-retry"), RetryDelivery(tg_id))
    return (*tap(short_name(tg_id, one.customer.username if one.customer else None), SeeCustomer(tg_id)), retry)


def _name(one: WaitingDelivery) -> str:
    return full_name(one.order.holder, one.customer.username if one.customer else None)


def adjustments_screen(view: WaitingAdjustments) -> Screen:
    """What waits for a second admin, with both decisions."""
    translate = Translator(view.user.language)
    texts = [_adjustment(one, number, translate) for number, one in enumerate(view.waiting, 1)]
    rows = [_adjustment_row(one, number, translate) for number, one in enumerate(view.waiting, 1)]
    key = "adjustments" if texts else "adjustments-none"
    return Screen(paragraphs(translate(key), *texts), keyboard(*rows, admin_row(translate)))


def decided_screen(view: WaitingAdjustments, *, agreed: bool) -> Screen:
    """What still waits, and a toast that confirms the decision."""
    key = "adjustment-agreed" if agreed else "adjustment-refused"
    return adjustments_screen(view).with_toast(Translator(view.user.language).label(key))


def _adjustment(one: WaitingAdjustment, number: int, translate: Translator) -> Html:
    asked = one.adjustment
    return translate(
        "adjustment-line",
        number=number,
        who=full_name(asked.tg_id, one.customer.username if one.customer else None),
        change=format_change(asked.units, asked.currency, translate.language),
        admin=actor_name(asked.actor, one.admin, translate),
        reason=asked.reason,
    )


def _adjustment_row(one: WaitingAdjustment, number: int, translate: Translator) -> Row:
    agree = TapButton(translate.label("b-agree", number=number), ConfirmAdjustment(one.adjustment.id))
    refuse = TapButton(translate.label("b-refuse", number=number), RejectAdjustment(one.adjustment.id))
    return (agree, refuse)
