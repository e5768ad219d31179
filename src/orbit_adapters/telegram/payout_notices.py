"""What becomes of payouts, as screens: for the customer whose money goes back, and for the owner who sends it."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_asset_amount
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Screen, copy, keyboard
from orbit_adapters.telegram.screens.buttons import home_row
from orbit_domain.money import Currency, Money
from orbit_domain.notice.payout_notices import PayoutNotice, PayoutProblem, PayoutReturned, PayoutSent

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
