"""One invoice: what to send, what has arrived, what is missing, and what happens when it is late or short."""

from orbit_adapters.telegram.callbacks import (
    Callback,
    CancelPayment,
    PayBy,
    SeeBalance,
    SeeCheckout,
    SeePayment,
    TopUpBy,
)
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import decimal
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import CopyButton, Row, Screen, TapButton, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, connect_row, home_row
from orbit_domain.money import Money
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.use_cases.show_payment import PaymentView


def payment_screen(view: PaymentView) -> Screen:
    """The invoice in its present state."""
    translate = Translator(view.user.language)
    match view.payment.status:
        case PaymentStatus.CONFIRMED:
            return _confirmed(view, translate)
        case PaymentStatus.PENDING if view.now < view.payment.expires_at:
            return _instructions_for_rest(view, translate) if view.received.units else _instructions(view, translate)
        case PaymentStatus.PENDING:
            return _over(view, translate)
        case _:
            return Screen(
                translate("payment-closed", comment=code(view.invoice.comment)), _new_invoice_rows(view, translate)
            )


def checked_screen(view: PaymentView) -> Screen:
    """The invoice after "I have paid": the same screen with a toast about what was found."""
    screen = payment_screen(view)
    if view.payment.status is not PaymentStatus.PENDING:
        return screen
    translate = Translator(view.user.language)
    return screen.with_toast(translate.label("payment-part-toast" if view.received.units else "payment-not-seen"))


def _instructions(view: PaymentView, translate: Translator) -> Screen:
    """Everything to pay by hand, by the wallet link, or by QR code."""
    invoice, due = view.invoice, view.invoice.amount
    return Screen(
        translate(
            "payment-ask",
            purpose=_purpose(view, translate),
            amount=_exact(due, translate),
            address=code(invoice.address),
            comment=code(invoice.comment),
            left=translate.time_left(view.payment.expires_at, view.now),
        ),
        keyboard(
            link(translate.label("b-open-wallet"), invoice.wallet_url),
            _copy_row(view, due, translate),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_exit_rows(view, translate),
        ),
        qr_png(invoice.transfer_uri),
    )


def _instructions_for_rest(view: PaymentView, translate: Translator) -> Screen:
    """Only the rest, by hand: the wallet link and the QR code would ask for the full amount again."""
    return Screen(
        translate(
            "payment-part",
            received=view.received,
            amount=_exact(view.missing, translate),
            address=code(view.invoice.address),
            comment=code(view.invoice.comment),
            left=translate.time_left(view.payment.expires_at, view.now),
        ),
        keyboard(
            _copy_row(view, view.missing, translate),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_exit_rows(view, translate),
        ),
    )


def _over(view: PaymentView, translate: Translator) -> Screen:
    if view.received.units:
        text = translate("payment-over-part", received=view.received)
    else:
        text = translate("payment-over", comment=code(view.invoice.comment))
    return Screen(
        text, keyboard(tap(translate.label("b-paid"), SeePayment(view.payment.id)), *_new_invoice_rows(view, translate))
    )


def _confirmed(view: PaymentView, translate: Translator) -> Screen:
    balance = view.user.balance
    if view.order is None or view.order.state in (OrderState.CANCELLED, OrderState.REFUNDED):
        return Screen(
            translate("payment-confirmed-balance", balance=balance), keyboard(back_row(translate, SeeBalance()))
        )
    title = translate.plan_title(view.order.terms.titles, view.order.terms.code)
    if view.order.is_open:
        return Screen(
            translate("payment-confirmed-waiting", balance=balance, title=title),
            keyboard(tap(translate.label("b-open-order"), SeeCheckout(view.order.id)), home_row(translate)),
        )
    return Screen(
        translate("payment-confirmed-order", title=title), keyboard(connect_row(translate), home_row(translate))
    )


def _purpose(view: PaymentView, translate: Translator) -> Html:
    if view.order is None:
        return translate("payment-for-balance", amount=view.payment.amount)
    return translate("payment-for-order", title=translate.plan_title(view.order.terms.titles, view.order.terms.code))


def _exact(amount: Money, translate: Translator) -> Html:
    """A tap copies the number alone; the ticker stands beside it."""
    number = decimal(amount.units, amount.currency.decimals)
    ticker = translate.amount(amount).removeprefix(number).strip()
    return Html(f"{code(number)} {escape_html(ticker)}")


def _copy_row(view: PaymentView, amount: Money, translate: Translator) -> Row:
    number = decimal(amount.units, amount.currency.decimals)
    buttons: list[CopyButton | TapButton] = []
    for label, copied in (
        ("b-copy-amount", number),
        ("b-copy-address", view.invoice.address),
        ("b-copy-comment", view.invoice.comment),
    ):
        buttons += [button for button in copy(translate.label(label), copied) if isinstance(button, CopyButton)]
    return tuple(buttons)


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
