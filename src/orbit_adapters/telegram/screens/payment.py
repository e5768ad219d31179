"""One bill: what to send, what has come, what is missing, and what happens when it is late or short."""

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
from orbit_adapters.telegram.sanitize import Html, code, html
from orbit_adapters.telegram.screen import CopyButton, Row, Screen, TapButton, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, connect_row, home_row
from orbit_adapters.telegram.titles import title_of
from orbit_domain.money import Money
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.use_cases.show_payment import PaymentView


def payment_screen(view: PaymentView) -> Screen:
    """The bill as it stands now."""
    translate = Translator(view.user.language)
    match view.payment.status:
        case PaymentStatus.CONFIRMED:
            return _confirmed(view, translate)
        case PaymentStatus.PENDING if view.now < view.payment.expires_at:
            return _part(view, translate) if view.received.units else _ask(view, translate)
        case PaymentStatus.PENDING:
            return _over(view, translate)
        case _:
            return Screen(translate("payment-closed", comment=code(view.invoice.comment)), _again(view, translate))


def checked_screen(view: PaymentView) -> Screen:
    """The bill after a customer said it is paid: the same, with a word about what was found."""
    screen = payment_screen(view)
    if view.payment.status is not PaymentStatus.PENDING:
        return screen
    translate = Translator(view.user.language)
    return screen.hinting(translate.label("payment-part-toast" if view.received.units else "payment-not-seen"))


def _ask(view: PaymentView, translate: Translator) -> Screen:
    """Everything to send it by hand, by one tap, or by camera."""
    invoice, due = view.invoice, view.invoice.amount
    return Screen(
        translate(
            "payment-ask",
            purpose=_purpose(view, translate),
            sum=_exact(due, translate),
            address=code(invoice.address),
            comment=code(invoice.comment),
            left=translate.left(view.payment.expires_at, view.now),
        ),
        keyboard(
            link(translate.label("b-open-wallet"), invoice.wallet_url),
            _copies(view, due, translate),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_ways_out(view, translate),
        ),
        qr_png(invoice.transfer_uri),
    )


def _part(view: PaymentView, translate: Translator) -> Screen:
    """Only the rest, by hand: the wallet link and the picture would ask for the whole again."""
    return Screen(
        translate(
            "payment-part",
            received=view.received,
            sum=_exact(view.missing, translate),
            address=code(view.invoice.address),
            comment=code(view.invoice.comment),
            left=translate.left(view.payment.expires_at, view.now),
        ),
        keyboard(
            _copies(view, view.missing, translate),
            tap(translate.label("b-paid"), SeePayment(view.payment.id)),
            *_ways_out(view, translate),
        ),
    )


def _over(view: PaymentView, translate: Translator) -> Screen:
    if view.received.units:
        text = translate("payment-over-part", received=view.received)
    else:
        text = translate("payment-over", comment=code(view.invoice.comment))
    return Screen(text, keyboard(tap(translate.label("b-paid"), SeePayment(view.payment.id)), *_again(view, translate)))


def _confirmed(view: PaymentView, translate: Translator) -> Screen:
    balance = view.user.balance
    if view.order is None or view.order.state in (OrderState.CANCELLED, OrderState.REFUNDED):
        return Screen(
            translate("payment-confirmed-balance", balance=balance), keyboard(back_row(translate, SeeBalance()))
        )
    title = title_of(view.order.terms.titles, view.order.terms.code, translate.language)
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
    return translate(
        "payment-for-order", title=title_of(view.order.terms.titles, view.order.terms.code, translate.language)
    )


def _exact(amount: Money, translate: Translator) -> Html:
    """The number alone copies on a tap; the ticker stands beside it."""
    number = decimal(amount.units, amount.currency.decimals)
    ticker = translate.sum(amount).removeprefix(number).strip()
    return Html(f"{code(number)} {html(ticker)}")


def _copies(view: PaymentView, amount: Money, translate: Translator) -> Row:
    number = decimal(amount.units, amount.currency.decimals)
    buttons: list[CopyButton | TapButton] = []
    for label, copied in (
        ("b-copy-amount", number),
        ("b-copy-address", view.invoice.address),
        ("b-copy-comment", view.invoice.comment),
    ):
        buttons += [button for button in copy(translate.label(label), copied) if isinstance(button, CopyButton)]
    return tuple(buttons)


def _origin(view: PaymentView) -> Callback:
    return SeeCheckout(view.payment.order_id) if view.payment.order_id else SeeBalance()


def _ways_out(view: PaymentView, translate: Translator) -> tuple[Row, Row]:
    return tap(translate.label("b-drop-payment"), CancelPayment(view.payment.id)), back_row(translate, _origin(view))


def _again(view: PaymentView, translate: Translator) -> tuple[Row, Row]:
    payment = view.payment
    asking: Callback = TopUpBy(payment.amount.units, payment.method)
    if payment.order_id is not None:
        asking = PayBy(payment.order_id, payment.method)
    return tap(translate.label("b-ask-again"), asking), back_row(translate, _origin(view))
