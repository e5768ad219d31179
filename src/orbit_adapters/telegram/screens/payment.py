"""One invoice: what to send, what has arrived, what is missing, and what happens when it is late or short."""

from dataclasses import replace

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.callbacks import (
    CancelPayment,
    ClaimTransfer,
    PayBy,
    SeeBalance,
    SeeCheckout,
    SeePayment,
    TopUpBy,
)
from orbit_adapters.telegram.gift_callbacks import SeeGift
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import decimal
from orbit_adapters.telegram.picture import Picture, picture_png
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import Row, Screen, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, connect_row, home_row, paragraphs
from orbit_domain.money import Money
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.ports import InAppInvoice, Link, Transfer
from orbit_domain.use_cases.show_payment import InvoiceState, PaymentView


def payment_screen(view: PaymentView) -> Screen:
    """The invoice as its message has to show it now. Its buttons open other screens in a new message."""
    return replace(_by_state(view, Translator(view.user.language)), kept=True)


def replaced_screen(view: PaymentView) -> Screen:
    """An older message of an invoice that is shown in another one."""
    return replace(_replaced(view, Translator(view.user.language)), kept=True)


def checked_screen(view: PaymentView) -> Screen:
    """The invoice after "I have paid": the same screen with a toast about what was found."""
    screen, translate = payment_screen(view), Translator(view.user.language)
    match view.state:
        case InvoiceState.PART:
            return screen.with_toast(translate.label("payment-part-toast"))
        case InvoiceState.OPEN | InvoiceState.EXPIRED if not view.received.units:
            return _with_claim(screen, view, translate).with_toast(translate.label("payment-not-seen"))
        case _:
            return screen


def _with_claim(screen: Screen, view: PaymentView, translate: Translator) -> Screen:
    """A transfer that isn't seen may have come without its comment; other ways to pay need none."""
    if not isinstance(view.instructions, Transfer):
        return screen
    claim_row = tap(translate.label("b-no-comment"), ClaimTransfer())
    return replace(screen, rows=(*screen.rows[:-1], claim_row, *screen.rows[-1:]))


def _by_state(view: PaymentView, translate: Translator) -> Screen:
    match view.state:
        case InvoiceState.OPEN:
            return _instructions(view, translate)
        case InvoiceState.PART:
            return _instructions_for_rest(view, translate)
        case InvoiceState.ARRIVED:
            return _arrived(view, translate)
        case InvoiceState.PAID:
            return _confirmed(view, translate)
        case InvoiceState.NOT_NEEDED:
            return _not_needed(view, translate)
        case InvoiceState.EXPIRED:
            return _over(view, translate)
        case InvoiceState.CANCELLED:
            return _cancelled(view, translate)
        case InvoiceState.REPLACED:
            return _replaced(view, translate)


def _instructions(view: PaymentView, translate: Translator) -> Screen:
    """Everything to pay: by hand, by the wallet link or by QR code; on the provider's page; or right here."""
    match view.instructions:
        case Transfer() as transfer:
            return _transfer(view, transfer, translate)
        case Link() as page:
            return _page(view, page, translate)
        case InAppInvoice() as invoice:
            return _in_app(view, invoice, translate)
        case _:
            return _over(view, translate)


def _transfer(view: PaymentView, transfer: Transfer, translate: Translator) -> Screen:
    return Screen(
        translate(
            "payment-ask",
            purpose=_purpose(view, translate),
            amount=transfer.amount,
            address=code(transfer.address),
            comment=code(transfer.reference),
            left=translate.time_left(view.payment.expires_at, view.now),
        ),
        keyboard(
            link(translate.label("b-open-wallet"), transfer.wallet_url),
            *_copy_rows(transfer, transfer.amount, translate),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_exit_rows(view, translate),
        ),
        qr_png(transfer.transfer_uri),
    )


def _page(view: PaymentView, page: Link, translate: Translator) -> Screen:
    return Screen(
        translate(
            "payment-ask-page",
            purpose=_purpose(view, translate),
            amount=page.amount,
            url=escape_html(page.url),
            left=translate.time_left(view.payment.expires_at, view.now),
        ),
        keyboard(
            link(translate.label("b-open-page"), page.url),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_exit_rows(view, translate),
        ),
    )


def _in_app(view: PaymentView, invoice: InAppInvoice, translate: Translator) -> Screen:
    return Screen(
        paragraphs(
            translate(
                "payment-ask-in-app",
                purpose=_purpose(view, translate),
                amount=invoice.amount,
                left=translate.time_left(view.payment.expires_at, view.now),
            ),
            translate("payment-in-app-repeats", amount=invoice.amount) if invoice.repeats else "",
        ),
        keyboard(
            link(translate.label("b-pay-in-app", amount=invoice.amount), invoice.url),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_exit_rows(view, translate),
        ),
    )


def _instructions_for_rest(view: PaymentView, translate: Translator) -> Screen:
    """Only the rest, by hand: the wallet link and the QR code would ask for the full amount again."""
    match view.instructions:
        case Transfer() as transfer:
            return _rest_by_transfer(view, transfer, translate)
        case InAppInvoice():
            return _rest_in_new_invoice(view, translate)
        case _:
            return _rest_on_page(view, translate)


def _arrived(view: PaymentView, translate: Translator) -> Screen:
    """A large transfer waits for the word of a second reader: nothing more is asked for."""
    seen_row = tap(translate.label("b-paid"), SeePayment(view.payment.id))
    return Screen(translate("payment-arrived", received=view.received), keyboard(seen_row, home_row(translate)))


