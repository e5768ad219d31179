"""What the staff reads of the shop: what happens, a day in figures, and a chat that is lost."""

from dataclasses import replace

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_asset_amount
from orbit_adapters.telegram.people import full_name
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.admin_menu import action_name, subject_name
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.paging import actor_name, admin_row, customer_row
from orbit_adapters.telegram.staff_callbacks import SeeNameless, SeeWaiting
from orbit_adapters.telegram.support_callbacks import SeeCases, SeeShopChats
from orbit_domain.money import Currency, Money
from orbit_domain.notice.shop_notices import (
    DaySummary,
    MethodTotal,
    OrderHappened,
    ShopChatLost,
    ShopNotice,
    StaffActed,
)
from orbit_domain.shop_chat.shop_chat import Purpose

_PURPOSES = frozenset(Purpose)
_REASON_CHARS = 160


def shop_notice_screen(notice: ShopNotice, translate: Translator, base: Currency) -> Screen:
    """*notice* with the texts of *translate*, and amounts in *base*. Its message stays."""
    return replace(_screen(notice, translate, base), kept=True)


def _screen(notice: ShopNotice, translate: Translator, base: Currency) -> Screen:
    match notice:
        case OrderHappened():
            return _order_happened(notice, translate, base)
        case StaffActed():
            return _staff_acted(notice, translate)
        case DaySummary():
            return _day_summary(notice, translate, base)
        case ShopChatLost():
            return _chat_lost(notice, translate)


def _order_happened(notice: OrderHappened, translate: Translator, base: Currency) -> Screen:
    text = translate(
        "event-trial" if notice.is_trial else "event-sale",
        title=translate.plan_title(notice.titles, notice.plan_code),
        price=Money(notice.price_kopecks, base),
        who=full_name(notice.tg_id, notice.username),
    )
    return Screen(text, keyboard(customer_row(notice.tg_id, translate), admin_row(translate)))


def _staff_acted(notice: StaffActed, translate: Translator) -> Screen:
    text = translate(
        "event-staff",
        who=actor_name(notice.actor, notice.username, translate),
        what=action_name(notice.action, translate),
        subject=subject_name(notice.subject, translate),
        reason=code(notice.reason, _REASON_CHARS) if notice.reason else Html("—"),
    )
    row = customer_row(notice.customer, translate) if notice.customer is not None and notice.customer > 0 else ()
    return Screen(text, keyboard(row, admin_row(translate)))


def _day_summary(notice: DaySummary, translate: Translator, base: Currency) -> Screen:
    arrived = [_arrived(one, translate) for one in notice.arrived] or [translate("summary-nothing-arrived")]
    waits = notice.unmatched + notice.undelivered + notice.open_cases
    return Screen(
        paragraphs(
            translate(
                "summary",
                day=notice.day_at,
                users=notice.new_users,
                trials=notice.trials,
                sales=notice.sales,
                renewals=notice.renewals,
                total=Money(max(0, notice.sales_kopecks), base),
            ),
            lines(translate("summary-arrived"), *arrived),
            _waits(notice, translate) if waits else translate("summary-nothing-waits"),
        ),
        keyboard(
            tap(translate.label("b-waiting"), SeeWaiting(0)) if notice.undelivered else (),
            tap(translate.label("b-nameless"), SeeNameless(0)) if notice.unmatched else (),
            tap(translate.label("b-cases"), SeeCases(0)) if notice.open_cases else (),
            admin_row(translate),
        ),
    )


def _arrived(one: MethodTotal, translate: Translator) -> Html:
    amount = format_asset_amount(one.asset, one.units, translate.language)
    return translate("summary-method", method=translate.method(one.method), count=one.count, amount=amount)


def _waits(notice: DaySummary, translate: Translator) -> Html:
    return translate(
        "summary-waits", unmatched=notice.unmatched, undelivered=notice.undelivered, cases=notice.open_cases
    )


def _chat_lost(notice: ShopChatLost, translate: Translator) -> Screen:
    purpose = notice.purpose if notice.purpose in _PURPOSES else Purpose.ALERTS
    text = translate("chat-lost", purpose=translate.label(f"chat-purpose-{purpose}"), title=notice.title)
    return Screen(text, keyboard(tap(translate.label("b-shop-chats"), SeeShopChats()), admin_row(translate)))
