"""Notices of what the staff did: to the customer, and to the other admins."""

from dataclasses import replace

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_change
from orbit_adapters.telegram.people import full_name
from orbit_adapters.telegram.screen import Screen, TapButton, keyboard
from orbit_adapters.telegram.screens.buttons import connect_row, home_row
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import ConfirmAdjustment, RejectAdjustment
from orbit_domain.money import Currency
from orbit_domain.notice.adjustment_asked import AdjustmentAsked
from orbit_domain.notice.days_granted import DaysGranted

StaffNotice = DaysGranted | AdjustmentAsked


def staff_notice_screen(notice: StaffNotice, translate: Translator, base: Currency) -> Screen:
    """*notice* with the texts of *translate*, and amounts in *base*. Its message stays."""
    match notice:
        case DaysGranted():
            return replace(_days_granted(notice, translate), kept=True)
        case AdjustmentAsked():
            return replace(_adjustment_asked(notice, translate, base), kept=True)


def _days_granted(notice: DaysGranted, translate: Translator) -> Screen:
    text = translate("notice-days-granted", days=notice.days, end=notice.ends_at, reason=notice.reason)
    return Screen(text, keyboard(connect_row(translate), home_row(translate)))


def _adjustment_asked(notice: AdjustmentAsked, translate: Translator, base: Currency) -> Screen:
    text = translate(
        "notice-adjustment-asked",
        admin=notice.admin,
        change=format_change(notice.change_kopecks, base, translate.language),
        who=full_name(notice.tg_id, notice.username),
        reason=notice.reason,
    )
    agree = TapButton(translate.label("b-agree-plain"), ConfirmAdjustment(notice.adjustment_id))
    refuse = TapButton(translate.label("b-refuse-plain"), RejectAdjustment(notice.adjustment_id))
    return Screen(text, keyboard((agree, refuse), admin_row(translate)))
