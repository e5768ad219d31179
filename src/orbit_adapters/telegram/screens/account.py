"""An account is deleted: what that means, the question, and what is seen afterwards."""

from orbit_adapters.telegram.account_callbacks import AskDeletion, DeleteAccount, SeeDeletion, StartAgain
from orbit_adapters.telegram.callbacks import SeeHome, SeePayment, SeeSettings
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_adapters.telegram.screens.help import support_row
from orbit_domain.use_cases.show_deletion import Deletion


def deletion_screen(view: Deletion, support: str) -> Screen:
    """What is erased, what the ledger keeps, and what would be lost, each with the way to save it first."""
    translate = Translator(view.customer.user.language)
    pending = view.pending
    return Screen(
        paragraphs(
            translate("deletion"),
            lines(_time(view, translate), _balance(view, translate), *_open(view, translate)),
            translate("deletion-chat"),
        ),
        keyboard(
            tap(translate.label("b-deletion-payment"), SeePayment(pending.id)) if pending is not None else (),
            support_row(support, translate) if _is_owed(view) else (),
            tap(translate.label("b-deletion-go-on"), AskDeletion()),
            back_row(translate, SeeSettings()),
        ),
    )


def ask_deletion_screen(view: Deletion) -> Screen:
    """The question. Its yes is for what the customer has now, and for a quarter of an hour."""
    translate, consent = Translator(view.customer.user.language), view.consent
    return Screen(
        paragraphs(translate("deletion-ask"), lines(_time(view, translate), _balance(view, translate))),
        keyboard(
            tap(translate.label("b-deletion-yes"), DeleteAccount(consent.shown_at, consent.stamp)),
            tap(translate.label("b-deletion-no"), SeeHome()),
            back_row(translate, SeeDeletion())[:1],
        ),
    )


def deleted_screen(translate: Translator) -> Screen:
    """All that is seen until the customer starts again."""
    screen = Screen(translate("deleted"), keyboard(tap(translate.label("b-start-again"), StartAgain())))
    return screen.with_toast(translate.label("deleted-toast"))


def _is_owed(view: Deletion) -> bool:
    return not view.customer.user.balance.is_zero or view.claims > 0


def _time(view: Deletion, translate: Translator) -> Html | str:
    ends_at = view.customer.subscription.ends_at
    if ends_at is None or ends_at <= view.now:
        return ""
    return translate("deletion-time", left=translate.time_left(ends_at, view.now), end=translate.day(ends_at))


def _balance(view: Deletion, translate: Translator) -> Html | str:
    balance = view.customer.user.balance
    return "" if balance.is_zero else translate("deletion-balance", balance=balance)


def _open(view: Deletion, translate: Translator) -> tuple[Html | str, ...]:
    pending = view.pending
    return (
        translate("deletion-pending", amount=pending.amount) if pending is not None else "",
        translate("deletion-claims") if view.claims else "",
    )
