"""One bill: what to send, what has come, what is missing, and what happens when it is late or short."""

from orbit_adapters.telegram.callbacks import Callback, DropPayment, PayBy, SeeBalance, SeeCheckout, SeePayment, TopUpBy
from orbit_adapters.telegram.clean import Html, code, html
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import CopyButton, Row, Screen, TapButton, copy, keyboard, link, tap
from orbit_adapters.telegram.screens.rows import back_row, connect_row, home_row
from orbit_adapters.telegram.sums import decimal
from orbit_adapters.telegram.titles import title_of
from orbit_domain.money import Money
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.use_cases.show_payment import PaymentView


def payment_screen(view: PaymentView) -> Screen:
    """The bill as it stands now."""
    say = Say(view.user.language)
    match view.payment.status:
        case PaymentStatus.CONFIRMED:
            return _confirmed(view, say)
        case PaymentStatus.PENDING if view.now < view.payment.expires_at:
            return _part(view, say) if view.received.units else _ask(view, say)
        case PaymentStatus.PENDING:
            return _over(view, say)
        case _:
            return Screen(say("payment-closed", comment=code(view.invoice.comment)), _again(view, say))


def checked_screen(view: PaymentView) -> Screen:
    """The bill after a customer said it is paid: the same, with a word about what was found."""
    screen = payment_screen(view)
    if view.payment.status is not PaymentStatus.PENDING:
        return screen
    say = Say(view.user.language)
    return screen.hinting(say.label("payment-part-toast" if view.received.units else "payment-not-seen"))


def _ask(view: PaymentView, say: Say) -> Screen:
    """Everything to send it by hand, by one tap, or by camera."""
    invoice, due = view.invoice, view.invoice.amount
    return Screen(
        say(
            "payment-ask",
            purpose=_purpose(view, say),
            sum=_exact(due, say),
            address=code(invoice.address),
            comment=code(invoice.comment),
            left=say.left(view.payment.expires_at, view.now),
        ),
        keyboard(
            link(say.label("b-open-wallet"), invoice.wallet_url),
            _copies(view, due, say),
            tap(say.label("b-paid"), SeePayment(view.payment.id)),
            *_ways_out(view, say),
        ),
        qr_png(invoice.transfer_uri),
    )


def _part(view: PaymentView, say: Say) -> Screen:
    """Only the rest, by hand: the wallet link and the picture would ask for the whole again."""
    return Screen(
        say(
            "payment-part",
            received=view.received,
            sum=_exact(view.missing, say),
            address=code(view.invoice.address),
            comment=code(view.invoice.comment),
            left=say.left(view.payment.expires_at, view.now),
        ),
        keyboard(
            _copies(view, view.missing, say),
            tap(say.label("b-paid"), SeePayment(view.payment.id)),
            *_ways_out(view, say),
        ),
    )


def _over(view: PaymentView, say: Say) -> Screen:
    if view.received.units:
        text = say("payment-over-part", received=view.received)
    else:
        text = say("payment-over", comment=code(view.invoice.comment))
    return Screen(text, keyboard(tap(say.label("b-paid"), SeePayment(view.payment.id)), *_again(view, say)))


def _confirmed(view: PaymentView, say: Say) -> Screen:
    balance = view.user.balance
    if view.order is None or view.order.state in (OrderState.CANCELLED, OrderState.REFUNDED):
        return Screen(say("payment-confirmed-balance", balance=balance), keyboard(back_row(say, SeeBalance())))
    title = title_of(view.order.terms.titles, view.order.terms.code, say.language)
    if view.order.is_open:
        return Screen(
            say("payment-confirmed-waiting", balance=balance, title=title),
            keyboard(tap(say.label("b-open-order"), SeeCheckout(view.order.id)), home_row(say)),
        )
    return Screen(say("payment-confirmed-order", title=title), keyboard(connect_row(say), home_row(say)))


def _purpose(view: PaymentView, say: Say) -> Html:
    if view.order is None:
        return say("payment-for-balance", amount=view.payment.amount)
    return say("payment-for-order", title=title_of(view.order.terms.titles, view.order.terms.code, say.language))


def _exact(amount: Money, say: Say) -> Html:
    """The number alone copies on a tap; the ticker stands beside it."""
    number = decimal(amount.units, amount.currency.decimals)
    ticker = say.sum(amount).removeprefix(number).strip()
    return Html(f"{code(number)} {html(ticker)}")


def _copies(view: PaymentView, amount: Money, say: Say) -> Row:
    number = decimal(amount.units, amount.currency.decimals)
    buttons: list[CopyButton | TapButton] = []
    for label, copied in (
        ("b-copy-amount", number),
        ("b-copy-address", view.invoice.address),
        ("b-copy-comment", view.invoice.comment),
    ):
        buttons += [button for button in copy(say.label(label), copied) if isinstance(button, CopyButton)]
    return tuple(buttons)


def _origin(view: PaymentView) -> Callback:
    return SeeCheckout(view.payment.order_id) if view.payment.order_id else SeeBalance()


def _ways_out(view: PaymentView, say: Say) -> tuple[Row, Row]:
    return tap(say.label("b-drop-payment"), DropPayment(view.payment.id)), back_row(say, _origin(view))


def _again(view: PaymentView, say: Say) -> tuple[Row, Row]:
    payment = view.payment
    asking: Callback = TopUpBy(payment.amount.units, payment.method)
    if payment.order_id is not None:
        asking = PayBy(payment.order_id, payment.method)
    return tap(say.label("b-ask-again"), asking), back_row(say, _origin(view))
