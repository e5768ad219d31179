"""The help, and the help about a payment that isn't visible."""

import re

from orbit_adapters.telegram.callbacks import (
    ClaimTransfer,
    SeeBalance,
    SeeHome,
    SeePayment,
    SeePaySupport,
    WriteToOwner,
)
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import method_name
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, connect_row, lines, paragraphs, terms_row
from orbit_adapters.telegram.support_callbacks import ReportPayment
from orbit_domain.payment.payment import TON_METHOD, Payment
from orbit_domain.use_cases.show_home import Home
from orbit_domain.use_cases.show_payment_help import PaymentHelp

_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}", re.ASCII)


def help_screen(home: Home) -> Screen:
    """Answers by problem, and whom to write to: without a support account the bot passes on what is written."""
    translate = Translator(home.user.language)
    number = code(str(home.user.tg_id))
    return Screen(
        paragraphs(
            translate("help", problem=translate.label("b-payment-problem"), coin=method_name(TON_METHOD)),
            translate("help-number", number=number),
        ),
        keyboard(
            connect_row(translate),
            tap(translate.label("b-payment-problem"), SeePaySupport()),
            tap(translate.label("b-no-comment"), ClaimTransfer()),
            support_row(home.support, translate),
            terms_row(home.terms, translate),
            back_row(translate, SeeHome())[:1],
        ),
    )


def paysupport_screen(seen: PaymentHelp, support: str) -> Screen:
    """Money that isn't visible: what the shop sees, what that means, the step that helps, and a way to a person."""
    translate = Translator(seen.user.language)
    number = code(str(seen.user.tg_id))
    found = [_payment(one, translate) for one in seen.payments]
    return Screen(
        paragraphs(
            translate("paysupport", balance=seen.user.balance, paid=translate.label("b-paid")),
            lines(translate("paysupport-seen"), *found) if found else translate("paysupport-nothing"),
            translate("paysupport-write", number=number),
        ),
        keyboard(
            *(_invoice_row(one, translate) for one in seen.payments if one.is_open),
            tap(translate.label("b-no-comment"), ClaimTransfer()),
            tap(translate.label("b-refresh"), SeePaySupport()),
            tap(translate.label("b-balance", balance=seen.user.balance), SeeBalance()),
            tap(translate.label("b-report-payment"), ReportPayment()),
            support_row(support, translate),
            back_row(translate, SeeHome())[:1],
        ),
    )


def _payment(payment: Payment, translate: Translator) -> Html:
    """One request for money, and what its state means for who has paid it."""
    return translate(
        f"paysupport-{payment.status}",
        amount=payment.amount,
        method=translate.method(payment.method),
        moment=translate.moment(payment.created_at),
    )


def _invoice_row(payment: Payment, translate: Translator) -> Row:
    return tap(translate.label("b-see-invoice", amount=payment.amount), SeePayment(payment.id))


def _is_username(support: str) -> bool:
    return bool(_USERNAME.fullmatch(support.removeprefix("@")))


def support_row(support: str, translate: Translator) -> Row:
    """The way to the support: its account, or the bot, which passes on what is written."""
    if not _is_username(support):
        return tap(translate.label("b-support"), WriteToOwner())
    return link(translate.label("b-support"), f"https://t.me/{support.removeprefix('@')}")