def _rest_by_transfer(view: PaymentView, transfer: Transfer, translate: Translator) -> Screen:
    return Screen(
        translate(
            "payment-part",
            received=view.received,
            amount=view.missing,
            address=code(transfer.address),
            comment=code(transfer.reference),
            left=translate.time_left(view.payment.expires_at, view.now),
        ),
        keyboard(
            *_copy_rows(transfer, view.missing, translate),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_exit_rows(view, translate),
        ),
        picture_png(Picture.MORE),
    )


def _rest_on_page(view: PaymentView, translate: Translator) -> Screen:
    url = view.instructions.url if isinstance(view.instructions, Link) else ""
    return Screen(
        translate(
            "payment-part-page",
            received=view.received,
            amount=view.missing,
            left=translate.time_left(view.payment.expires_at, view.now),
        ),
        keyboard(
            link(translate.label("b-open-page"), url) if url else (),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_exit_rows(view, translate),
        ),
        picture_png(Picture.MORE),
    )


def _rest_in_new_invoice(view: PaymentView, translate: Translator) -> Screen:
    """An invoice inside Telegram asks for all or nothing, so the order asks for what is missing."""
    text = translate("payment-part-in-app", received=view.received)
    return Screen(text, keyboard(*_exit_rows(view, translate)), picture_png(Picture.MORE))


def _over(view: PaymentView, translate: Translator) -> Screen:
    if view.received.units:
        text = translate("payment-over-part", received=view.received)
    else:
        text = translate("payment-over", comment=code(view.payment.comment))
    check_row = tap(translate.label("b-paid"), SeePayment(view.payment.id)) if view.payment.is_open else ()
    return Screen(text, keyboard(check_row, *_new_invoice_rows(view, translate)), picture_png(Picture.LATE))


def _cancelled(view: PaymentView, translate: Translator) -> Screen:
    """What the customer was promised: the money stays on the balance until it is spent with a tap."""
    key = "payment-cancelled-topup" if view.order is None else "payment-cancelled"
    text = paragraphs(
        translate("payment-cancelled-title"),
        translate("payment-cancelled-part", received=view.received) if view.received.units else "",
        translate(key, comment=code(view.payment.comment)),
    )
    return Screen(text, _new_invoice_rows(view, translate), picture_png(Picture.CLOSED))


def _replaced(view: PaymentView, translate: Translator) -> Screen:
    text = translate("payment-replaced", comment=code(view.payment.comment))
    return Screen(text, keyboard(home_row(translate)), picture_png(Picture.MOVED))


def _not_needed(view: PaymentView, translate: Translator) -> Screen:
    title = _order_title(view.order, translate) if view.order else ""
    text = translate("payment-not-needed", title=title)
    return Screen(text, keyboard(_bought_row(view.order, translate), home_row(translate)), picture_png(Picture.CLOSED))


def _confirmed(view: PaymentView, translate: Translator) -> Screen:
    picture = picture_png(Picture.DONE)
    if view.order is None or view.order.state in (OrderState.CANCELLED, OrderState.REFUNDED):
        return Screen(translate("payment-confirmed-balance"), keyboard(back_row(translate, SeeBalance())), picture)
    title = _order_title(view.order, translate)
    if view.order.is_open:
        return Screen(
            translate("payment-confirmed-waiting", title=title),
            keyboard(tap(translate.label("b-open-order"), SeeCheckout(view.order.id)), home_row(translate)),
            picture,
        )
    return Screen(
        translate("payment-confirmed-gift" if view.order.is_gift else "payment-confirmed-order", title=title),
        keyboard(_bought_row(view.order, translate), home_row(translate)),
        picture,
    )


def _bought_row(order: Order | None, translate: Translator) -> Row:
    """What was bought: the key, or the link of a gift."""
    if order is not None and order.is_gift:
        return tap(translate.label("b-gift"), SeeGift(order.id))
    return connect_row(translate)


def _order_title(order: Order, translate: Translator) -> str:
    return translate.plan_title(order.terms.titles, order.terms.code)


def _purpose(view: PaymentView, translate: Translator) -> Html:
    if view.order is None:
        return translate("payment-for-balance", amount=view.payment.amount)
    return translate("payment-for-order", title=_order_title(view.order, translate))


def _copy_rows(transfer: Transfer, amount: Money, translate: Translator) -> tuple[Row, Row]:
    """Two rows, so that no label breaks on a phone. The copied number has a point, as wallets accept it."""
    number = decimal(amount.units, amount.currency.decimals)
    amount_button = copy(translate.label("b-copy-amount"), number)
    address_button = copy(translate.label("b-copy-address"), transfer.address)
    return (*amount_button, *address_button), copy(translate.label("b-copy-comment"), transfer.reference)


def _back_target(view: PaymentView) -> Callback:
    return SeeCheckout(view.payment.order_id) if view.payment.order_id else SeeBalance()


def _exit_rows(view: PaymentView, translate: Translator) -> tuple[Row, Row]:
    cancel_row = tap(translate.label("b-cancel-payment"), CancelPayment(view.payment.id))
    return cancel_row, back_row(translate, _back_target(view))


def _new_invoice_rows(view: PaymentView, translate: Translator) -> tuple[Row, Row]:
    payment = view.payment
    request: Callback = TopUpBy(payment.amount.units, payment.method)
    if payment.order_id is not None:
        request = PayBy(payment.order_id, payment.method)
    return tap(translate.label("b-new-invoice"), request), back_row(translate, _back_target(view))
