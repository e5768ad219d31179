"""Claims on transfers and questions of customers: what the owner is asked, and what the customer hears."""

from dataclasses import replace

from orbit_adapters.telegram.callbacks import ApproveClaim, RejectClaim, SeePaySupport, WriteToOwner
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_asset_amount
from orbit_adapters.telegram.people import full_name, short_name
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row, customer_row
from orbit_adapters.telegram.screens.payment_facts import facts_text
from orbit_adapters.telegram.support_callbacks import AnswerCustomer, CloseOwnCase, SeeCase
from orbit_domain.ids import CaseId, ClaimId, TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.notice.claim_notices import ClaimRejected
from orbit_domain.notice.notice import ArrivedTransfer, ReceiptClaimed
from orbit_domain.notice.questions import CustomerWrote, OwnerAnswered

_COMMENT_CHARS = 200
_TEXT_CHARS = 2_000

ClaimNotice = ReceiptClaimed | ClaimRejected | CustomerWrote | OwnerAnswered


def claim_notice_screen(notice: ClaimNotice, translate: Translator, base: Currency) -> Screen:
    """*notice* with the texts of *translate*, and amounts in *base*.

    Its message stays: what was asked remains beside the answer.
    """
    return replace(_screen(notice, translate, base), kept=True)


def _screen(notice: ClaimNotice, translate: Translator, base: Currency) -> Screen:
    match notice:
        case ReceiptClaimed():
            return _receipt_claimed(notice, translate, base)
        case ClaimRejected():
            return _claim_rejected(notice, translate)
        case CustomerWrote():
            return _customer_wrote(notice, translate)
        case OwnerAnswered():
            return _owner_answered(notice, translate)


def _receipt_claimed(notice: ReceiptClaimed, translate: Translator, base: Currency) -> Screen:
    """For the owner: who claims what, the transfer beside it, and the two decisions."""
    claim_id, transfer = ClaimId(notice.claim_id), notice.transfer
    name = short_name(notice.tg_id, notice.username)
    text = translate(
        "notice-claimed", who=full_name(notice.tg_id, notice.username), typed=code(notice.typed, _COMMENT_CHARS)
    )
    facts = (translate("claim-not-arrived"),) if transfer is None else _facts(transfer, translate, base)
    return Screen(
        paragraphs(text, *facts),
        keyboard(
            tap(translate.label("b-give-to", name=name), ApproveClaim(claim_id)) if transfer is not None else (),
            tap(translate.label("b-reject"), RejectClaim(claim_id)),
            _answer_row(notice.tg_id, notice.username, translate),
            home_row(translate),
        ),
    )


def _facts(transfer: ArrivedTransfer, translate: Translator, base: Currency) -> tuple[Html | str, ...]:
    arrived = translate(
        "claim-transfer",
        amount=format_asset_amount(transfer.asset, transfer.units, translate.language),
        moment=translate.moment(transfer.occurred_at),
        sender=code(transfer.sender) if transfer.sender else translate("unknown-sender"),
        comment=code(transfer.comment, _COMMENT_CHARS) if transfer.comment.strip() else translate("no-comment"),
    )
    others = translate("claim-others", count=transfer.others) if transfer.others else ""
    return arrived, _fit(transfer, translate, base), others, translate("claim-advice")


def _fit(transfer: ArrivedTransfer, translate: Translator, base: Currency) -> Html:
    if transfer.fits_kopecks is None:
        return translate("claim-fits-none")
    price = Money(transfer.fits_kopecks, base)
    if not transfer.plan_code:
        return translate("claim-fits-balance", price=price)
    return translate("claim-fits", title=translate.plan_title(transfer.titles, transfer.plan_code), price=price)


def _customer_wrote(notice: CustomerWrote, translate: Translator) -> Screen:
    """For the staff: what a customer asks, what is known of it, and the ways to answer."""
    text = translate(
        "notice-missed-money" if notice.is_payment else "notice-question",
        who=full_name(notice.tg_id, notice.username),
        text=escape_html(notice.text, _TEXT_CHARS),
    )
    facts = facts_text(notice.facts, translate) if notice.is_payment else ""
    case = tap(translate.label("b-case"), SeeCase(CaseId(notice.case_id))) if notice.case_id is not None else ()
    return Screen(
        paragraphs(text, facts),
        keyboard(
            _answer_row(notice.tg_id, notice.username, translate),
            (*case, *customer_row(notice.tg_id, translate)),
            admin_row(translate),
        ),
    )


def _answer_row(tg_id: int, username: str | None, translate: Translator) -> Row:
    """The bot passes the answer on: a link to a user without a username doesn't work."""
    label = translate.label("b-write-to", name=short_name(tg_id, username))
    return tap(label, AnswerCustomer(TelegramId(tg_id)))


def _claim_rejected(notice: ClaimRejected, translate: Translator) -> Screen:
    """For the customer: what wasn't found, and how to reach a person."""
    return Screen(
        translate("notice-claim-rejected", typed=code(notice.typed, _COMMENT_CHARS)),
        keyboard(tap(translate.label("b-payment-problem"), SeePaySupport()), home_row(translate)),
    )


def _owner_answered(notice: OwnerAnswered, translate: Translator) -> Screen:
    """For the customer: the answer, how to go on writing, and how to say that it is settled."""
    solved = (
        tap(translate.label("b-solved"), CloseOwnCase(CaseId(notice.case_id))) if notice.case_id is not None else ()
    )
    return Screen(
        translate("notice-answer", text=escape_html(notice.text, _TEXT_CHARS)),
        keyboard((*tap(translate.label("b-write-again"), WriteToOwner()), *solved), home_row(translate)),
    )
