"""A customer as the staff sees them: facts, and the buttons that the role allows."""

from datetime import datetime

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notice_callbacks import SeeCustomerNotices
from orbit_adapters.telegram.people import short_name
from orbit_adapters.telegram.recorded_errors import recorded_error
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row, lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import BeginRefund, BeginStaffAction, RetryDelivery, SeeCustomer, SeeStory
from orbit_adapters.telegram.support_callbacks import AnswerCustomer
from orbit_domain.access.key import Key
from orbit_domain.money import Money
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import Payment
from orbit_domain.use_cases.perform_staff_action import Performed
from orbit_domain.use_cases.show_customer import CustomerCard
from orbit_domain.use_cases.staff_action import StaffAction
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

_KEYS = 5


def customer_card_screen(card: CustomerCard) -> Screen:
    """Who it is, what they have, paid and wait for."""
    translate, user = Translator(card.user.language), card.customer.user
    return Screen(
        paragraphs(
            _head(card, translate),
            _state(card, translate),
            _listed("card-orders", [_order(order, translate) for order in card.orders], translate),
            _listed("card-payments", [_payment(payment, translate) for payment in card.payments], translate),
            _listed("card-keys", [_key(key, card.now, translate) for key in card.keys[:_KEYS]], translate),
        ),
        keyboard(
            (TapButton(translate.label("b-story"), SeeStory(user.tg_id, 0)), *_write(card, translate)),
            tap(translate.label("b-told"), SeeCustomerNotices(user.tg_id, 0)),
            *_actions(card, translate),
            *_refunds(card, translate),
            admin_row(translate),
        ),
    )


def performed_screen(card: CustomerCard, performed: Performed) -> Screen:
    """The card after something was done, which a toast confirms."""
    key = "staff-action-waits" if performed.waits else f"staff-action-done-{performed.draft.action}"
    return customer_card_screen(card).with_toast(Translator(card.user.language).label(key))


def retried_screen(card: CustomerCard, keys: int) -> Screen:
    """The card after a retry, which a toast confirms."""
    return customer_card_screen(card).with_toast(
        Translator(card.user.language).label("staff-action-retried", count=keys)
    )


def back_to_card_row(user: User, translate: Translator) -> Row:
    """To the card, and home."""
    return (*tap(short_name(user.tg_id, user.username), SeeCustomer(user.tg_id)), *home_row(translate))


def _head(card: CustomerCard, translate: Translator) -> Html:
    user = card.customer.user
    return lines(
        translate("card-head", who=short_name(user.tg_id, user.username)),
        translate("card-number", number=code(str(user.tg_id))),
        translate("card-since", day=user.created_at, language=translate.label(f"b-language-{user.language}")),
        translate("card-role", role=translate.label(f"role-{user.role}")) if card.is_staff else "",
        translate("card-invited", number=code(str(user.referrer_id))) if user.referrer_id is not None else "",
        translate("card-banned", day=user.banned_at) if user.banned_at is not None else "",
        translate("card-deleted", day=user.deleted_at) if user.deleted_at is not None else "",
        translate("card-unreachable", day=user.unreachable_at) if user.unreachable_at is not None else "",
    )


def _state(card: CustomerCard, translate: Translator) -> Html:
    user, subscription = card.customer.user, card.customer.subscription
    state = subscription.state(card.now)
    owed = Money(card.debt, user.balance.currency)
    return lines(
        translate(f"card-time-{state}", end=_day(subscription.ends_at, translate)),
        translate("card-balance", balance=user.balance),
        translate("card-debt", owed=owed) if card.debt else "",
    )


def _day(at: datetime | None, translate: Translator) -> str:
    return translate.day(at) if at is not None else ""


def _listed(key: str, rows: list[Html], translate: Translator) -> Html:
    return lines(translate(key), *(rows or [translate("card-nothing")]))


def _order(order: Order, translate: Translator) -> Html:
    title = translate.plan_title(order.terms.titles, order.terms.code)
    state = translate.label(f"order-state-{order.state}")
    title = f"🎁 {title}" if order.is_gift else title
    return translate("card-order", title=title, price=order.price, state=state, day=order.created_at)


def _payment(payment: Payment, translate: Translator) -> Html:
    return translate(
        "card-payment",
        amount=payment.amount,
        method=translate.method(payment.method),
        state=translate.label(f"payment-state-{payment.status}"),
        comment=code(payment.comment, 20),
        day=payment.created_at,
    )


def _key(key: Key, now: datetime, translate: Translator) -> Html:
    place = code(f"{key.panel_id}/{key.home.node or '…'}", 50) if key.panel_id else translate("card-no-place")
    line = translate(f"card-key-{_key_state(key, now)}", name=code(key.username, 40), place=place)
    error = key.home.last_error if not key.is_confirmed else None
    return lines(line, recorded_error(error, translate)) if error else line


def _key_state(key: Key, now: datetime) -> str:
    if not key.enabled or key.expires_at <= now:
        return "off"
    return "works" if key.is_confirmed else "waits"


def _write(card: CustomerCard, translate: Translator) -> Row:
    is_gone = card.customer.user.deleted_at is not None
    if is_gone or Permission.WRITE_TO_CUSTOMERS not in card.permissions:
        return ()
    return (TapButton(translate.label("b-write"), AnswerCustomer(card.customer.user.tg_id)),)


def _actions(card: CustomerCard, translate: Translator) -> list[Row]:
    user = card.customer.user
    banning = StaffAction.BAN if user.banned_at is None else StaffAction.UNBAN
    pairs = ((StaffAction.CREDIT, StaffAction.DEBIT), (StaffAction.DAYS, banning))
    rows: list[Row] = [
        tuple(_action(action, card, translate) for action in pair if _is_offered(action, card)) for pair in pairs
    ]
    if Permission.RETRY_DELIVERY in card.permissions and any(not key.is_confirmed for key in card.keys):
        rows.append(tap(translate.label("b-retry"), RetryDelivery(user.tg_id)))
    return rows


def _is_offered(action: StaffAction, card: CustomerCard) -> bool:
    """Nobody of the staff is banned, and nobody banned or gone gets days."""
    is_welcome = card.customer.user.is_welcome
    if (action is StaffAction.BAN and card.is_staff) or (action is StaffAction.DAYS and not is_welcome):
        return False
    return action.permission in card.permissions


def _action(action: StaffAction, card: CustomerCard, translate: Translator) -> TapButton:
    return TapButton(translate.label(f"b-staff-action-{action}"), BeginStaffAction(action, card.customer.user.tg_id))


def _refunds(card: CustomerCard, translate: Translator) -> list[Row]:
    if Permission.REFUND_ORDERS not in card.permissions:
        return []
    paid = [one for one in card.orders if one.state in (OrderState.PAID, OrderState.DELIVERED) and one.price.units]
    return [
        tap(
            translate.label(
                "b-staff-action-refund", title=translate.plan_title(one.terms.titles, one.terms.code), price=one.price
            ),
            BeginRefund(one.tg_id, one.id),
        )
        for one in paid
    ]
