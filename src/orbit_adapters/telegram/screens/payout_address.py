"""Where money is to go back: the question, the address in full, and for the owner what to send there."""

from orbit_adapters.telegram.callbacks import AskPayoutAddress, ConfirmPayoutAddress, UseSenderAddress
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Screen, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import home_row, paragraphs
from orbit_domain.use_cases.check_payout_address import CheckedAddress
from orbit_domain.use_cases.show_payout_question import PayoutQuestion
from orbit_domain.use_cases.take_payout_link import PayoutLink

_CHARS = 200


def ask_address_screen(question: PayoutQuestion) -> Screen:
    """Ask for the address; that it came from is offered, as nobody but the customer knows whose it is."""
    translate = Translator(question.user.language)
    given = translate("payout-address-given-before", address=code(question.given, _CHARS)) if question.given else ""
    sender = translate("payout-address-sender", address=code(question.sender, _CHARS)) if question.sender else ""
    sender_row = tap(translate.label("b-payout-sender"), UseSenderAddress(question.payment_id))
    return Screen(
        paragraphs(translate("payout-address-ask", amount=question.amount), sender, given),
        keyboard(sender_row if question.sender else (), home_row(translate)),
    )


def confirm_address_screen(checked: CheckedAddress) -> Screen:
    """The address in full, as it will be sent to, and the button that says that it is right."""
    translate = Translator(checked.user.language)
    text = paragraphs(
        translate("payout-address-confirm", amount=checked.amount, address=code(checked.address, _CHARS)),
        _memo(checked.memo, translate),
        translate("payout-address-of-exchange") if checked.is_sender else "",
    )
    return Screen(
        text,
        keyboard(
            tap(translate.label("b-payout-confirm"), ConfirmPayoutAddress(checked.payment_id, checked.stamp)),
            tap(translate.label("b-payout-other"), AskPayoutAddress(checked.payment_id)),
            home_row(translate),
        ),
    )


def address_given_screen(checked: CheckedAddress) -> Screen:
    """It is recorded; it may be changed until the owner takes the link."""
    translate = Translator(checked.user.language)
    text = paragraphs(
        translate("payout-address-given", amount=checked.amount, address=code(checked.address, _CHARS)),
        _memo(checked.memo, translate),
    )
    other_row = tap(translate.label("b-payout-other"), AskPayoutAddress(checked.payment_id))
    return Screen(text, keyboard(other_row, home_row(translate)))


def payout_link_screen(view: PayoutLink) -> Screen:
    """For the owner: what to send, who has given the address, and the link that fills it in."""
    translate, transfer = Translator(view.admin.language), view.asked.transfer
    text = translate(
        "payout-link",
        amount=transfer.amount,
        address=code(transfer.address, _CHARS),
        comment=code(transfer.reference, _CHARS),
        who=str(view.asked.payout.tg_id),
        giver="customer" if view.given is not None else "owner",
    )
    return Screen(
        text,
        keyboard(
            link(translate.label("b-payout-wallet"), transfer.wallet_url),
            copy(translate.label("b-copy-address"), transfer.address),
            copy(translate.label("b-copy-comment"), transfer.reference),
            home_row(translate),
        ),
        kept=True,
    )


def _memo(memo: str, translate: Translator) -> Html | str:
    return translate("payout-address-memo", memo=code(memo, _CHARS)) if memo else ""
