"""What becomes of payouts, as screens: for the customer whose money goes back, and for the owner who sends it."""

from orbit_adapters.telegram.callbacks import AskPayoutAddress, TakePayoutLink
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_asset_amount
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Screen, copy, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row, paragraphs
from orbit_domain.ids import PaymentId
from orbit_domain.money import Currency, Money
from orbit_domain.notice.payout_notices import (
    PayoutAddressGiven,
    PayoutAddressWanted,
    PayoutNotice,
    PayoutProblem,
    PayoutReturned,
    PayoutSent,
)

_PROBLEMS = frozenset({"amount", "destination", "came_back", "sent", "cancelled", "returned"})
_REF_CHARS = 400


def payout_notice_screen(notice: PayoutNotice, translate: Translator, base: Currency) -> Screen:
    """*notice* with the texts of *translate*. Worths are in *base*, the shop's currency."""
    match notice:
        case PayoutSent():
            amount = format_asset_amount(notice.asset, notice.units, translate.language)
            text = translate("notice-payout-sent", amount=amount, comment=code(notice.comment, 200))
            return Screen(text, keyboard(home_row(translate)), kept=True)
        case PayoutReturned():
            text = translate("notice-payout-returned", amount=Money(notice.value_kopecks, base))
            return Screen(text, keyboard(home_row(translate)), kept=True)
        case PayoutProblem():
            return _problem(notice, translate)
        case PayoutAddressWanted():
            return _wanted(notice, translate)
        case PayoutAddressGiven():
            return _given(notice, translate)


def _wanted(notice: PayoutAddressWanted, translate: Translator) -> Screen:
    amount = format_asset_amount(notice.asset, notice.units, translate.language)
    ask_row = tap(translate.label("b-payout-address"), AskPayoutAddress(PaymentId(notice.payment_id)))
    return Screen(
        translate("notice-payout-address-wanted", amount=amount), keyboard(ask_row, home_row(translate)), kept=True
    )


def _given(notice: PayoutAddressGiven, translate: Translator) -> Screen:
    text = translate(
        "notice-payout-address-given",
        who=str(notice.tg_id),
        amount=format_asset_amount(notice.asset, notice.units, translate.language),
        address=code(notice.address, 200),
    )
    memo = translate("payout-address-memo", memo=code(notice.memo, 200)) if notice.memo else ""
    take_row = tap(translate.label("b-payout-take"), TakePayoutLink(PaymentId(notice.payment_id)))
    return Screen(paragraphs(text, memo), keyboard(take_row, home_row(translate)), kept=True)


def _problem(notice: PayoutProblem, translate: Translator) -> Screen:
    problem = notice.problem if notice.problem in _PROBLEMS else "other"
    command = f"orbit explain {notice.tg_id}" if problem == "came_back" else "orbit payouts list"
    text = translate(
        "notice-payout-problem",
        problem=translate.label(f"payout-problem-{problem.replace('_', '-')}"),
        amount=format_asset_amount(notice.asset, notice.units, translate.language),
        asked=format_asset_amount(notice.asset, notice.asked_units, translate.language),
        comment=code(notice.comment, 200),
        ref=code(notice.ref, _REF_CHARS),
        who=str(notice.tg_id),
        command=code(command),
    )
    return Screen(text, keyboard(copy(translate.label("b-copy-command"), command), home_row(translate)), kept=True)
