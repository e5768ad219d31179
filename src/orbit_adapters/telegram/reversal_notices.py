"""Notices of money that has gone back, as screens: the owner's with the command that shows more."""

from orbit_adapters.telegram.callbacks import SeeHelp
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_asset_amount
from orbit_adapters.telegram.people import full_name
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Screen, copy, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row, lines, paragraphs
from orbit_domain.money import Currency, Money
from orbit_domain.notice.reversal_notices import MoneyReversed, MoneyTakenBack, ReversalNotice


def reversal_screen(notice: ReversalNotice, translate: Translator, base: Currency) -> Screen:
    """*notice* with the texts of *translate*. Amounts of the shop are in *base*."""
    match notice:
        case MoneyReversed():
            return _money_reversed(notice, translate, base)
        case MoneyTakenBack():
            return _money_taken_back(notice, translate, base)


def _money_reversed(notice: MoneyReversed, translate: Translator, base: Currency) -> Screen:
    command = "orbit unmatched list" if notice.tg_id is None else f"orbit explain {notice.tg_id}"
    unknown = notice.tg_id is None
    who = translate("unknown-sender") if notice.tg_id is None else full_name(notice.tg_id, notice.username)
    text = translate(
        "notice-reversed",
        amount=format_asset_amount(notice.asset, notice.units, translate.language),
        method=translate.method(notice.method),
        user=who,
        ref=code(notice.external_id),
    )
    done = translate("reversed-unmatched") if unknown else _done(notice, translate, base)
    shown = paragraphs(text, done, translate("reversed-next", command=code(command)))
    return Screen(shown, keyboard(copy(translate.label("b-copy-command"), command), home_row(translate)), kept=True)


def _done(notice: MoneyReversed, translate: Translator, base: Currency) -> Html:
    """What the ledger says of it."""
    return lines(
        translate("reversed-value", value=Money(notice.value_kopecks, base)),
        translate("reversed-stopped", count=str(notice.stopped)) if notice.stopped else "",
        translate("reversed-shortened", count=str(notice.shortened)) if notice.shortened else "",
        translate("reversed-owed", owed=Money(notice.owed_kopecks, base)) if notice.owed_kopecks else "",
    )


def _money_taken_back(notice: MoneyTakenBack, translate: Translator, base: Currency) -> Screen:
    text = translate(
        "notice-taken-back", method=translate.method(notice.method), value=Money(notice.value_kopecks, base)
    )
    ended = _ended(notice, translate) if notice.stopped else ""
    balance = translate("taken-back-balance", balance=Money(notice.balance_kopecks, base))
    owed = translate("taken-back-owed", owed=Money(notice.owed_kopecks, base)) if notice.owed_kopecks else ""
    help_row = tap(translate.label("b-help"), SeeHelp())
    return Screen(paragraphs(text, ended, lines(balance, owed)), keyboard(help_row, home_row(translate)), kept=True)


def _ended(notice: MoneyTakenBack, translate: Translator) -> Html:
    if notice.is_over or notice.ends_at is None:
        return translate("taken-back-over")
    return translate("taken-back-until", end=notice.ends_at)
