"""What a customer reads when the shop says no: what happened, what is safe, and where to go from here."""

from collections.abc import Callable
from typing import Any

from orbit_adapters.telegram.callbacks import AskSum, SeeBalance, SeeCheckout, SeeSettings
from orbit_adapters.telegram.clean import Html, clean, code
from orbit_adapters.telegram.say import Fact, Say
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.rows import connect_row, home_row, plans_row
from orbit_adapters.telegram.sums import method_name
from orbit_domain.errors import Refusal
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.order.order import NoSuchOrder, OrderClosed, OrderState, TrialUsed
from orbit_domain.payment.amount import NotAnAmount
from orbit_domain.payment.payment import AmountOutOfRange, NoSuchPayment
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.plan.plan import NoSuchPlan
from orbit_domain.use_cases.assign_receipt import NotUnmatched, WorthNothing
from orbit_domain.use_cases.request_payment import NothingMissing
from orbit_domain.user.user import NoSuchLanguage, NoSuchUser

_TYPED_CHARS = 40


def refusal_screen(refusal: Refusal, say: Say) -> Screen:
    """The screen of *refusal*; its title is the toast too. One without words of its own gets the general ones."""
    show = next((SHOWN[kind] for kind in type(refusal).__mro__ if kind in SHOWN), _unnamed)
    return show(refusal, say)


def failure_screen(number: str, say: Say) -> Screen:
    """For a fault of ours: the money is safe, and *number* is what support looks for in the logs."""
    return Screen(say("failed", number=code(number)), keyboard(home_row(say))).hinting(say.label("failed-toast"))


def _refused(say: Say, key: str, *rows: Row, **facts: Fact) -> Screen:
    title = say.label(f"{key}-title", **facts)
    text = Html(f"<b>{say(f'{key}-title', **facts)}</b>\n\n{say(key, **facts)}")
    return Screen(text, keyboard(*rows, home_row(say))).hinting(title)


def _unnamed(_: Refusal, say: Say) -> Screen:
    return _refused(say, "refused")


def _no_user(_: NoSuchUser, say: Say) -> Screen:
    return _refused(say, "no-user")


def _no_language(_: NoSuchLanguage, say: Say) -> Screen:
    return _refused(say, "no-language", tap(say.label("b-settings"), SeeSettings()))


def _worth_nothing(refusal: WorthNothing, say: Say) -> Screen:
    return _refused(say, "worth-nothing", ref=code(refusal.ref))


def _not_unmatched(refusal: NotUnmatched, say: Say) -> Screen:
    return _refused(say, "not-unmatched", ref=code(refusal.ref))


def _no_plan(_: NoSuchPlan, say: Say) -> Screen:
    return _refused(say, "no-plan", plans_row(say))


def _no_order(_: NoSuchOrder, say: Say) -> Screen:
    return _refused(say, "no-order", plans_row(say))


def _order_closed(refusal: OrderClosed, say: Say) -> Screen:
    if refusal.state in (OrderState.PAID, OrderState.DELIVERED):
        return _refused(say, "order-paid", connect_row(say))
    return _refused(say, "order-closed", plans_row(say))


def _nothing_missing(refusal: NothingMissing, say: Say) -> Screen:
    return _refused(say, "nothing-missing", tap(say.label("b-open-order"), SeeCheckout(refusal.order_id)))


def _trial_used(refusal: TrialUsed, say: Say) -> Screen:
    return _refused(say, "trial-used", plans_row(say), day=refusal.at)


def _no_payment(_: NoSuchPayment, say: Say) -> Screen:
    return _refused(say, "no-payment", tap(say.label("b-balance-plain"), SeeBalance()))


def _amount_range(refusal: AmountOutOfRange, say: Say) -> Screen:
    rows = tap(say.label("b-own-sum"), AskSum()), tap(say.label("b-balance-plain"), SeeBalance())
    return _refused(say, "amount-range", *rows, least=refusal.least, most=refusal.most)


def _no_method(refusal: MethodUnavailable, say: Say) -> Screen:
    rows = plans_row(say), tap(say.label("b-balance-plain"), SeeBalance())
    return _refused(say, "no-method", *rows, method=method_name(refusal.method))


def _not_amount(refusal: NotAnAmount, say: Say) -> Screen:
    typed = clean(refusal.typed, _TYPED_CHARS)
    back = tap(say.label("b-balance-plain"), SeeBalance())
    if typed:
        return _refused(say, "not-amount", back, typed=typed)
    title = say.label("not-amount-title")
    text = Html(f"<b>{say('not-amount-title')}</b>\n\n{say('not-amount-empty')}")
    return Screen(text, keyboard(back, home_row(say))).hinting(title)


def _short_balance(refusal: InsufficientBalance, say: Say) -> Screen:
    missing = refusal.price.minus(refusal.balance)
    topup = tap(say.label("b-balance", balance=refusal.balance), SeeBalance())
    return _refused(
        say,
        "short-balance",
        topup,
        plans_row(say),
        price=refusal.price,
        balance=refusal.balance,
        missing=missing,
    )


SHOWN: dict[type, Callable[[Any, Say], Screen]] = {
    NoSuchUser: _no_user,
    NoSuchLanguage: _no_language,
    NotUnmatched: _not_unmatched,
    WorthNothing: _worth_nothing,
    NoSuchPlan: _no_plan,
    NoSuchOrder: _no_order,
    OrderClosed: _order_closed,
    NothingMissing: _nothing_missing,
    TrialUsed: _trial_used,
    NoSuchPayment: _no_payment,
    AmountOutOfRange: _amount_range,
    MethodUnavailable: _no_method,
    NotAnAmount: _not_amount,
    InsufficientBalance: _short_balance,
}
"""Every refusal that has words of its own. `tests/unit/screens` fails for one that has none."""
