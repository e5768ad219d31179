"""What the owner hears of the two readers of a source: that they disagree, or that one stands in for the other."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_asset_amount
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import Screen, copy, keyboard
from orbit_adapters.telegram.screens.paging import admin_row, customer_row
from orbit_domain.notice.reader_notices import MoneyUnconfirmed, ReaderChanged
from orbit_domain.payment.second_word import Verdict


def money_unconfirmed_screen(notice: MoneyUnconfirmed, translate: Translator) -> Screen:
    """Both words, and what becomes of the money."""
    command = f"orbit explain {notice.tg_id}"
    text = translate(
        "notice-unconfirmed-silent" if notice.verdict == Verdict.SILENT else "notice-unconfirmed",
        amount=format_asset_amount(notice.asset, notice.units, translate.language),
        who=str(notice.tg_id),
        ref=code(notice.ref),
        reader=code(notice.reader),
        shown=_shown(notice, translate),
        first=code("ORBIT_TON_API_URL"),
        second=code("ORBIT_TON_SECOND_API_URL"),
        off=code("off"),
        command=code(command),
    )
    return Screen(text, keyboard(customer_row(notice.tg_id, translate), admin_row(translate)), kept=True)


def _shown(notice: MoneyUnconfirmed, translate: Translator) -> Html | str:
    if notice.shown_units is None:
        return escape_html(translate.label("shown-nothing"))
    amount = format_asset_amount(notice.asset, notice.shown_units, translate.language)
    if notice.shown_units == notice.units:
        return translate("shown-otherwise", amount=amount)
    return amount


def reader_changed_screen(notice: ReaderChanged, translate: Translator) -> Screen:
    """Which reader is down since when, or that it is back."""
    text = translate(
        "notice-reader-back" if notice.is_back else "notice-reader-down",
        source=code(notice.source),
        reader=code(notice.reader),
        since=translate.moment(notice.down_at),
        command=code("orbit doctor"),
    )
    return Screen(text, keyboard(copy(translate.label("b-copy-command"), "orbit doctor"), admin_row(translate)))
